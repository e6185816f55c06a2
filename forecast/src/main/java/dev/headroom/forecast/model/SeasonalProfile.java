package dev.headroom.forecast.model;

import dev.headroom.forecast.series.Median;
import java.util.Arrays;

/**
 * The usual day or week: the seasonal shape (midmeans of the phases over the last cycles) on a
 * level that is the median of the last cycles, with a damped Theil-Sen trend if Kendall's test
 * finds one (|z| &gt; 2.58): ŷ(h) = ℓ + b·(φ + … + φ^h) + s(n + h). It cannot explode and no single
 * value moves it, so it stays in the pool as the guard.
 *
 * @param cycles how many of the longest periods the level looks back over
 */
public record SeasonalProfile(int cycles) implements Forecaster {
  private static final double SIGNIFICANT = 2.58;
  private static final double PHI = 0.97;

  /** Without a season, what counts as a cycle. */
  private static final int STEPS_WITHOUT_SEASON = 8;

  /** A trend is asked of this many times the values that set the level. */
  private static final int TREND_REACH = 4;

  @Override
  public String name() {
    return cycles == 1 ? "robust profile" : "slow robust profile";
  }

  @Override
  public Fitted fit(History history) {
    double[] y = history.adjusted();
    int period = history.longestPeriod();
    int reach = cycles * (period == 1 ? STEPS_WITHOUT_SEASON : period);
    TheilSen trend = TheilSen.of(tail(y, TREND_REACH * reach));
    double slope = Math.abs(trend.z()) > SIGNIFICANT ? trend.slope() : 0;
    double[] last = tail(y, reach);
    for (int i = 0; i < last.length; i++) {
      last[i] += slope * (last.length - 1 - i);
    }
    double level = Median.of(last);
    return new Fitted(history, Double.isNaN(level) ? Median.of(y) : level, slope);
  }

  private static double[] tail(double[] y, int length) {
    return Arrays.copyOfRange(y, Math.max(0, y.length - length), y.length);
  }

  public record Fitted(History history, double level, double slope) implements FittedModel {
    @Override
    public double[] forecast(int horizon) {
      double[] forecast = new double[horizon];
      double damping = 1;
      double rise = 0;
      for (int h = 0; h < horizon; h++) {
        damping *= PHI;
        rise += slope * damping;
        forecast[h] = level + rise;
      }
      return history.withShape(forecast);
    }
  }
}
