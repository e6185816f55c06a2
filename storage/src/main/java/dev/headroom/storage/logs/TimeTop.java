package dev.headroom.storage.logs;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import org.apache.lucene.index.LeafReader;

/** The first so many records of an order by event time, and what may still come before them. */
final class TimeTop {
  record Found(LeafReader reader, int doc, long time, long position) {
    LogCursor cursor() {
      return new LogCursor(time, position);
    }
  }

  private static final Comparator<Found> OLDEST_FIRST =
      Comparator.comparingLong(Found::time).thenComparingLong(Found::position);

  private final boolean descending;
  private final int size;
  private final Optional<LogCursor> after;
  private final Comparator<Found> order;
  private final PriorityQueue<Found> lastFirst;

  TimeTop(boolean descending, int size, Optional<LogCursor> after) {
    this.descending = descending;
    this.size = size;
    this.after = after;
    this.order = descending ? OLDEST_FIRST.reversed() : OLDEST_FIRST;
    this.lastFirst = new PriorityQueue<>(Math.max(1, size), order.reversed());
  }

  boolean isDescending() {
    return descending;
  }

  /** Whether a record of a time within these bounds, both inclusive, may be among the first. */
  boolean mayTake(long minTime, long maxTime) {
    if (after.isPresent()) {
      long place = time(after.get());
      if (descending ? minTime > place : maxTime < place) {
        return false;
      }
    }
    Found last = last();
    return last == null || (descending ? maxTime >= last.time : minTime <= last.time);
  }

  void offer(LeafReader reader, int doc, long time, long position) {
    if (after.isPresent() && !isBehind(after.get(), time, position)) {
      return;
    }
    var found = new Found(reader, doc, time, position);
    Found last = last();
    if (last == null) {
      lastFirst.add(found);
    } else if (order.compare(found, last) < 0) {
      lastFirst.poll();
      lastFirst.add(found);
    }
  }

  /** The last of a full list; null while there is room. */
  private @org.jspecify.annotations.Nullable Found last() {
    return lastFirst.size() < size ? null : lastFirst.peek();
  }

  private boolean isBehind(LogCursor cursor, long time, long position) {
    int byTime = Long.compare(time, time(cursor));
    int both = byTime != 0 ? byTime : Long.compare(position, cursor.position());
    return descending ? both < 0 : both > 0;
  }

  private static long time(LogCursor cursor) {
    return cursor.value() instanceof Number number
        ? number.longValue()
        : TimeText.requireNanos(cursor.value().toString());
  }

  List<Found> inOrder() {
    var all = new ArrayList<>(lastFirst);
    all.sort(order);
    return all;
  }
}
