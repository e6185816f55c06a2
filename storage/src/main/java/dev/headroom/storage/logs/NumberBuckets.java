package dev.headroom.storage.logs;

import java.io.IOException;
import java.util.List;

/** Records by intervals of a number. */
final class NumberBuckets extends Bucketed {
  private final LogAggregate.Histogram aggregate;
  private List<FieldValues> values = List.of();

  NumberBuckets(LogAggregate.Histogram aggregate, AggregateRun run) {
    super(aggregate, run);
    this.aggregate = aggregate;
  }

  @Override
  void enter(AggregateSegment segment) throws IOException {
    super.enter(segment);
    values = segment.values(aggregate.field(), aggregate.missing());
  }

  @Override
  void collect(int doc, int parent) throws IOException {
    double before = Double.NaN;
    for (FieldValues type : values) {
      for (int left = type.isNumber() ? type.advance(doc) : 0; left > 0; left--) {
        double number = Math.floor((type.nextDouble() - aggregate.offset()) / aggregate.interval());
        if (number != before) {
          add(parent, Double.doubleToLongBits(number == 0 ? 0.0 : number), doc);
          before = number;
        }
      }
    }
  }

  private Object key(long bits) {
    return Double.longBitsToDouble(bits) * aggregate.interval() + aggregate.offset();
  }

  @Override
  LogAggregateResult result(int parent) throws IOException {
    return buckets(parent, this::key, 1, KeyOrder.ASCENDING, Integer.MAX_VALUE);
  }
}
