package dev.headroom.storage.logs;

import dev.headroom.storage.sketch.DistinctSketch;
import dev.headroom.storage.sketch.QuantileSketch;
import java.util.List;

/** The result of the {@link LogAggregate} of the same name. */
public sealed interface LogAggregateResult {
  String name();

  /**
   * @param otherCount records in buckets that were cut off
   */
  record Buckets(String name, List<Bucket> buckets, long otherCount)
      implements LogAggregateResult {}

  /**
   * @param key {@code Long} (start of the interval in epoch nanoseconds, or a long value), {@code
   *     Double}, {@code Boolean}, {@code String}, or for a composite a list of such and null
   */
  record Bucket(Object key, long count, List<LogAggregateResult> children) {}

  /** {@code min} and {@code max} are NaN when the count is 0. */
  record Stats(String name, long count, double sum, double min, double max)
      implements LogAggregateResult {
    public double average() {
      return count == 0 ? Double.NaN : sum / count;
    }
  }

  /**
   * @param sumOfSquaredDeviations from the mean, which loses nothing when the values are large and
   *     near each other
   */
  record ExtendedStats(String name, Stats stats, double sumOfSquares, double sumOfSquaredDeviations)
      implements LogAggregateResult {
    /** Of all values, not of a sample. */
    public double variance() {
      return stats.count() == 0 ? Double.NaN : sumOfSquaredDeviations / stats.count();
    }

    /** Of a sample; NaN for fewer than two values. */
    public double sampleVariance() {
      return stats.count() < 2 ? Double.NaN : sumOfSquaredDeviations / (stats.count() - 1);
    }
  }

  record ValueCount(String name, long count) implements LogAggregateResult {}

  /** Percentiles are read from the sketch, which nobody changes any more. */
  record Percentiles(String name, QuantileSketch sketch) implements LogAggregateResult {}

  /** The count is read from the sketch, which nobody changes any more. */
  record Distinct(String name, DistinctSketch sketch) implements LogAggregateResult {}

  /**
   * @param keys the values by which each hit was placed; a {@link LogCursor.Missing} for none
   * @param total records of the bucket
   */
  record TopHits(String name, List<LogHit> hits, List<List<Object>> keys, long total)
      implements LogAggregateResult {}
}
