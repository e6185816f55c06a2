package dev.headroom.query.promql;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.function.ToIntFunction;

/** Parts of the UTC date that seconds since 1970 stand for. */
final class DateFunctions {
  /** Seconds of the years −9999 to 9999 fit; others have no date. */
  private static final double MAX_SECONDS = 2.5e11;

  static double part(double seconds, ToIntFunction<LocalDateTime> part) {
    if (!(Math.abs(seconds) <= MAX_SECONDS)) {
      return Double.NaN;
    }
    return part.applyAsInt(LocalDateTime.ofEpochSecond((long) seconds, 0, ZoneOffset.UTC));
  }

  /** Sunday is 0. */
  static int dayOfWeek(LocalDateTime date) {
    return date.getDayOfWeek().getValue() % 7;
  }

  static int daysInMonth(LocalDateTime date) {
    return date.toLocalDate().lengthOfMonth();
  }

  private DateFunctions() {}
}
