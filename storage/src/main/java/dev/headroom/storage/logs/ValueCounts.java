package dev.headroom.storage.logs;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** How many values of a field the records have. */
final class ValueCounts extends Accumulator {
  private final LogAggregate.ValueCount aggregate;
  private List<FieldValues> values = List.of();
  private long[] counts = new long[1];

  ValueCounts(LogAggregate.ValueCount aggregate) {
    this.aggregate = aggregate;
  }

  @Override
  void enter(AggregateSegment segment) throws IOException {
    values = segment.values(aggregate.field(), aggregate.missing());
  }

  @Override
  void collect(int doc, int bucket) throws IOException {
    if (bucket >= counts.length) {
      counts = Arrays.copyOf(counts, Math.max(bucket + 1, 2 * counts.length));
    }
    for (FieldValues type : values) {
      counts[bucket] += type.advance(doc);
    }
  }

  @Override
  void forget(int bucket) {
    if (bucket < counts.length) {
      counts[bucket] = 0;
    }
  }

  @Override
  LogAggregateResult result(int bucket) {
    return new LogAggregateResult.ValueCount(
        aggregate.name(), bucket >= 0 && bucket < counts.length ? counts[bucket] : 0);
  }
}
