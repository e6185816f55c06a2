package dev.headroom.storage.model;

import java.time.Instant;

/** Half-open range of event time, epoch nanoseconds: {@code fromNanos <= t < toNanos}. */
public record TimeRange(long fromNanos, long toNanos) {
  public static final TimeRange ALL = new TimeRange(Long.MIN_VALUE, Long.MAX_VALUE);

  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  public TimeRange {
    if (toNanos < fromNanos) {
      throw HeadroomException.invalid(
          "end is before start: " + format(toNanos) + " < " + format(fromNanos));
    }
  }

  public boolean contains(long nanos) {
    return nanos >= fromNanos && nanos < toNanos;
  }

  public boolean intersects(TimeRange other) {
    return fromNanos < other.toNanos && other.fromNanos < toNanos;
  }

  public boolean isEmpty() {
    return fromNanos == toNanos;
  }

  /** Epoch nanoseconds of an instant; clamped to what a long can hold (1677 to 2262). */
  public static long nanos(Instant instant) {
    try {
      return Math.addExact(
          Math.multiplyExact(instant.getEpochSecond(), NANOS_PER_SECOND), instant.getNano());
    } catch (ArithmeticException _) {
      return instant.getEpochSecond() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
  }

  public static Instant instant(long nanos) {
    return Instant.ofEpochSecond(
        Math.floorDiv(nanos, NANOS_PER_SECOND), Math.floorMod(nanos, NANOS_PER_SECOND));
  }

  /** ISO-8601 in UTC with as many digits as the value needs. */
  public static String format(long nanos) {
    return instant(nanos).toString();
  }
}
