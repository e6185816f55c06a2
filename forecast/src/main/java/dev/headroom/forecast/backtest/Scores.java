package dev.headroom.forecast.backtest;

import dev.headroom.forecast.model.Quantiles;
import java.util.Arrays;

/** How well forecasts of the past did. */
final class Scores {
  /**
   * Mean pinball loss (Koenker and Bassett 1978) at 0.1, 0.5 and 0.9, where the forecast itself is
   * the median and the other two are the errors' own quantiles: half of it is bias and error, the
   * rest how wide an interval would have to be. NaN without errors.
   */
  static double pinball(double[][] errors) {
    double[] all = known(errors);
    if (all.length == 0) {
      return Double.NaN;
    }
    Arrays.sort(all);
    double loss = loss(all, 0, 0.5);
    loss += loss(all, Quantiles.ofSorted(all, 0.1), 0.1);
    return (loss + loss(all, Quantiles.ofSorted(all, 0.9), 0.9)) / 3;
  }

  private static double loss(double[] errors, double quantile, double tau) {
    double sum = 0;
    for (double error : errors) {
      double over = error - quantile;
      sum += over >= 0 ? tau * over : (tau - 1) * over;
    }
    return sum / errors.length;
  }

  /** Mean |e|; NaN without errors. */
  static double meanAbsolute(double[][] errors) {
    double sum = 0;
    double[] all = known(errors);
    for (double error : all) {
      sum += Math.abs(error);
    }
    return sum / all.length;
  }

  /** Mean |y_t − y_{t−m}|, by which MASE divides; NaN when nothing can be compared. */
  static double naiveError(double[] values, int m) {
    double sum = 0;
    int count = 0;
    for (int t = m; t < values.length; t++) {
      double step = Math.abs(values[t] - values[t - m]);
      if (!Double.isNaN(step)) {
        sum += step;
        count++;
      }
    }
    return sum / count;
  }

  /** All that are not NaN. */
  static double[] known(double[][] errors) {
    return Arrays.stream(errors)
        .flatMapToDouble(Arrays::stream)
        .filter(error -> !Double.isNaN(error))
        .toArray();
  }

  private Scores() {}
}
