package dev.headroom.query.promql;

import java.util.Arrays;

/**
 * Statistics of {@code values[from..to)}, which is never empty. NaN counts as Prometheus has it.
 */
final class Statistics {
  static double sum(double[] values, int from, int to) {
    var sum = new KahanSum();
    for (int i = from; i < to; i++) {
      sum.add(values[i]);
    }
    return sum.value();
  }

  static double average(double[] values, int from, int to) {
    double sum = sum(values, from, to);
    if (!Double.isInfinite(sum) || hasInfinite(values, from, to)) {
      return sum / (to - from);
    }
    double mean = 0; // the sum overflowed
    for (int i = from; i < to; i++) {
      int count = i - from + 1;
      mean += values[i] / count - mean / count;
    }
    return mean;
  }

  private static boolean hasInfinite(double[] values, int from, int to) {
    for (int i = from; i < to; i++) {
      if (Double.isInfinite(values[i])) {
        return true;
      }
    }
    return false;
  }

  static double count(double[] values, int from, int to) {
    return to - from;
  }

  static double one(double[] values, int from, int to) {
    return 1;
  }

  /** NaN only when all are. */
  static double min(double[] values, int from, int to) {
    double min = values[from];
    for (int i = from + 1; i < to; i++) {
      if (values[i] < min || Double.isNaN(min)) {
        min = values[i];
      }
    }
    return min;
  }

  /** NaN only when all are. */
  static double max(double[] values, int from, int to) {
    double max = values[from];
    for (int i = from + 1; i < to; i++) {
      if (values[i] > max || Double.isNaN(max)) {
        max = values[i];
      }
    }
    return max;
  }

  /** Population variance (divided by n), by Welford's method. */
  static double variance(double[] values, int from, int to) {
    var mean = new KahanSum();
    var squares = new KahanSum();
    for (int i = from; i < to; i++) {
      double delta = values[i] - mean.value();
      mean.add(delta / (i - from + 1));
      squares.add(delta * (values[i] - mean.value()));
    }
    return squares.value() / (to - from);
  }

  static double deviation(double[] values, int from, int to) {
    return Math.sqrt(variance(values, from, to));
  }

  /** Interpolated between the neighbours of rank q(n − 1); NaN sorts lowest. */
  static double quantile(double q, double[] values, int from, int to) {
    if (Double.isNaN(q)) {
      return Double.NaN;
    }
    if (q < 0) {
      return Double.NEGATIVE_INFINITY;
    }
    if (q > 1) {
      return Double.POSITIVE_INFINITY;
    }
    double[] sorted = sorted(values, from, to);
    double rank = q * (sorted.length - 1);
    int lower = (int) Math.floor(rank);
    int upper = Math.min(sorted.length - 1, lower + 1);
    double weight = rank - lower;
    return sorted[lower] * (1 - weight) + sorted[upper] * weight;
  }

  private static double[] sorted(double[] values, int from, int to) {
    double[] sorted = Arrays.copyOfRange(values, from, to);
    Arrays.sort(sorted);
    int numbers = sorted.length;
    while (numbers > 0 && Double.isNaN(sorted[numbers - 1])) {
      numbers--;
    }
    System.arraycopy(sorted, 0, sorted, sorted.length - numbers, numbers);
    Arrays.fill(sorted, 0, sorted.length - numbers, Double.NaN);
    return sorted;
  }

  /** Median absolute deviation from the median. */
  static double medianDeviation(double[] values, int from, int to) {
    double median = quantile(0.5, values, from, to);
    double[] distances = new double[to - from];
    for (int i = from; i < to; i++) {
      distances[i - from] = Math.abs(values[i] - median);
    }
    return quantile(0.5, distances, 0, distances.length);
  }

  private Statistics() {}
}
