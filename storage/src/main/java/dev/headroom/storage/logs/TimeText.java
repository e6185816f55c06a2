package dev.headroom.storage.logs;

import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Printable;
import dev.headroom.storage.model.TimeRange;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.OptionalLong;

/** Times in filters: ISO 8601 (UTC when it names no zone), or epoch milliseconds. */
final class TimeText {
  private static final long NANOS_PER_MILLI = 1_000_000;

  static long requireNanos(String text) {
    return nanos(text)
        .orElseThrow(
            () ->
                HeadroomException.invalid(
                    "no time: " + Printable.quote(text) + "; use ISO 8601 or epoch milliseconds"));
  }

  static OptionalLong nanos(String text) {
    try {
      return OptionalLong.of(Math.multiplyExact(Long.parseLong(text), NANOS_PER_MILLI));
    } catch (NumberFormatException | ArithmeticException _) {
      // not a number: perhaps a date
    }
    try {
      return OptionalLong.of(TimeRange.nanos(instant(text)));
    } catch (DateTimeParseException _) {
      return OptionalLong.empty();
    }
  }

  private static Instant instant(String text) {
    if (text.length() == 10) {
      return LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC);
    }
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException _) {
      return LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
    }
  }

  private TimeText() {}
}
