package dev.headroom.storage.logs;

import dev.headroom.storage.logs.LogAggregateResult.Bucket;
import dev.headroom.storage.logs.LogAggregateResult.Buckets;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Combinations of values. Only the first ones in order are held, whatever comes: a key that is
 * pushed out has enough before it, so it will not come in again, and its bucket's number goes to
 * the next one.
 */
final class CompositeBuckets extends Bucketed {
  private final LogAggregate.Composite aggregate;
  private final Comparator<List<@Nullable Object>> order;
  private final TreeMap<List<@Nullable Object>, Integer> buckets;
  private final Map<Long, List<@Nullable Object>> keys = new HashMap<>();
  private final List<List<FieldValues>> values = new ArrayList<>();
  private final List<Integer> free = new ArrayList<>();
  private long nextKey;

  CompositeBuckets(LogAggregate.Composite aggregate, AggregateRun run) {
    super(aggregate, run);
    this.aggregate = aggregate;
    this.order = this::compare;
    this.buckets = new TreeMap<>(order);
  }

  private int compare(List<@Nullable Object> a, List<@Nullable Object> b) {
    for (int i = 0; i < a.size(); i++) {
      Object x = a.get(i);
      Object y = b.get(i);
      int result =
          x == null || y == null ? Boolean.compare(x != null, y != null) : KeyOrder.compare(x, y);
      if (result != 0) {
        return aggregate.sources().get(i).ascending() ? result : -result;
      }
    }
    return 0;
  }

  @Override
  void enter(AggregateSegment segment) throws IOException {
    super.enter(segment);
    values.clear();
    for (CompositeSource source : aggregate.sources()) {
      String field =
          switch (source) {
            case CompositeSource.Values of -> of.field();
            case CompositeSource.Interval of -> of.field();
            case CompositeSource.Time _ -> LogSchema.TIMESTAMP;
          };
      values.add(segment.values(field, Optional.empty()));
    }
  }

  @Override
  void collect(int doc, int parent) throws IOException {
    List<List<@Nullable Object>> parts = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      List<@Nullable Object> part = part(aggregate.sources().get(i), values.get(i), doc);
      if (part.isEmpty()) {
        return;
      }
      parts.add(part);
    }
    combine(parts, new ArrayList<>(), parent, doc);
  }

  private static List<@Nullable Object> part(
      CompositeSource source, List<FieldValues> values, int doc) throws IOException {
    List<@Nullable Object> found = new ArrayList<>(1);
    for (FieldValues type : values) {
      for (int left = type.advance(doc); left > 0; left--) {
        Object key = key(source, type);
        if (key != null && !found.contains(key)) {
          found.add(key);
        }
      }
    }
    if (found.isEmpty() && source.hasMissing()) {
      found.add(null);
    }
    return found;
  }

  private static @Nullable Object key(CompositeSource source, FieldValues type) throws IOException {
    return switch (source) {
      case CompositeSource.Values _ -> type.next();
      case CompositeSource.Time time -> time.rounding().start((Long) type.next());
      case CompositeSource.Interval of ->
          type.isNumber()
              ? Math.floor(type.nextDouble() / of.interval()) * of.interval() + 0.0
              : skip(type);
    };
  }

  private static @Nullable Object skip(FieldValues type) throws IOException {
    var unused = type.next();
    return null;
  }

  private void combine(
      List<List<@Nullable Object>> parts, List<@Nullable Object> key, int parent, int doc)
      throws IOException {
    int depth = key.size();
    if (depth == parts.size()) {
      addKey(key, parent, doc);
      return;
    }
    for (Object value : parts.get(depth)) {
      key.add(value);
      combine(parts, key, parent, doc);
      key.removeLast();
    }
  }

  private void addKey(List<@Nullable Object> key, int parent, int doc) throws IOException {
    Integer known = buckets.get(key);
    if (known == null) {
      boolean isPast = aggregate.after().isPresent() && compare(key, aggregate.after().get()) <= 0;
      if (isPast || buckets.size() == aggregate.size() && compare(key, buckets.lastKey()) > 0) {
        return;
      }
      known = place(parent, new ArrayList<>(key));
    }
    into(known, parent, doc);
  }

  private int place(int parent, List<@Nullable Object> key) {
    if (buckets.size() == aggregate.size()) {
      int bucket = buckets.pollLastEntry().getValue();
      clear(bucket);
      free.add(bucket);
    }
    int bucket = free.isEmpty() ? bucket(parent, nextKey) : free.removeLast();
    if (bucket >= 0) {
      nextKey = Math.max(nextKey, bucket + 1L);
      buckets.put(key, bucket);
    }
    return bucket;
  }

  @Override
  LogAggregateResult result(int parent) throws IOException {
    keys.clear();
    var ranks = new HashMap<Long, Integer>();
    buckets.forEach(
        (key, bucket) -> {
          keys.put((long) bucket, key);
          ranks.put((long) bucket, ranks.size());
        });
    // The keys of the table are numbered as its buckets are: both only ever grow by one.
    Buckets found = buckets(parent, number -> number, 1, KeyOrder.ASCENDING, Integer.MAX_VALUE);
    var inOrder = new Bucket[found.buckets().size()];
    for (Bucket bucket : found.buckets()) {
      List<@Nullable Object> key = keys.getOrDefault((Long) bucket.key(), List.of());
      inOrder[ranks.getOrDefault((Long) bucket.key(), 0)] =
          new Bucket(key, bucket.count(), bucket.children());
    }
    return new Buckets(aggregate.name(), Arrays.asList(inOrder), 0);
  }
}
