package dev.headroom.storage.logs;

import dev.headroom.storage.sketch.DistinctSketch;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.FixedBitSet;
import org.jspecify.annotations.Nullable;

/**
 * How many different values a field has. At the top texts are marked by ordinal, and hashed once a
 * segment; inside of buckets, the hashes of a segment's ordinals are kept.
 */
final class SketchedDistinct extends Accumulator {
  private static final int MAX_KEPT_HASHES = 1 << 16;

  private final LogAggregate.Distinct aggregate;
  private final AggregateRun run;
  private final boolean isOutermost;
  private @Nullable DistinctSketch[] sketches = new DistinctSketch[1];
  private List<FieldValues> values = List.of();

  /** For each type of value in the segment: ordinals seen, at the top; else null. */
  private @Nullable FixedBitSet[] seen = new FixedBitSet[0];

  /** For each type of value in the segment: hashes by ordinal, 0 if unknown, inside of buckets. */
  private long[][] hashes = new long[0][];

  private long reserved;

  SketchedDistinct(LogAggregate.Distinct aggregate, AggregateRun run, boolean isOutermost) {
    this.aggregate = aggregate;
    this.run = run;
    this.isOutermost = isOutermost;
  }

  @Override
  void enter(AggregateSegment segment) throws IOException {
    leave();
    values = segment.values(aggregate.field(), aggregate.missing());
    seen = new FixedBitSet[values.size()];
    hashes = new long[values.size()][];
    long bytes = 0;
    for (int type = 0; type < seen.length; type++) {
      int ordinals = values.get(type).ordinals();
      bytes += isOutermost ? ordinals / 8 : Math.min(ordinals, MAX_KEPT_HASHES) * 8L;
      boolean keeps = ordinals > 0 && reserve(bytes);
      seen[type] = keeps && isOutermost ? new FixedBitSet(ordinals) : null;
      hashes[type] = new long[keeps && !isOutermost ? Math.min(ordinals, MAX_KEPT_HASHES) : 0];
    }
  }

  /** Segments come one after the other, so the largest is what is held. */
  private boolean reserve(long bytes) {
    if (bytes > reserved && !run.tryReserve(bytes - reserved)) {
      return false;
    }
    reserved = Math.max(reserved, bytes);
    return true;
  }

  @Override
  void collect(int doc, int bucket) throws IOException {
    for (int type = 0; type < seen.length; type++) {
      FieldValues of = values.get(type);
      FixedBitSet ordinals = seen[type];
      for (int left = of.advance(doc); left > 0; left--) {
        if (ordinals != null) {
          ordinals.set(of.nextOrdinal());
        } else {
          add(bucket, hashes[type].length > 0 ? hash(of, hashes[type]) : of.nextHash());
        }
      }
    }
  }

  private static long hash(FieldValues of, long[] known) throws IOException {
    int ordinal = of.nextOrdinal();
    if (ordinal >= known.length) {
      return FieldValues.hash(of.text(ordinal));
    }
    if (known[ordinal] == 0) {
      known[ordinal] = FieldValues.hash(of.text(ordinal));
    }
    return known[ordinal];
  }

  private void add(int bucket, long hash) {
    if (bucket >= sketches.length) {
      sketches = Arrays.copyOf(sketches, Math.max(bucket + 1, 2 * sketches.length));
    }
    DistinctSketch sketch = sketches[bucket];
    long before = sketch == null ? 0 : sketch.bytes();
    if (sketch == null) {
      sketch = new DistinctSketch();
      sketches[bucket] = sketch;
    }
    sketch.addHash(hash);
    if (sketch.bytes() > before) {
      run.reserve(sketch.bytes() - before);
    }
  }

  @Override
  void leave() throws IOException {
    for (int type = 0; type < seen.length; type++) {
      FixedBitSet ordinals = seen[type];
      int next = ordinals == null ? DocIdSetIterator.NO_MORE_DOCS : ordinals.nextSetBit(0);
      while (ordinals != null && next != DocIdSetIterator.NO_MORE_DOCS) {
        add(0, FieldValues.hash(values.get(type).text(next)));
        next =
            next + 1 < ordinals.length()
                ? ordinals.nextSetBit(next + 1)
                : DocIdSetIterator.NO_MORE_DOCS;
      }
    }
    seen = new FixedBitSet[0];
  }

  @Override
  void forget(int bucket) {
    if (bucket < sketches.length) {
      sketches[bucket] = null;
    }
  }

  @Override
  LogAggregateResult result(int bucket) {
    DistinctSketch sketch = bucket >= 0 && bucket < sketches.length ? sketches[bucket] : null;
    return new LogAggregateResult.Distinct(
        aggregate.name(), sketch == null ? new DistinctSketch() : sketch);
  }
}
