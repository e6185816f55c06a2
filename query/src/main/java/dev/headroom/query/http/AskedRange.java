package dev.headroom.query.http;

import dev.headroom.query.lang.TimeFilter;
import dev.headroom.query.lang.TimeText;
import dev.headroom.storage.logs.LogFilter;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TimeRange;
import java.time.Duration;
import java.util.Optional;

/**
 * The event times a request asks for: {@code start} inclusive, {@code end} exclusive. Without
 * {@code end}, everything from the start on, as senders' clocks may be fast. Without {@code start},
 * the hour before {@code end} or now, unless the query itself says when.
 */
final class AskedRange {
  static final String START = "start";
  static final String END = "end";

  private static final long DEFAULT_NANOS = Duration.ofHours(1).toNanos();

  static TimeRange of(Parameters parameters, TimeText times, LogFilter filter) {
    Optional<Long> start = parameters.read(START, times::start);
    Optional<Long> end = parameters.read(END, times::start);
    TimeRange inQuery = TimeFilter.lift(filter).range();
    long now = TimeRange.nanos(times.now());
    long from =
        start.orElseGet(
            () ->
                inQuery.equals(TimeRange.ALL)
                    ? Math.subtractExact(end.orElse(now), DEFAULT_NANOS)
                    : Long.MIN_VALUE);
    long to = end.orElse(Long.MAX_VALUE);
    if (to < from) {
      throw HeadroomException.invalid(
          "end: " + TimeRange.format(to) + " is before start " + TimeRange.format(from));
    }
    return TimeFilter.intersection(new TimeRange(from, to), inQuery);
  }

  private AskedRange() {}
}
