package dev.headroom.storage.logs;

import dev.headroom.storage.logs.LogAggregateResult.Bucket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Records by the values of a field, inside of buckets or with children. */
final class TermBuckets extends Bucketed {
  private static final int UNKNOWN = 0;
  private static final int LEFT_OUT = -1;
  private static final long BYTES_BESIDE_VALUE = 32;

  private final LogAggregate.Terms aggregate;
  private final AggregateRun run;
  private final boolean isOutermost;
  private final Predicate<Object> wanted;
  private final ValueIds ids = new ValueIds();
  private List<FieldValues> values = List.of();

  /**
   * For each type of value in the segment, by ordinal: number + 1 of the value or, at the top, of
   * its bucket.
   */
  private int[][] byOrdinal = new int[0][];

  private long reserved;

  TermBuckets(LogAggregate.Terms aggregate, AggregateRun run, boolean isOutermost) {
    super(aggregate, run);
    this.aggregate = aggregate;
    this.run = run;
    this.isOutermost = isOutermost;
    this.wanted = aggregate.keys().takesAll() ? _ -> true : aggregate.keys().test();
  }

  @Override
  void enter(AggregateSegment segment) throws IOException {
    super.enter(segment);
    values = segment.values(aggregate.field(), aggregate.missing());
    byOrdinal = new int[values.size()][];
    long bytes = 0;
    for (int type = 0; type < byOrdinal.length; type++) {
      int ordinals = values.get(type).ordinals();
      bytes += (long) ordinals * Integer.BYTES;
      byOrdinal[type] = new int[reserve(bytes) ? ordinals : 0];
      for (int ordinal = 0; aggregate.minCount() == 0 && ordinal < ordinals; ordinal++) {
        var unused = id(values.get(type).text(ordinal).utf8ToString());
      }
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
  void collect(int doc, int parent) throws IOException {
    for (int type = 0; type < byOrdinal.length; type++) {
      FieldValues of = values.get(type);
      Object before = null;
      for (int left = of.advance(doc); left > 0; left--) {
        if (byOrdinal[type].length > 0) {
          add(of, byOrdinal[type], doc, parent);
        } else {
          Object value = of.next();
          if (!value.equals(before)) {
            add(id(value), doc, parent);
            before = value;
          }
        }
      }
    }
  }

  private void add(FieldValues of, int[] known, int doc, int parent) throws IOException {
    int ordinal = of.nextOrdinal();
    int number = known[ordinal];
    if (number == UNKNOWN) {
      int id = id(of.text(ordinal).utf8ToString());
      // A bucket for which there is no room is asked for again: 0 is unknown.
      number = id < 0 ? LEFT_OUT : isOutermost ? bucket(parent, id) + 1 : id + 1;
      known[ordinal] = number;
    }
    if (number != LEFT_OUT) {
      into(isOutermost ? number - 1 : bucket(parent, number - 1), parent, doc);
    }
  }

  private void add(int id, int doc, int parent) throws IOException {
    if (id != LEFT_OUT) {
      into(bucket(parent, id), parent, doc);
    }
  }

  private int id(Object value) {
    int length = ids.set(value);
    int id = ids.find();
    if (id >= 0) {
      return id;
    }
    if (!wanted.test(value)) {
      return LEFT_OUT;
    }
    run.reserve(length + BYTES_BESIDE_VALUE);
    return ids.add();
  }

  @Override
  LogAggregateResult result(int parent) throws IOException {
    Comparator<Bucket> order = BucketOrder.comparator(aggregate.orders());
    if (aggregate.minCount() > 0) {
      return buckets(parent, this::value, aggregate.minCount(), order, aggregate.size());
    }
    List<Bucket> all =
        new ArrayList<>(buckets(parent, this::value, 0, order, Integer.MAX_VALUE).buckets());
    Set<Object> found = new HashSet<>();
    all.forEach(bucket -> found.add(bucket.key()));
    for (int id = 0; id < ids.size(); id++) {
      Object value = ids.value(id);
      if (!found.contains(value)) {
        all.add(new Bucket(value, 0, results(-1)));
      }
    }
    all.sort(order);
    int kept = Math.min(aggregate.size(), all.size());
    long others = all.subList(kept, all.size()).stream().mapToLong(Bucket::count).sum();
    return new LogAggregateResult.Buckets(
        aggregate.name(), List.copyOf(all.subList(0, kept)), others);
  }

  private Object value(long id) {
    return ids.value((int) id);
  }
}
