package dev.headroom.forecast.model;

import java.util.List;

/**
 * What a series is expected to do. All arrays have one entry a step, the first for the step that
 * starts at {@code startMillis}; none is to be changed.
 *
 * @param method what was chosen, for people: {@code "median of robust profile, damped trend"}
 * @param mean additive: sums of means are the mean of sums
 * @param paths sample paths, {@code [path][step]}; path {@code p} of two series forecast together
 *     uses the same drawn residual dates, so sums of paths are paths of the sum
 * @param testedSteps the longest lead at which the intervals were checked against the past; beyond
 *     it the answer says so
 * @param accuracy how well the method did on rolling origins
 * @param notes what a reader must know: fallbacks with their reason, clipped outliers, level shifts
 */
public record Forecast(
    String method,
    long startMillis,
    long stepMillis,
    double[] mean,
    double[][] paths,
    int testedSteps,
    Accuracy accuracy,
    List<String> notes)
    implements ForecastOutcome {
  /**
   * @param mase mean absolute scaled error against seasonal naive; NaN when it cannot be scaled
   * @param coverage80 share of rolling-origin values inside the 80 % interval; NaN when untested
   * @param coverage95 the same of the 95 % interval
   * @param origins how many rolling origins were tried
   */
  public record Accuracy(double mase, double coverage80, double coverage95, int origins) {}

  public int horizon() {
    return mean.length;
  }

  /** Start of forecast step {@code h}, from 0, in epoch milliseconds. */
  public long timeMillis(int h) {
    return startMillis + h * stepMillis;
  }

  /**
   * The {@code probability} quantile of each step over the sample paths (linear interpolation
   * between order statistics, rule 7 of Hyndman and Fan 1996).
   */
  public double[] quantile(double probability) {
    double[] quantiles = new double[horizon()];
    double[] column = new double[paths.length];
    for (int h = 0; h < quantiles.length; h++) {
      for (int p = 0; p < paths.length; p++) {
        column[p] = paths[p][h];
      }
      quantiles[h] = Quantiles.of(column, probability);
    }
    return quantiles;
  }
}
