package dev.headroom.storage.logs;

import java.io.IOException;
import java.util.List;
import org.apache.lucene.util.FixedBitSet;

/** Records by ranges of a number, which may overlap. */
final class RangeBuckets extends Bucketed {
  private final LogAggregate.Ranges aggregate;
  private final FixedBitSet hit;
  private List<FieldValues> values = List.of();

  RangeBuckets(LogAggregate.Ranges aggregate, AggregateRun run) {
    super(aggregate, run);
    this.aggregate = aggregate;
    this.hit = new FixedBitSet(Math.max(1, aggregate.ranges().size()));
  }

  @Override
  void enter(AggregateSegment segment) throws IOException {
    super.enter(segment);
    values = segment.values(aggregate.field(), aggregate.missing());
  }

  @Override
  void collect(int doc, int parent) throws IOException {
    hit.clear();
    List<LogAggregate.Range> ranges = aggregate.ranges();
    for (FieldValues type : values) {
      for (int left = type.isNumber() ? type.advance(doc) : 0; left > 0; left--) {
        double value = type.nextDouble();
        for (int i = 0; i < ranges.size(); i++) {
          // A record counts once for a range, however many values it has there.
          if (ranges.get(i).contains(value) && !hit.getAndSet(i)) {
            add(parent, i, doc);
          }
        }
      }
    }
  }

  @Override
  LogAggregateResult result(int parent) throws IOException {
    return dense(parent, aggregate.ranges().size());
  }
}
