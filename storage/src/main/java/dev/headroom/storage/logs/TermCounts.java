package dev.headroom.storage.logs;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headroom.storage.logs.LogAggregateResult.Bucket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.LongPredicate;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.BytesRefBuilder;
import org.apache.lucene.util.BytesRefHash;
import org.apache.lucene.util.NumericUtils;

/**
 * How many records each value of a field has, kept as bytes in one table: a value is its type's
 * letter and its text or its eight bytes. Not thread-safe.
 */
final class TermCounts {
  private static final long BYTES_BESIDE_VALUE = 32;
  private static final byte TEXT = 't';
  private static final byte LONG = 'l';
  private static final byte DOUBLE = 'd';
  private static final byte BOOLEAN = 'b';

  private final LongPredicate reserve;
  private final BytesRefHash values = new BytesRefHash();
  private final BytesRefBuilder scratch = new BytesRefBuilder();
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
    scratch.clear();
    scratch.append(TEXT);
    scratch.append(text);
    return add(records);
  }

  /** Counts one record of a value as {@link FieldValues#next} gives it. */
  boolean add(Object value) {
    scratch.clear();
    switch (value) {
      case Long number -> append(LONG, number);
      case Double number -> append(DOUBLE, NumericUtils.doubleToSortableLong(number));
      case Boolean truth -> append(BOOLEAN, truth ? 1 : 0);
      default -> {
        scratch.append(TEXT);
        byte[] utf8 = value.toString().getBytes(UTF_8);
        scratch.append(utf8, 0, utf8.length);
      }
    }
    return add(1);
  }

  private void append(byte type, long bits) {
    scratch.grow(1 + Long.BYTES);
    scratch.append(type);
    NumericUtils.longToSortableBytes(bits, scratch.bytes(), 1);
    scratch.setLength(1 + Long.BYTES);
  }

  private boolean add(long records) {
    total += records;
    int id = values.find(scratch.get());
    if (id < 0) {
      if (!reserve.test(scratch.length() + BYTES_BESIDE_VALUE)) {
        return false;
      }
      id = values.add(scratch.get());
      if (id == counts.length) {
        counts = Arrays.copyOf(counts, 2 * counts.length);
      }
    }
    counts[id] += records;
    return true;
  }

  /** Different values so far. */
  int size() {
    return values.size();
  }

  /** Records counted, those for whose value there was no room as well. */
  long total() {
    return total;
  }

  /** The first buckets in an order. */
  List<Bucket> first(int most, Comparator<Bucket> order) {
    var kept = new PriorityQueue<Bucket>(order.reversed());
    for (int id = 0; id < values.size() && most > 0; id++) {
      var bucket = new Bucket(value(id), counts[id], List.of());
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

  private Object value(int id) {
    BytesRef key = values.get(id, new BytesRef());
    int from = key.offset + 1;
    return switch (key.bytes[key.offset]) {
      case LONG -> NumericUtils.sortableBytesToLong(key.bytes, from);
      case DOUBLE ->
          NumericUtils.sortableLongToDouble(NumericUtils.sortableBytesToLong(key.bytes, from));
      case BOOLEAN -> NumericUtils.sortableBytesToLong(key.bytes, from) == 1;
      default -> new String(key.bytes, from, key.length - 1, UTF_8);
    };
  }
}
