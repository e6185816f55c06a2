package dev.headroom.forecast.backtest;

import dev.headroom.forecast.model.Forecaster;
import dev.headroom.forecast.model.History;
import dev.headroom.forecast.series.RegularSeries;
import java.util.Arrays;
import java.util.List;

/**
 * Forecasts of the past: at each origin every model is fitted to what was known by then, and its
 * forecasts are kept beside what came (Tashman 2000, <i>Out-of-sample tests of forecasting
 * accuracy</i>). Origins lie on multiples of a power of two of the step since the epoch, so that
 * those of one series are among those of another with the same step, whatever their lengths.
 *
 * @param originMillis when the first forecast step of each origin starts
 * @param leads how many steps ahead are tried; late origins have fewer
 * @param span how many steps lie behind the first origin
 * @param actual {@code [origin][lead]}; NaN where unknown
 * @param forecasts {@code [model][origin][lead]}
 */
record RollingOrigin(
    long[] originMillis, int leads, int span, double[][] actual, double[][][] forecasts) {
  /** More steady the scores, but every origin is a fit of every model. */
  private static final int MOST_ORIGINS = 32;

  private static final int LEAST_TRAINING = 5;

  /** Leads that fewer origins than a quarter of the span could try are left to extrapolation. */
  private static final double TRIED_SHARE = 0.75;

  /**
   * @param series gives the times
   * @param actual as long as the history
   */
  static RollingOrigin run(
      RegularSeries series,
      History history,
      double[] actual,
      List<Forecaster> models,
      int horizon) {
    int n = history.size();
    int first = firstOrigin(history);
    int span = n - first;
    int leads = Math.clamp((int) (TRIED_SHARE * span), 1, horizon);
    int[] origins = origins(series, first, n);
    double[][] came = new double[origins.length][];
    double[][][] forecasts = new double[models.size()][origins.length][];
    for (int o = 0; o < origins.length; o++) {
      int length = Math.min(leads, n - origins[o]);
      came[o] = Arrays.copyOfRange(actual, origins[o], origins[o] + length);
      History known = history.first(origins[o]);
      for (int m = 0; m < models.size(); m++) {
        forecasts[m][o] = models.get(m).fit(known).forecast(length);
      }
    }
    long[] times = Arrays.stream(origins).mapToLong(series::timeMillis).toArray();
    return new RollingOrigin(times, leads, span, came, forecasts);
  }

  /** Two of the longest seasons and a third of the values are known at the first origin. */
  private static int firstOrigin(History history) {
    int n = history.size();
    int[] periods = history.shape().periods();
    int season = periods.length == 0 ? 1 : periods[periods.length - 1];
    int wanted = Math.max(2 * season, Math.ceilDiv(n, 3));
    return Math.clamp(Math.min(wanted, 2 * n / 3), LEAST_TRAINING, n - 1);
  }

  private static int[] origins(RegularSeries series, int first, int n) {
    int stride = 1;
    while ((n - first) / stride > MOST_ORIGINS) {
      stride *= 2;
    }
    int[] origins = new int[n - first];
    int count = 0;
    for (int at = first; at < n; at++) {
      long step = Math.floorDiv(series.timeMillis(at), series.stepMillis());
      if (step % stride == 0) {
        origins[count++] = at;
      }
    }
    return count == 0 ? new int[] {first} : Arrays.copyOf(origins, count);
  }

  int origins() {
    return originMillis.length;
  }

  /** What came less what {@code combined} says, {@code [origin][lead]}. */
  double[][] errors(double[][] combined) {
    double[][] errors = new double[origins()][];
    for (int o = 0; o < errors.length; o++) {
      errors[o] = new double[combined[o].length];
      for (int h = 0; h < errors[o].length; h++) {
        errors[o][h] = actual[o][h] - combined[o][h];
      }
    }
    return errors;
  }
}
