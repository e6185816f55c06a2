package dev.headroom.storage.logs;

import dev.headroom.storage.sketch.QuantileSketch;
import java.io.IOException;
import java.util.List;
import org.apache.lucene.index.LeafReader;

/** The distribution of a field's numbers. */
final class SketchedQuantiles extends Accumulator {
  private final LogAggregate.Percentiles aggregate;
  private final AggregateRun run;
  private final QuantileSketch sketch = new QuantileSketch();
  private List<FieldValues> values = List.of();
  private long reserved;

  SketchedQuantiles(LogAggregate.Percentiles aggregate, AggregateRun run) {
    this.aggregate = aggregate;
    this.run = run;
  }

  @Override
  void enter(LeafReader reader) throws IOException {
    values = FieldValues.of(reader, aggregate.field());
  }

  @Override
  void collect(int doc) throws IOException {
    for (FieldValues type : values) {
      if (type.isNumber()) {
        for (int left = type.advance(doc); left > 0; left--) {
          double value = type.nextDouble();
          if (reserve()) {
            sketch.add(value);
          }
        }
      }
    }
  }

  private boolean reserve() {
    long more = sketch.bytes() - reserved;
    if (more > 0 && !run.reserve(more)) {
      return false;
    }
    reserved += Math.max(0, more);
    return true;
  }

  @Override
  LogAggregateResult result() {
    return new LogAggregateResult.Percentiles(aggregate.name(), sketch);
  }
}
