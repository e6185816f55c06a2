package dev.headroom.forecast.model;

import dev.headroom.forecast.series.Median;
import java.util.Arrays;

/**
 * A straight line with the {@link TheilSen} slope and the seasonal shape, for what fills steadily
 * (disks): ŷ(h) = ℓ + b·h, where ℓ is the end of the line through the median of the last values.
 *
 * @param window how many of the last values set slope and level; all when 0
 */
public record TheilSenTrend(int window) implements Forecaster {
  private static final int LEVEL_POINTS = 5;

  @Override
  public String name() {
    return window == 0 ? "straight trend" : "recent straight trend";
  }

  @Override
  public Fitted fit(History history) {
    double[] y = history.recentAdjusted(window == 0 ? history.size() : window);
    double slope = TheilSen.of(y).slope();
    int points = Math.min(LEVEL_POINTS, y.length);
    double[] ends = new double[points];
    for (int i = 0; i < points; i++) {
      ends[i] = y[y.length - 1 - i] + slope * i;
    }
    return new Fitted(history, Median.of(Arrays.copyOf(ends, points)), slope);
  }

  public record Fitted(History history, double level, double slope) implements FittedModel {
    @Override
    public double[] forecast(int horizon) {
      double[] forecast = new double[horizon];
      for (int h = 0; h < horizon; h++) {
        forecast[h] = level + slope * (h + 1);
      }
      return history.withShape(forecast);
    }
  }
}
