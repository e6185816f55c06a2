package dev.headroom.forecast.model;

import org.apache.commons.math3.util.FastMath;

/**
 * The theta method of Assimakopoulos and Nikolopoulos (2000) on the seasonally adjusted values. By
 * Hyndman and Billah (2003), <i>Unmasking the Theta method</i>, it is simple exponential smoothing
 * with half the slope b of the least-squares line as drift:
 *
 * <pre>
 *   ŷ(h) = ℓ_n + b/2·(h − 1 + 1/α − (1 − α)^n / α)
 * </pre>
 */
public record Theta() implements Forecaster {
  private static final int MOST_POINTS = 600;

  @Override
  public String name() {
    return "theta";
  }

  @Override
  public Fitted fit(History history) {
    double[] y = history.recentAdjusted(MOST_POINTS);
    ExponentialSmoothing smoothing = ExponentialSmoothing.fit(y);
    double drift = y.length < 3 ? 0 : slope(y) / 2;
    return new Fitted(history, y.length, smoothing.alpha(), smoothing.level(), drift);
  }

  private static double slope(double[] y) {
    int n = y.length;
    double covariance = 0;
    double variance = 0;
    for (int t = 0; t < n; t++) {
      double x = t - (n - 1) / 2.0;
      covariance += x * y[t];
      variance += x * x;
    }
    return covariance / variance;
  }

  /**
   * @param drift b/2, a step
   */
  public record Fitted(History history, int n, double alpha, double level, double drift)
      implements FittedModel {
    @Override
    public double[] forecast(int horizon) {
      double lead = (1 - FastMath.pow(1 - alpha, n)) / alpha - 1;
      double[] forecast = new double[horizon];
      for (int h = 0; h < horizon; h++) {
        forecast[h] = level + drift * (h + 1 + lead);
      }
      return history.withShape(forecast);
    }
  }
}
