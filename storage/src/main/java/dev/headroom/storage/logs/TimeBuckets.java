package dev.headroom.storage.logs;

import java.io.IOException;
import java.util.Objects;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.DocValuesSkipper;
import org.apache.lucene.index.NumericDocValues;
import org.jspecify.annotations.Nullable;

/** Records by event time. Whole blocks of the skip index are taken at once where they fit. */
final class TimeBuckets extends Bucketed {
  private final TimeRounding rounding;

  @SuppressWarnings("NullAway.Init")
  private NumericDocValues times;

  private @Nullable DocValuesSkipper blocks;

  /** The interval looked at last: times are nearly in order. */
  private long start;

  private long end;
  private int lastParent = -1;
  private int lastBucket;

  TimeBuckets(LogAggregate aggregate, TimeRounding rounding, AggregateRun run) {
    super(aggregate, run);
    this.rounding = rounding;
  }

  @Override
  void enter(AggregateSegment segment) throws IOException {
    super.enter(segment);
    times = DocValues.getNumeric(segment.reader(), LogSchema.TIMESTAMP);
    blocks = segment.reader().getDocValuesSkipper(LogSchema.TIMESTAMP);
  }

  @Override
  void collect(int doc, int parent) throws IOException {
    if (times.advanceExact(doc)) {
      into(bucketAt(parent, times.longValue()), parent, doc);
    }
  }

  private int bucketAt(int parent, long time) {
    if (find(time) || lastParent != parent || lastBucket == NO_ROOM) {
      lastParent = parent;
      lastBucket = bucket(parent, start);
    }
    return lastBucket;
  }

  /** Goes to the interval of a time; whether that is another one than before. */
  private boolean find(long time) {
    if (time >= start && time < end) {
      return false;
    }
    start = rounding.start(time);
    end = rounding.next(start);
    return true;
  }

  @Override
  void collectRange(int min, int max, int parent) throws IOException {
    if (blocks == null) {
      super.collectRange(min, max, parent);
      return;
    }
    int doc = min;
    while (doc < max) {
      if (blocks.maxDocID(0) < doc) {
        blocks.advance(doc);
      }
      int level = 0;
      while (level + 1 < blocks.numLevels() && fits(level + 1, doc)) {
        level++;
      }
      int to = (int) Math.min(max, blocks.maxDocID(level) + 1L);
      if (fits(level, doc)) {
        allInto(bucketAt(parent, blocks.minValue(level)), parent, doc, to);
      } else {
        super.collectRange(doc, to, parent);
      }
      doc = to;
    }
  }

  private boolean fits(int level, int doc) {
    DocValuesSkipper skip = Objects.requireNonNull(blocks);
    if (skip.minDocID(level) > doc
        || skip.docCount(level) != skip.maxDocID(level) - skip.minDocID(level) + 1) {
      return false;
    }
    if (find(skip.minValue(level))) {
      lastParent = -1; // the bucket is that of the interval before
    }
    return skip.maxValue(level) < end;
  }

  @Override
  LogAggregateResult result(int parent) throws IOException {
    return buckets(parent, key -> key, 1, KeyOrder.ASCENDING, Integer.MAX_VALUE);
  }
}
