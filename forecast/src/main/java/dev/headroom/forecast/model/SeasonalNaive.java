package dev.headroom.forecast.model;

/**
 * The last value of the same phase: ŷ(h) = y(n + h − m·⌈h/m⌉); with period 1 the last value. The
 * yardstick of MASE (Hyndman and Koehler 2006, <i>Another look at measures of forecast
 * accuracy</i>). Where that value is unknown, the cycle before is asked, then the last known value.
 *
 * @param m period in steps
 */
public record SeasonalNaive(int m) implements Forecaster {
  @Override
  public String name() {
    return m == 1 ? "naive" : "seasonal naive";
  }

  @Override
  public Fitted fit(History history) {
    double[] y = history.values();
    int n = y.length;
    double last = Double.NaN;
    for (int t = n - 1; t >= 0 && Double.isNaN(last); t--) {
      last = y[t];
    }
    double[] cycle = new double[m];
    for (int phase = 0; phase < m; phase++) {
      int t = n - m + phase;
      while (t >= 0 && Double.isNaN(y[t])) {
        t -= m;
      }
      cycle[phase] = t >= 0 ? y[t] : last;
    }
    return new Fitted(cycle);
  }

  /**
   * @param cycle the values that come again and again
   */
  public record Fitted(double[] cycle) implements FittedModel {
    @Override
    public double[] forecast(int horizon) {
      double[] forecast = new double[horizon];
      for (int h = 0; h < horizon; h++) {
        forecast[h] = cycle[h % cycle.length];
      }
      return forecast;
    }
  }
}
