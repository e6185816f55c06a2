package dev.headroom.query.promql;

import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;

/** Lines and smoothed levels through the samples of a window. */
final class TrendFunctions {
  /** Slope a second of the least-squares line. */
  static double slope(Window window) {
    return window.size() < 2 ? Row.ABSENT : Line.through(window, window.firstTime()).slope();
  }

  /** The value of the least-squares line so many seconds after the time of evaluation. */
  static double predict(Window window) {
    if (window.size() < 2) {
      return Row.ABSENT;
    }
    Line line = Line.through(window, window.evaluationMillis());
    return line.slope() * window.parameter(0) + line.intercept();
  }

  private record Line(double slope, double intercept) {
    static Line through(Window window, long originMillis) {
      double first = window.firstValue();
      if (isConstant(window)) {
        return Double.isInfinite(first) ? new Line(Double.NaN, Double.NaN) : new Line(0, first);
      }
      var sumX = new KahanSum();
      var sumY = new KahanSum();
      var sumXy = new KahanSum();
      var sumXx = new KahanSum();
      int n = window.size();
      for (int i = 0; i < n; i++) {
        double x = (window.time(i) - originMillis) / 1000.0;
        double y = window.value(i);
        sumX.add(x);
        sumY.add(y);
        sumXy.add(x * y);
        sumXx.add(x * x);
      }
      double covariance = sumXy.value() - sumX.value() * sumY.value() / n;
      double variance = sumXx.value() - sumX.value() * sumX.value() / n;
      double slope = covariance / variance;
      return new Line(slope, sumY.value() / n - slope * sumX.value() / n);
    }

    private static boolean isConstant(Window window) {
      for (int i = 1; i < window.size(); i++) {
        if (window.value(i) != window.firstValue()) {
          return false;
        }
      }
      return true;
    }
  }

  /** Holt's linear method; parameters are the smoothing factors of level and trend. */
  static double doubleExponentialSmoothing(Window window) {
    double levelFactor = factor("smoothing", window.parameter(0));
    double trendFactor = factor("trend", window.parameter(1));
    if (window.size() < 2) {
      return Row.ABSENT;
    }
    double previous = 0;
    double level = window.value(0);
    double trend = window.value(1) - window.value(0);
    for (int i = 1; i < window.size(); i++) {
      if (i > 1) {
        trend = trendFactor * (level - previous) + (1 - trendFactor) * trend;
      }
      double next = levelFactor * window.value(i) + (1 - levelFactor) * (level + trend);
      previous = level;
      level = next;
    }
    return level;
  }

  /** NaN is let through and gives NaN, as in Prometheus. */
  private static double factor(String name, double value) {
    if (value <= 0 || value >= 1) {
      throw new HeadroomException(
          ErrorCategory.UNPROCESSABLE,
          "invalid " + name + " factor. Expected: 0 < factor < 1, got: " + value);
    }
    return value;
  }

  private TrendFunctions() {}
}
