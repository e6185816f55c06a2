package dev.headroom.storage.logs;

import dev.headroom.storage.logs.LogAggregateResult.Bucket;
import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The values of a field, counted over all records: by ordinal while in a segment, and by value once
 * a segment. Every value is counted, however many there are, so the most frequent ones are exact.
 */
final class CountedTerms extends Accumulator {
  private final LogAggregate.Terms aggregate;
  private final AggregateRun run;
  private final TermCounts counts;
  private List<FieldValues> values = List.of();

  /** For each type of value in the segment: records by ordinal; null for types without. */
  private int[] @Nullable [] byOrdinal = new int[0][];

  private long reserved;

  CountedTerms(LogAggregate.Terms aggregate, AggregateRun run) {
    this.aggregate = aggregate;
    this.run = run;
    this.counts = new TermCounts(run::reserve);
  }

  @Override
  void enter(AggregateSegment segment) throws IOException {
    leave();
    values = segment.values(aggregate.field(), aggregate.missing());
    byOrdinal = new int[values.size()][];
    long bytes = 0;
    for (int type = 0; type < byOrdinal.length; type++) {
      int ordinals = values.get(type).ordinals();
      bytes += (long) ordinals * Integer.BYTES;
      if (ordinals > 0 && reserve(bytes)) {
        byOrdinal[type] = new int[ordinals];
      }
    }
  }

  /** Segments come one after the other, so the largest is what is held. */
  private boolean reserve(long bytes) {
    if (bytes > reserved && !run.reserve(bytes - reserved)) {
      return false;
    }
    reserved = Math.max(reserved, bytes);
    return true;
  }

  @Override
  void collect(int doc, int bucket) throws IOException {
    for (int type = 0; type < byOrdinal.length; type++) {
      FieldValues of = this.values.get(type);
      int[] records = byOrdinal[type];
      int values = of.advance(doc);
      if (records == null) {
        count(of, values);
      } else {
        for (int left = values; left > 0; left--) {
          records[of.nextOrdinal()]++;
        }
      }
    }
  }

  /** Numbers come in order, and perhaps more than once. */
  private void count(FieldValues of, int values) throws IOException {
    if (values == 1) {
      counts.add(of.next());
      return;
    }
    Object before = null;
    for (int left = values; left > 0; left--) {
      Object value = of.next();
      if (!value.equals(before)) {
        counts.add(value);
        before = value;
      }
    }
  }

  @Override
  void leave() throws IOException {
    long least = Math.min(1, aggregate.minCount());
    for (int type = 0; type < byOrdinal.length; type++) {
      int[] records = byOrdinal[type];
      for (int ordinal = 0; records != null && ordinal < records.length; ordinal++) {
        if (records[ordinal] >= least) {
          counts.add(values.get(type).text(ordinal), records[ordinal]);
        }
      }
    }
    byOrdinal = new int[0][];
  }

  @Override
  void forget(int bucket) {
    throw new IllegalStateException("stands at the top only");
  }

  @Override
  LogAggregateResult result(int parent) {
    boolean takesAll = aggregate.keys().takesAll() && aggregate.minCount() <= 1;
    Predicate<Object> keys = aggregate.keys().test();
    Predicate<Bucket> wanted =
        takesAll
            ? _ -> true
            : bucket -> bucket.count() >= aggregate.minCount() && keys.test(bucket.key());
    int most = run.bucketsWanted(Math.min(aggregate.size(), counts.size()));
    List<Bucket> buckets = counts.first(most, BucketOrder.comparator(aggregate.orders()), wanted);
    long kept = buckets.stream().mapToLong(Bucket::count).sum();
    long total = takesAll ? counts.total() : counts.total(wanted);
    return new LogAggregateResult.Buckets(aggregate.name(), buckets, total - kept);
  }
}
