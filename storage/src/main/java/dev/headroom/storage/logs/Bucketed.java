package dev.headroom.storage.logs;

import dev.headroom.storage.logs.LogAggregateResult.Bucket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Aggregates that hold buckets, each with the children of its own. */
abstract class Bucketed extends Accumulator {
  static final int NO_ROOM = -1;

  private final LogAggregate aggregate;
  private final AggregateRun run;
  private final Accumulator[] children;
  private final BucketTable table = new BucketTable();
  private long[] counts = new long[8];

  /** Records without a bucket, by parent. */
  private long[] left = new long[0];

  Bucketed(LogAggregate aggregate, AggregateRun run) {
    this.aggregate = aggregate;
    this.run = run;
    this.children =
        aggregate.children().stream()
            .map(child -> Accumulator.of(child, run, false))
            .toArray(Accumulator[]::new);
  }

  @Override
  void enter(AggregateSegment segment) throws IOException {
    for (Accumulator child : children) {
      child.enter(segment);
    }
  }

  @Override
  void leave() throws IOException {
    for (Accumulator child : children) {
      child.leave();
    }
  }

  boolean hasChildren() {
    return children.length > 0;
  }

  /** The bucket of a key; {@link #NO_ROOM} when there may be no more. */
  int bucket(int parent, long key) {
    int bucket = table.find(parent, key);
    return bucket < 0 ? newBucket(parent, key) : bucket;
  }

  private int newBucket(int parent, long key) {
    if (!run.mayAddBucket()) {
      return NO_ROOM;
    }
    int bucket = table.add(parent, key);
    if (bucket == counts.length) {
      counts = Arrays.copyOf(counts, 2 * bucket);
    }
    return bucket;
  }

  void add(int parent, long key, int doc) throws IOException {
    into(bucket(parent, key), parent, doc);
  }

  /** Counts a record for a bucket that {@link #bucket} gave. */
  void into(int bucket, int parent, int doc) throws IOException {
    if (bucket < 0) {
      leave(parent, 1);
      return;
    }
    counts[bucket]++;
    for (Accumulator child : children) {
      child.collect(doc, bucket);
    }
  }

  /** The same for every document of a range. */
  void allInto(int bucket, int parent, int min, int max) throws IOException {
    if (bucket < 0) {
      leave(parent, max - min);
      return;
    }
    counts[bucket] += max - min;
    for (Accumulator child : children) {
      child.collectRange(min, max, bucket);
    }
  }

  private void leave(int parent, long records) {
    if (parent >= left.length) {
      left = Arrays.copyOf(left, Math.max(parent + 1, 2 * left.length));
    }
    left[parent] += records;
  }

  @Override
  void forget(int parent) {
    for (int bucket = table.last(parent); bucket >= 0; bucket = table.before(bucket)) {
      clear(bucket);
    }
    if (parent < left.length) {
      left[parent] = 0;
    }
  }

  /** Makes a bucket as if nothing had been collected for it. */
  void clear(int bucket) {
    counts[bucket] = 0;
    for (Accumulator child : children) {
      child.forget(bucket);
    }
  }

  interface Keys {
    Object of(long key);
  }

  /** Buckets that hold records, in an order, cut to a size; the rest is counted. */
  LogAggregateResult.Buckets buckets(
      int parent, Keys keys, long minCount, Comparator<Bucket> order, int size) throws IOException {
    List<Bucket> all = new ArrayList<>();
    for (int bucket = table.last(parent); bucket >= 0; bucket = table.before(bucket)) {
      if (counts[bucket] > 0 && counts[bucket] >= minCount) {
        all.add(new Bucket(keys.of(table.key(bucket)), counts[bucket], results(bucket)));
      }
    }
    all.sort(order);
    int kept = Math.min(size, all.size());
    long others = parent >= 0 && parent < left.length ? left[parent] : 0;
    for (Bucket bucket : all.subList(kept, all.size())) {
      others += bucket.count();
    }
    return new LogAggregateResult.Buckets(
        aggregate.name(), List.copyOf(all.subList(0, kept)), others);
  }

  /** Buckets of the keys from 0 to below {@code size}, empty ones too. */
  LogAggregateResult.Buckets dense(int parent, int size) throws IOException {
    List<Bucket> all = new ArrayList<>(size);
    for (long key = 0; key < size; key++) {
      int bucket = parent < 0 ? -1 : table.find(parent, key);
      all.add(new Bucket(key, bucket < 0 ? 0 : counts[bucket], results(bucket)));
    }
    return new LogAggregateResult.Buckets(aggregate.name(), all, 0);
  }

  /** What the children have for a bucket; -1 for one without records. */
  List<LogAggregateResult> results(int bucket) throws IOException {
    List<LogAggregateResult> results = new ArrayList<>(children.length);
    for (Accumulator child : children) {
      results.add(child.result(bucket));
    }
    return results;
  }
}
