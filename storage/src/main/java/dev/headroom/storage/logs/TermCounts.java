package dev.headroom.storage.logs;

import dev.headroom.storage.logs.LogAggregateResult.Bucket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import org.apache.lucene.util.BytesRef;

/** How many records each value of a field has. Not thread-safe. */
final class TermCounts {
  private static final long BYTES_BESIDE_VALUE = 32;

  private final LongPredicate reserve;
  private final ValueIds ids = new ValueIds();
  private long[] counts = new long[16];
  private long total;

  /**
   * @param reserve asked whether so many bytes may be used
   */
  TermCounts(LongPredicate reserve) {
    this.reserve = reserve;
  }

  /** Counts records of a text; whether there was room for it. */
  boolean add(BytesRef text, long records) {
    return add(ids.set(text), records);
  }

  /** Counts one record of a value as {@link FieldValues#next} gives it. */
  boolean add(Object value) {
    return add(ids.set(value), 1);
  }

  private boolean add(int length, long records) {
    total += records;
    int id = ids.find();
    if (id < 0) {
      if (!reserve.test(length + BYTES_BESIDE_VALUE)) {
        return false;
      }
      id = ids.add();
      if (id == counts.length) {
        counts = Arrays.copyOf(counts, 2 * counts.length);
      }
    }
    counts[id] += records;
    return true;
  }

  /** Different values so far. */
  int size() {
    return ids.size();
  }

  /** Records counted, those for whose value there was no room as well. */
  long total() {
    return total;
  }

  /** The first buckets in an order, of those that are wanted. */
  List<Bucket> first(int most, Comparator<Bucket> order, Predicate<Bucket> wanted) {
    var kept = new PriorityQueue<Bucket>(order.reversed());
    for (int id = 0; id < ids.size() && most > 0; id++) {
      var bucket = new Bucket(ids.value(id), counts[id], List.of());
      if (!wanted.test(bucket)) {
        continue;
      }
      if (kept.size() < most) {
        kept.add(bucket);
      } else if (order.compare(bucket, kept.element()) < 0) {
        kept.remove();
        kept.add(bucket);
      }
    }
    List<Bucket> buckets = new ArrayList<>(kept);
    buckets.sort(order);
    return buckets;
  }

  /** Records of the values that are wanted. */
  long total(Predicate<Bucket> wanted) {
    long sum = 0;
    for (int id = 0; id < ids.size(); id++) {
      var bucket = new Bucket(ids.value(id), counts[id], List.of());
      sum += wanted.test(bucket) ? bucket.count() : 0;
    }
    return sum;
  }
}
