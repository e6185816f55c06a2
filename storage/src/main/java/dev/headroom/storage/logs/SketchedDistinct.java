package dev.headroom.storage.logs;

import dev.headroom.storage.sketch.DistinctSketch;
import java.io.IOException;
import java.util.List;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.FixedBitSet;
import org.jspecify.annotations.Nullable;

/**
 * How many different values a field has. Texts are marked by ordinal, and hashed once a segment.
 */
final class SketchedDistinct extends Accumulator {
  private final LogAggregate.Distinct aggregate;
  private final AggregateRun run;
  private final DistinctSketch sketch = new DistinctSketch();
  private List<FieldValues> values = List.of();

  /** For each type of value in the segment: ordinals seen; null for types without. */
  private @Nullable FixedBitSet[] seen = new FixedBitSet[0];

  private long reserved;

  SketchedDistinct(LogAggregate.Distinct aggregate, AggregateRun run) {
    this.aggregate = aggregate;
    this.run = run;
  }

  @Override
  void enter(LeafReader reader) throws IOException {
    leave();
    values = FieldValues.of(reader, aggregate.field());
    seen = new FixedBitSet[values.size()];
    long bytes = sketch.bytes();
    for (int type = 0; type < seen.length; type++) {
      int ordinals = values.get(type).ordinals();
      bytes += ordinals / 8;
      if (ordinals > 0 && reserve(bytes)) {
        seen[type] = new FixedBitSet(ordinals);
      }
    }
  }

  private boolean reserve(long bytes) {
    if (bytes > reserved && !run.reserve(bytes - reserved)) {
      return false;
    }
    reserved = Math.max(reserved, bytes);
    return true;
  }

  @Override
  void collect(int doc) throws IOException {
    for (int type = 0; type < seen.length; type++) {
      FieldValues of = values.get(type);
      FixedBitSet ordinals = seen[type];
      for (int left = of.advance(doc); left > 0; left--) {
        if (ordinals != null) {
          ordinals.set(of.nextOrdinal());
        } else {
          sketch.addHash(of.nextHash());
        }
      }
    }
  }

  @Override
  void leave() throws IOException {
    for (int type = 0; type < seen.length; type++) {
      FixedBitSet ordinals = seen[type];
      int next = ordinals == null ? DocIdSetIterator.NO_MORE_DOCS : ordinals.nextSetBit(0);
      while (ordinals != null && next != DocIdSetIterator.NO_MORE_DOCS) {
        sketch.addHash(FieldValues.hash(values.get(type).text(next)));
        next =
            next + 1 < ordinals.length()
                ? ordinals.nextSetBit(next + 1)
                : DocIdSetIterator.NO_MORE_DOCS;
      }
    }
    seen = new FixedBitSet[0];
  }

  @Override
  LogAggregateResult result() {
    return new LogAggregateResult.Distinct(aggregate.name(), sketch);
  }
}
