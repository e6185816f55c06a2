package dev.headroom.ingest.normalise;

import dev.headroom.ingest.decode.Decoded;
import dev.headroom.storage.model.StreamKey;
import dev.headroom.storage.model.TimeRange;
import dev.headroom.storage.retention.RetentionPolicy;
import java.time.Duration;

/**
 * Event times that a stream takes, around the moment of receipt: as old as it is kept, and an hour
 * ahead for clocks that are wrong.
 */
public record TimeWindow(long oldestNanos, long newestNanos) {
  private static final Duration AHEAD = Duration.ofHours(1);

  public static TimeWindow of(RetentionPolicy retention, StreamKey stream, long receivedAtNanos) {
    return new TimeWindow(
        subtract(receivedAtNanos, nanos(retention.ageOf(stream))),
        receivedAtNanos + AHEAD.toNanos());
  }

  private static long nanos(Duration age) {
    try {
      return age.toNanos();
    } catch (ArithmeticException _) {
      return Long.MAX_VALUE;
    }
  }

  private static long subtract(long now, long age) {
    return Math.max(now - age, Long.MIN_VALUE + 1);
  }

  /** Accepted, or rejected as {@code too_old} or {@code too_new}. */
  public Decoded check(long eventTimeNanos) {
    if (eventTimeNanos < oldestNanos) {
      return Decoded.rejected(
          "too_old",
          "@timestamp",
          TimeRange.format(eventTimeNanos)
              + " is older than this stream is kept; the oldest accepted is "
              + TimeRange.format(oldestNanos));
    }
    if (eventTimeNanos > newestNanos) {
      return Decoded.rejected(
          "too_new",
          "@timestamp",
          TimeRange.format(eventTimeNanos)
              + " is in the future; the newest accepted is "
              + TimeRange.format(newestNanos));
    }
    return Decoded.ACCEPTED;
  }
}
