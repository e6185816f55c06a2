package dev.headroom.storage.logs;

import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TimeRange;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;

/** How event times fall into buckets. Times are epoch nanoseconds. */
public sealed interface TimeRounding {
  /** The start of the bucket that holds the time. */
  long start(long nanos);

  /** The start of the bucket behind the one that starts here. */
  long next(long start);

  /** Buckets of one length. */
  record Fixed(long intervalNanos, long offsetNanos) implements TimeRounding {
    @Override
    public long start(long nanos) {
      return Math.floorDiv(nanos - offsetNanos, intervalNanos) * intervalNanos + offsetNanos;
    }

    @Override
    public long next(long start) {
      return start + intervalNanos;
    }
  }

  /**
   * Buckets of one length by the clocks of a zone, so that they move with summer time.
   *
   * @param intervalNanos whole hours, or what an hour is a multiple of
   */
  record FixedInZone(long intervalNanos, ZoneId zone, long offsetNanos) implements TimeRounding {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long HOUR = 3600 * NANOS_PER_SECOND;
    private static final long QUARTER_HOUR = HOUR / 4;

    public FixedInZone {
      if (intervalNanos % HOUR != 0 && HOUR % intervalNanos != 0) {
        throw HeadroomException.invalid(
            "an interval by the clocks of "
                + zone
                + " must be whole hours or divide an hour; use a fixed offset such as +02:00");
      }
    }

    @Override
    public long start(long nanos) {
      Instant time = TimeRange.instant(nanos - offsetNanos);
      ZoneOffset ahead = zone.getRules().getOffset(time);
      long local = nanos - offsetNanos + ahead.getTotalSeconds() * NANOS_PER_SECOND;
      long start = Math.floorDiv(local, intervalNanos) * intervalNanos;
      var clock = LocalDateTime.ofInstant(TimeRange.instant(start), ZoneOffset.UTC);
      ZoneOffsetTransition skipped = zone.getRules().getTransition(clock);
      Instant placed =
          skipped != null && skipped.isGap()
              ? skipped.getInstant()
              // of a time that comes twice, the one that is nearer
              : ZonedDateTime.ofLocal(clock, zone, ahead).toInstant();
      return TimeRange.nanos(placed) + offsetNanos;
    }

    @Override
    public long next(long start) {
      long time = start + intervalNanos;
      while (time > start && start(time) <= start) {
        time += Math.min(intervalNanos, QUARTER_HOUR);
      }
      return time > start ? start(time) : Long.MAX_VALUE; // past the end of time
    }
  }

  /** Seconds to years of a zone's calendar; weeks start on Monday. */
  record Calendar(Unit unit, ZoneId zone, long offsetNanos) implements TimeRounding {
    @Override
    public long start(long nanos) {
      ZonedDateTime time = TimeRange.instant(nanos - offsetNanos).atZone(zone);
      return TimeRange.nanos(truncated(time).toInstant()) + offsetNanos;
    }

    private ZonedDateTime truncated(ZonedDateTime time) {
      LocalDate day = time.toLocalDate();
      return switch (unit) {
        case SECOND -> time.truncatedTo(ChronoUnit.SECONDS);
        case MINUTE -> time.truncatedTo(ChronoUnit.MINUTES);
        case HOUR -> time.truncatedTo(ChronoUnit.HOURS);
        case DAY -> day.atStartOfDay(zone);
        case WEEK -> day.minusDays(day.getDayOfWeek().getValue() - 1L).atStartOfDay(zone);
        case MONTH -> day.withDayOfMonth(1).atStartOfDay(zone);
        case QUARTER ->
            LocalDate.of(day.getYear(), (day.getMonthValue() - 1) / 3 * 3 + 1, 1)
                .atStartOfDay(zone);
        case YEAR -> day.withDayOfYear(1).atStartOfDay(zone);
      };
    }

    @Override
    public long next(long start) {
      ZonedDateTime time = TimeRange.instant(start - offsetNanos).atZone(zone);
      LocalDate day = time.toLocalDate();
      ZonedDateTime next =
          switch (unit) {
            case SECOND -> time.plusSeconds(1);
            case MINUTE -> time.plusMinutes(1);
            case HOUR -> time.plusHours(1);
            case DAY -> day.plusDays(1).atStartOfDay(zone);
            case WEEK -> day.plusWeeks(1).atStartOfDay(zone);
            case MONTH -> day.plusMonths(1).atStartOfDay(zone);
            case QUARTER -> day.plusMonths(3).atStartOfDay(zone);
            case YEAR -> day.plusYears(1).atStartOfDay(zone);
          };
      return TimeRange.nanos(next.toInstant()) + offsetNanos;
    }
  }

  enum Unit {
    SECOND,
    MINUTE,
    HOUR,
    DAY,
    WEEK,
    MONTH,
    QUARTER,
    YEAR
  }
}
