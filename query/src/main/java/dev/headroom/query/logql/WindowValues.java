package dev.headroom.query.logql;

import java.util.Arrays;

/** What an operation makes of the samples of one window, of which there is at least one. */
final class WindowValues {
  private final RangeQuery query;

  WindowValues(RangeQuery query) {
    this.query = query;
  }

  double of(SeriesBuffer series, int from, int to, long endNanos) {
    double[] values = series.values();
    double seconds = query.rangeNanos() / 1e9;
    return switch (query.operation()) {
      case COUNT_OVER_TIME -> to - from;
      case RATE -> (query.unwrap().isPresent() ? sum(values, from, to) : to - from) / seconds;
      case BYTES_OVER_TIME, SUM_OVER_TIME -> sum(values, from, to);
      case BYTES_RATE -> sum(values, from, to) / seconds;
      case RATE_COUNTER -> counterRate(series, from, to, endNanos);
      case AVG_OVER_TIME -> sum(values, from, to) / (to - from);
      case MIN_OVER_TIME -> min(values, from, to);
      case MAX_OVER_TIME -> max(values, from, to);
      case STDVAR_OVER_TIME -> variance(values, from, to);
      case STDDEV_OVER_TIME -> Math.sqrt(variance(values, from, to));
      case QUANTILE_OVER_TIME -> quantile(query.parameter(), values, from, to);
      case FIRST_OVER_TIME -> values[from];
      case LAST_OVER_TIME -> values[to - 1];
      case ABSENT_OVER_TIME -> 1;
    };
  }

  private static double sum(double[] values, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += values[i];
    }
    return sum;
  }

  private static double min(double[] values, int from, int to) {
    double least = values[from];
    for (int i = from + 1; i < to; i++) {
      least = values[i] < least || Double.isNaN(least) ? values[i] : least;
    }
    return least;
  }

  private static double max(double[] values, int from, int to) {
    double most = values[from];
    for (int i = from + 1; i < to; i++) {
      most = values[i] > most || Double.isNaN(most) ? values[i] : most;
    }
    return most;
  }

  /** Welford 1962. */
  private static double variance(double[] values, int from, int to) {
    double mean = 0;
    double squares = 0;
    for (int i = from; i < to; i++) {
      double delta = values[i] - mean;
      mean += delta / (i - from + 1);
      squares += delta * (values[i] - mean);
    }
    return squares / (to - from);
  }

  /** Between the two nearest ranks. */
  private static double quantile(double q, double[] values, int from, int to) {
    if (q < 0) {
      return Double.NEGATIVE_INFINITY;
    }
    if (q > 1) {
      return Double.POSITIVE_INFINITY;
    }
    double[] sorted = Arrays.copyOfRange(values, from, to);
    Arrays.sort(sorted);
    double rank = q * (sorted.length - 1);
    int low = (int) Math.floor(rank);
    int high = Math.min(sorted.length - 1, low + 1);
    double weight = rank - low;
    return sorted[low] * (1 - weight) + sorted[high] * weight;
  }

  /**
   * Increase of a counter over the window's seconds, its resets added, extrapolated to the edges of
   * the window as PromQL's {@code rate} is; NaN for a single sample.
   */
  private double counterRate(SeriesBuffer series, int from, int to, long endNanos) {
    if (to - from < 2) {
      return Double.NaN;
    }
    double[] values = series.values();
    double increase = values[to - 1] - values[from];
    for (int i = from + 1; i < to; i++) {
      increase += values[i] < values[i - 1] ? values[i - 1] : 0;
    }
    double first = series.timeNanos(from) / 1e9;
    double last = series.timeNanos(to - 1) / 1e9;
    double sampled = last - first;
    double gap = sampled / (to - from - 1);
    double range = query.rangeNanos() / 1e9;
    double toStart = first - (endNanos / 1e9 - range);
    double toEnd = endNanos / 1e9 - last;
    double limit = gap * 1.1;
    toStart = toStart >= limit ? gap / 2 : toStart;
    if (increase > 0 && values[from] >= 0) {
      toStart = Math.min(toStart, sampled * (values[from] / increase));
    }
    toEnd = toEnd >= limit ? gap / 2 : toEnd;
    return increase * ((sampled + toStart + toEnd) / sampled) / range;
  }
}
