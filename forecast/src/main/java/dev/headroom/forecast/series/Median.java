package dev.headroom.forecast.series;

import java.util.Arrays;

/** Middles and spreads that a few wild values do not move. NaNs are left out. */
public final class Median {
  /** What the median absolute deviation is multiplied by to estimate σ of a normal distribution. */
  private static final double NORMAL = 1.4826;

  /** NaN when nothing is left; the mean of the two middle values of an even number. */
  public static double of(double... values) {
    return ofSorted(sorted(values));
  }

  static double ofSorted(double[] sorted) {
    int n = sorted.length;
    if (n == 0) {
      return Double.NaN;
    }
    return n % 2 == 1 ? sorted[n / 2] : sorted[n / 2 - 1] + (sorted[n / 2] - sorted[n / 2 - 1]) / 2;
  }

  /** Median absolute deviation from the median, scaled to σ of a normal distribution. */
  public static double deviation(double[] values) {
    double middle = of(values);
    double[] distances = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      distances[i] = Math.abs(values[i] - middle);
    }
    return NORMAL * of(distances);
  }

  /** Mean of the values between the quartiles (of all, if fewer than four); NaN of none. */
  public static double midmean(double[] values) {
    double[] sorted = sorted(values);
    int cut = sorted.length / 4;
    double sum = 0;
    for (int i = cut; i < sorted.length - cut; i++) {
      sum += sorted[i];
    }
    return sorted.length == 3 ? sorted[1] : sum / (sorted.length - 2 * cut);
  }

  /** Ascending, without NaNs. */
  static double[] sorted(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int size = sorted.length;
    while (size > 0 && Double.isNaN(sorted[size - 1])) {
      size--;
    }
    return size == sorted.length ? sorted : Arrays.copyOf(sorted, size);
  }

  private Median() {}
}
