package dev.headroom.storage.logs;

import dev.headroom.storage.sketch.QuantileSketch;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The distribution of a field's numbers. */
final class SketchedQuantiles extends Accumulator {
  private final LogAggregate.Percentiles aggregate;
  private final AggregateRun run;
  private @Nullable QuantileSketch[] sketches = new QuantileSketch[1];
  private List<FieldValues> values = List.of();

  SketchedQuantiles(LogAggregate.Percentiles aggregate, AggregateRun run) {
    this.aggregate = aggregate;
    this.run = run;
  }

  @Override
  void enter(AggregateSegment segment) throws IOException {
    values = segment.values(aggregate.field(), aggregate.missing());
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
    if (bucket >= sketches.length) {
      sketches = Arrays.copyOf(sketches, Math.max(bucket + 1, 2 * sketches.length));
    }
    QuantileSketch sketch = sketches[bucket];
    long before = sketch == null ? 0 : sketch.bytes();
    if (sketch == null) {
      sketch = new QuantileSketch();
      sketches[bucket] = sketch;
    }
    sketch.add(value);
    if (sketch.bytes() > before) {
      run.reserve(sketch.bytes() - before);
    }
  }

  @Override
  void forget(int bucket) {
    if (bucket < sketches.length) {
      sketches[bucket] = null;
    }
  }

  @Override
  LogAggregateResult result(int bucket) {
    QuantileSketch sketch = bucket >= 0 && bucket < sketches.length ? sketches[bucket] : null;
    return new LogAggregateResult.Percentiles(
        aggregate.name(), sketch == null ? new QuantileSketch() : sketch);
  }
}
