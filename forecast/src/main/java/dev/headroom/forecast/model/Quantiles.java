package dev.headroom.forecast.model;

import java.util.Arrays;

/**
 * Sample quantiles, rule 7 of Hyndman and Fan (1996), <i>Sample Quantiles in Statistical
 * Packages</i>.
 */
public final class Quantiles {
  /**
   * @param values at least one, without NaN; infinite ones sort to the ends; not changed
   * @param probability 0 to 1
   */
  public static double of(double[] values, double probability) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return ofSorted(sorted, probability);
  }

  /** The same of values that are ascending already. */
  public static double ofSorted(double[] sorted, double probability) {
    double rank = probability * (sorted.length - 1);
    int below = (int) Math.floor(rank);
    int above = Math.min(below + 1, sorted.length - 1);
    double low = sorted[below];
    double high = sorted[above];
    return low == high ? low : low + (rank - below) * (high - low);
  }

  private Quantiles() {}
}
