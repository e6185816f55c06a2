package dev.headroom.storage.logs;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Count, sum and bounds of a field's numbers and, if asked for, how they are spread. */
final class NumberStats extends Accumulator {
  private final String name;
  private final String field;
  private final Optional<Object> missing;
  private final boolean isExtended;
  private List<FieldValues> values = List.of();

  private long[] counts = new long[1];
  private double[] mins = {Double.POSITIVE_INFINITY};
  private double[] maxs = {Double.NEGATIVE_INFINITY};

  /** Sums with what rounding has lost of them (Knuth's two-sum). */
  private double[] sums = new double[1];

  private double[] lost = new double[1];

  private double[] squares = new double[0];

  /** Running mean and sum of squared deviations (Welford 1962). */
  private double[] means = new double[0];

  private double[] deviations = new double[0];

  NumberStats(LogAggregate.Stats aggregate) {
    this.name = aggregate.name();
    this.field = aggregate.field();
    this.missing = aggregate.missing();
    this.isExtended = false;
  }

  NumberStats(LogAggregate.ExtendedStats aggregate) {
    this.name = aggregate.name();
    this.field = aggregate.field();
    this.missing = aggregate.missing();
    this.isExtended = true;
    this.squares = new double[1];
    this.means = new double[1];
    this.deviations = new double[1];
  }

  @Override
  void enter(AggregateSegment segment) throws IOException {
    values = segment.values(field, missing);
  }

  @Override
  void collect(int doc, int bucket) throws IOException {
    for (FieldValues type : values) {
      if (type.isNumber()) {
        for (int left = type.advance(doc); left > 0; left--) {
          add(bucket, type.nextDouble());
        }
      }
    }
  }

  private void add(int bucket, double value) {
    if (bucket >= counts.length) {
      grow(bucket);
    }
    mins[bucket] = Math.min(mins[bucket], value);
    maxs[bucket] = Math.max(maxs[bucket], value);
    double before = sums[bucket];
    double sum = before + value;
    double added = sum - before;
    lost[bucket] += (before - (sum - added)) + (value - added);
    sums[bucket] = sum;
    counts[bucket]++;
    if (isExtended) {
      squares[bucket] += value * value;
      double distance = value - means[bucket];
      means[bucket] += distance / counts[bucket];
      deviations[bucket] += distance * (value - means[bucket]);
    }
  }

  private void grow(int bucket) {
    int length = Math.max(bucket + 1, 2 * counts.length);
    counts = Arrays.copyOf(counts, length);
    int known = mins.length;
    mins = Arrays.copyOf(mins, length);
    Arrays.fill(mins, known, length, Double.POSITIVE_INFINITY);
    maxs = Arrays.copyOf(maxs, length);
    Arrays.fill(maxs, known, length, Double.NEGATIVE_INFINITY);
    sums = Arrays.copyOf(sums, length);
    lost = Arrays.copyOf(lost, length);
    if (isExtended) {
      squares = Arrays.copyOf(squares, length);
      means = Arrays.copyOf(means, length);
      deviations = Arrays.copyOf(deviations, length);
    }
  }

  @Override
  void forget(int bucket) {
    if (bucket < counts.length) {
      counts[bucket] = 0;
      mins[bucket] = Double.POSITIVE_INFINITY;
      maxs[bucket] = Double.NEGATIVE_INFINITY;
      sums[bucket] = 0;
      lost[bucket] = 0;
      if (isExtended) {
        squares[bucket] = 0;
        means[bucket] = 0;
        deviations[bucket] = 0;
      }
    }
  }

  @Override
  LogAggregateResult result(int bucket) {
    boolean has = bucket >= 0 && bucket < counts.length && counts[bucket] > 0;
    if (!has) {
      var none = new LogAggregateResult.Stats(name, 0, 0, Double.NaN, Double.NaN);
      return isExtended ? new LogAggregateResult.ExtendedStats(name, none, 0, 0) : none;
    }
    double sum = sums[bucket] + lost[bucket];
    var stats =
        new LogAggregateResult.Stats(
            name,
            counts[bucket],
            Double.isFinite(sum) ? sum : sums[bucket],
            mins[bucket],
            maxs[bucket]);
    return isExtended
        ? new LogAggregateResult.ExtendedStats(name, stats, squares[bucket], deviations[bucket])
        : stats;
  }
}
