package dev.headroom.query.logql;

import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TimeRange;

/** The points in time that a metric query is evaluated for. */
record Points(long startMillis, long stepMillis, int count) {
  private static final long NANOS = 1_000_000;

  long timeMillis(int i) {
    return startMillis + i * stepMillis;
  }

  /** The last moment that a window before point {@code i} holds; it begins behind its first. */
  long endNanos(int i, RangeQuery query) {
    return clamped(timeMillis(i)) * NANOS - query.offsetNanos();
  }

  /** Every moment that any window holds. */
  TimeRange range(RangeQuery query) {
    long from = endNanos(0, query) - query.rangeNanos() + 1;
    long to = endNanos(count - 1, query) + 1;
    if (from >= to) {
      throw HeadroomException.invalid("the range lies outside of the times there are");
    }
    return new TimeRange(from, to);
  }

  /** Half of what a long can hold: offsets and ranges stay inside as well. */
  private static long clamped(long millis) {
    long max = Long.MAX_VALUE / NANOS / 2;
    return Math.max(-max, Math.min(max, millis));
  }
}
