package dev.headroom.query.lang;

import dev.headroom.storage.model.TimeRange;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.OptionalLong;

/**
 * Spans of one length, side by side. They start at multiples of the length of local time, weeks on
 * Mondays.
 *
 * @param zone whose clock is meant
 */
public record TimeSpan(long nanos, ZoneId zone) {
  private static final long SECOND = 1_000_000_000L;
  private static final long WEEK = 7L * 86_400 * SECOND;

  /** 1970-01-05. */
  private static final long FIRST_MONDAY = 4L * 86_400 * SECOND;

  /** The first start after the epoch, where all spans have one length: in zones without changes. */
  public OptionalLong offsetNanos() {
    return zone.getRules().isFixedOffset()
        ? OptionalLong.of(localOffset() - shift(Instant.EPOCH))
        : OptionalLong.empty();
  }

  /** The start of the span that holds a moment. */
  public long start(long epochNanos) {
    long offset = localOffset();
    long shift = shift(TimeRange.instant(epochNanos));
    long local = Math.floorDiv(epochNanos + shift - offset, nanos) * nanos + offset;
    if (zone.getRules().isFixedOffset()) {
      return local - shift;
    }
    var wall =
        LocalDateTime.ofEpochSecond(
            Math.floorDiv(local, SECOND), Math.floorMod(local, (int) SECOND), ZoneOffset.UTC);
    // An hour that the clock shows twice has two starts: take the one before the moment.
    long latest = TimeRange.nanos(wall.atZone(zone).withLaterOffsetAtOverlap().toInstant());
    return latest <= epochNanos ? latest : TimeRange.nanos(wall.atZone(zone).toInstant());
  }

  /** The start of the span behind the one that starts here. */
  public long next(long start) {
    long end = start + nanos;
    if (zone.getRules().isFixedOffset()) {
      return end;
    }
    // A day may have 23 or 25 hours.
    long found = start(end);
    if (found > start) {
      return found;
    }
    long later = start(end + Math.min(nanos, 7_200 * SECOND));
    return later > start ? later : end;
  }

  private long localOffset() {
    return nanos % WEEK == 0 ? FIRST_MONDAY : 0;
  }

  private long shift(Instant instant) {
    return zone.getRules().getOffset(instant).getTotalSeconds() * SECOND;
  }
}
