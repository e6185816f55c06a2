package dev.headroom.storage.logs;

import dev.headroom.storage.logs.LogAggregateResult.Bucket;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.util.BytesRef;
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
  void enter(LeafReader reader) throws IOException {
    leave();
    values = FieldValues.of(reader, aggregate.field());
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
  void collect(int doc) throws IOException {
    for (int type = 0; type < byOrdinal.length; type++) {
      FieldValues of = values.get(type);
      int[] records = byOrdinal[type];
      for (int left = of.advance(doc); left > 0; left--) {
        if (records != null) {
          records[of.nextOrdinal()]++;
        } else {
          counts.add(of.next());
        }
      }
    }
  }

  @Override
  void leave() throws IOException {
    for (int type = 0; type < byOrdinal.length; type++) {
      int[] records = byOrdinal[type];
      for (int ordinal = 0; records != null && ordinal < records.length; ordinal++) {
        if (records[ordinal] > 0) {
          BytesRef text = values.get(type).text(ordinal);
          counts.add(text, records[ordinal]);
        }
      }
    }
    byOrdinal = new int[0][];
  }

  @Override
  LogAggregateResult result() {
    int most = run.bucketsWanted(Math.min(aggregate.size(), counts.size()));
    List<Bucket> buckets = counts.first(most, order(aggregate.order()));
    long kept = buckets.stream().mapToLong(Bucket::count).sum();
    return new LogAggregateResult.Buckets(aggregate.name(), buckets, counts.total() - kept);
  }

  static Comparator<Bucket> order(LogAggregate.Order order) {
    return switch (order) {
      case COUNT_DESCENDING ->
          Comparator.comparingLong(Bucket::count).reversed().thenComparing(KeyOrder.ASCENDING);
      case COUNT_ASCENDING ->
          Comparator.comparingLong(Bucket::count).thenComparing(KeyOrder.ASCENDING);
      case KEY_ASCENDING -> KeyOrder.ASCENDING;
      case KEY_DESCENDING -> KeyOrder.ASCENDING.reversed();
    };
  }
}
