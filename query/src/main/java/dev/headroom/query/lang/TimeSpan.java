package dev.headroom.query.lang;

import dev.headroom.storage.logs.TimeRounding;
import java.time.ZoneId;

/**
 * Spans of time side by side, as {@code bucket(1d, Europe/Berlin)} has them.
 *
 * @param zone whose clocks are meant
 * @param rounding where the spans start; weeks on Mondays
 */
public record TimeSpan(long nanos, ZoneId zone, TimeRounding rounding) {
  private static final long SECOND = 1_000_000_000L;
  private static final long DAY = 86_400 * SECOND;
  private static final long WEEK = 7 * DAY;

  /** 1970-01-05. */
  private static final long FIRST_MONDAY = 4 * DAY;

  /**
   * Spans of one length by the clocks of a zone.
   *
   * @throws dev.headroom.storage.model.HeadroomException INVALID for a length that clocks which are
   *     put forward and back cannot have
   */
  static TimeSpan of(long nanos, ZoneId zone) {
    return new TimeSpan(nanos, zone, rounding(nanos, zone));
  }

  private static TimeRounding rounding(long nanos, ZoneId zone) {
    if (zone.getRules().isFixedOffset()) {
      long ahead = zone.getRules().getOffset(java.time.Instant.EPOCH).getTotalSeconds() * SECOND;
      return new TimeRounding.Fixed(nanos, (nanos % WEEK == 0 ? FIRST_MONDAY : 0) - ahead);
    }
    if (nanos == DAY || nanos == WEEK) {
      return new TimeRounding.Calendar(
          nanos == DAY ? TimeRounding.Unit.DAY : TimeRounding.Unit.WEEK, zone, 0);
    }
    return new TimeRounding.FixedInZone(nanos, zone, 0);
  }

  /** The start of the span that holds a moment, in epoch nanoseconds. */
  public long start(long epochNanos) {
    return rounding.start(epochNanos);
  }

  /** The start of the span behind the one that starts here. */
  public long next(long start) {
    return rounding.next(start);
  }
}
