package dev.headroom.forecast.model;

import org.apache.commons.math3.util.FastMath;

/**
 * x_t = Σ a_i·x_{t−i} + e_t on the seasonally adjusted values less their mean, or on their
 * differences: short leads follow the last values, long ones go back to the mean, or stay. The
 * coefficients are Burg's (1975, <i>Maximum entropy spectral analysis</i>), which are always
 * stationary; the order has the least AICc (Akaike 1974; Hurvich and Tsai 1989).
 *
 * @param isIntegrated whether differences are modelled
 */
public record Autoregression(boolean isIntegrated) implements Forecaster {
  private static final int MOST_POINTS = 1_500;

  /** Two days of hours and a little more. */
  private static final int MAX_ORDER = 50;

  @Override
  public String name() {
    return isIntegrated ? "autoregression of changes" : "autoregression";
  }

  @Override
  public Fitted fit(History history) {
    double[] y = history.recentAdjusted(MOST_POINTS);
    double last = y[y.length - 1];
    double[] x = isIntegrated ? differences(y) : y.clone();
    double mean = 0;
    if (!isIntegrated) {
      for (double value : x) {
        mean += value / x.length;
      }
      for (int t = 0; t < x.length; t++) {
        x[t] -= mean;
      }
    }
    return new Fitted(history, isIntegrated, last, mean, x, burg(x));
  }

  private static double[] differences(double[] y) {
    double[] x = new double[y.length - 1];
    for (int t = 0; t < x.length; t++) {
      x[t] = y[t + 1] - y[t];
    }
    return x;
  }

  /** The a_1 … a_p of the order with the least AICc, up to a quarter of the length. */
  static double[] burg(double[] x) {
    int n = x.length;
    double[] forward = x.clone();
    double[] backward = x.clone();
    double variance = 0;
    for (double value : x) {
      variance += value * value / n;
    }
    double[] a = new double[0];
    double[] best = a;
    double least = n * FastMath.log(Math.max(variance, Double.MIN_NORMAL)) + 2;
    double floor = variance * 1e-12;
    for (int p = 1; p <= Math.min(MAX_ORDER, n / 4) && variance > floor; p++) {
      double cross = 0;
      double power = 0;
      for (int t = p; t < n; t++) {
        cross += forward[t] * backward[t - 1];
        power += forward[t] * forward[t] + backward[t - 1] * backward[t - 1];
      }
      double k = power == 0 ? 0 : 2 * cross / power;
      for (int t = n - 1; t >= p; t--) {
        double f = forward[t];
        forward[t] = f - k * backward[t - 1];
        backward[t] = backward[t - 1] - k * f;
      }
      double[] next = new double[p];
      for (int i = 0; i < p - 1; i++) {
        next[i] = a[i] - k * a[p - 2 - i];
      }
      next[p - 1] = k;
      a = next;
      variance *= 1 - k * k;
      double aicc =
          n * FastMath.log(Math.max(variance, Double.MIN_NORMAL)) + 2.0 * (p + 1) * n / (n - p - 2);
      if (aicc < least) {
        least = aicc;
        best = a;
      }
    }
    return best;
  }

  /**
   * @param last last adjusted value
   * @param x what the coefficients apply to, the mean taken away
   * @param coefficients a_1 … a_p
   */
  public record Fitted(
      History history,
      boolean isIntegrated,
      double last,
      double mean,
      double[] x,
      double[] coefficients)
      implements FittedModel {
    @Override
    public double[] forecast(int horizon) {
      int p = coefficients.length;
      double[] recent = new double[p + horizon];
      System.arraycopy(x, x.length - p, recent, 0, p);
      double[] forecast = new double[horizon];
      double level = last;
      for (int h = 0; h < horizon; h++) {
        double next = 0;
        for (int i = 0; i < p; i++) {
          next += coefficients[i] * recent[p + h - 1 - i];
        }
        recent[p + h] = next;
        level += next;
        forecast[h] = isIntegrated ? level : mean + next;
      }
      return history.withShape(forecast);
    }
  }
}
