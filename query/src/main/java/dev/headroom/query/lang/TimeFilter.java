package dev.headroom.query.lang;

import dev.headroom.storage.logs.LogFilter;
import dev.headroom.storage.logs.LogSchema;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TimeRange;
import java.time.Instant;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Conditions on event time. They are always written as a half-open range with ISO bounds, and
 * {@link #lift} takes those that every match must fulfil out of a filter, so that the store can
 * leave out whole days.
 */
public final class TimeFilter {
  /**
   * @param rest what else must hold
   */
  public record Lifted(TimeRange range, LogFilter rest) {}

  /** Any moment of the span. */
  static LogFilter at(TimeRange span) {
    return between(span, true, span, true);
  }

  /** Bounds that are named with their precision: an inclusive upper one covers all of its span. */
  static LogFilter between(
      @Nullable TimeRange lower,
      boolean includeLower,
      @Nullable TimeRange upper,
      boolean includeUpper) {
    String from =
        lower == null ? null : TimeRange.format(includeLower ? lower.fromNanos() : lower.toNanos());
    String to =
        upper == null ? null : TimeRange.format(includeUpper ? upper.toNanos() : upper.fromNanos());
    return new LogFilter.Range(LogSchema.TIMESTAMP, from, true, to, false);
  }

  /** Splits a filter into the time range it demands and the rest. */
  public static Lifted lift(LogFilter filter) {
    if (filter instanceof LogFilter.Range range && range.field().equals(LogSchema.TIMESTAMP)) {
      return new Lifted(timeRange(range), LogFilter.ALL);
    }
    if (!(filter instanceof LogFilter.And and)) {
      return new Lifted(TimeRange.ALL, filter);
    }
    TimeRange range = TimeRange.ALL;
    var rest = new ArrayList<LogFilter>();
    for (LogFilter part : and.parts()) {
      Lifted lifted = lift(part);
      range = intersection(range, lifted.range());
      if (!(lifted.rest() instanceof LogFilter.All)) {
        rest.add(lifted.rest());
      }
    }
    return new Lifted(range, LogFilter.and(rest));
  }

  /** What both ranges hold; empty, at the later start, when they share nothing. */
  public static TimeRange intersection(TimeRange a, TimeRange b) {
    long from = Math.max(a.fromNanos(), b.fromNanos());
    return new TimeRange(from, Math.max(from, Math.min(a.toNanos(), b.toNanos())));
  }

  private static TimeRange timeRange(LogFilter.Range range) {
    String lower = range.lower();
    String upper = range.upper();
    if (lower != null && !range.includeLower() || upper != null && range.includeUpper()) {
      throw HeadroomException.invalid("a time range must be half-open");
    }
    long from = lower == null ? Long.MIN_VALUE : nanos(lower);
    long to = upper == null ? Long.MAX_VALUE : nanos(upper);
    return new TimeRange(from, Math.max(from, to));
  }

  private static long nanos(String iso) {
    return TimeRange.nanos(Instant.parse(iso));
  }

  private TimeFilter() {}
}
