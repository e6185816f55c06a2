package dev.headroom.forecast.model;

/**
 * A straight line from the first to the last value, with the seasonal shape: ŷ(h) = y_n + h·(y_n −
 * y_1)/(n − 1) (random walk with drift; Hyndman and Athanasopoulos 2021, <i>Forecasting: principles
 * and practice</i>, section 5.2).
 */
public record Drift() implements Forecaster {
  @Override
  public String name() {
    return "drift";
  }

  @Override
  public Fitted fit(History history) {
    double[] y = history.recentAdjusted(history.size());
    int n = y.length;
    double slope = n < 2 ? 0 : (y[n - 1] - y[0]) / (n - 1);
    return new Fitted(history, y[n - 1], slope);
  }

  public record Fitted(History history, double last, double slope) implements FittedModel {
    @Override
    public double[] forecast(int horizon) {
      double[] forecast = new double[horizon];
      for (int h = 0; h < horizon; h++) {
        forecast[h] = last + slope * (h + 1);
      }
      return history.withShape(forecast);
    }
  }
}
