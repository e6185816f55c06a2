package dev.headroom.query.lang;

import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Printable;
import dev.headroom.storage.model.TimeRange;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;

/**
 * Reads points in time as people and clients write them. A text names the whole interval that its
 * precision spans ({@code 2026-11-24} is a day, {@code 2026-11-24T10:00} a minute), so that an
 * inclusive upper bound covers it, as in Elasticsearch:
 *
 * <ul>
 *   <li>ISO 8601 from the year down to nanoseconds, with {@code Z}, an offset, or none
 *   <li>epoch numbers: milliseconds, seconds, or by magnitude (s, ms, µs, ns)
 *   <li>date math: {@code now-15m}, {@code now/d}, {@code 2026-11-24||+1M/d}, with the units y M w
 *       d h H m s
 * </ul>
 *
 * @param zone of texts without an offset, and of rounding
 */
public record TimeText(Instant now, ZoneId zone, Epoch epoch) {
  /** What a bare number counts. */
  public enum Epoch {
    MILLIS,
    SECONDS,
    BY_MAGNITUDE
  }

  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  /** Times in UTC, bare numbers by magnitude. */
  public static TimeText at(Instant now) {
    return new TimeText(now, ZoneOffset.UTC, Epoch.BY_MAGNITUDE);
  }

  /**
   * The interval that the text names.
   *
   * @throws HeadroomException INVALID when it is no point in time
   */
  public TimeRange span(String text) {
    String trimmed = text.trim();
    int math = trimmed.indexOf("||");
    try {
      if (trimmed.startsWith("now")) {
        long start = TimeRange.nanos(now);
        return math(new TimeRange(start, start + 1), trimmed.substring(3), text);
      }
      if (math >= 0) {
        return math(literal(trimmed.substring(0, math), text), trimmed.substring(math + 2), text);
      }
      return literal(trimmed, text);
    } catch (DateTimeException | ArithmeticException | NumberFormatException _) {
      throw invalid(text);
    }
  }

  /** The start of {@link #span}, in epoch nanoseconds; {@code 15m} alone means {@code now-15m}. */
  public long start(String text) {
    String trimmed = text.trim();
    boolean ago =
        trimmed.length() > 1
            && Character.isLetter(trimmed.charAt(trimmed.length() - 1))
            && trimmed.chars().limit(trimmed.length() - 1L).allMatch(Character::isDigit);
    return span(ago ? "now-" + trimmed : trimmed).fromNanos();
  }

  private TimeRange literal(String text, String whole) {
    return isNumber(text) && (text.length() != 4 || epoch == Epoch.SECONDS)
        ? epochSpan(text)
        : new IsoText(text, zone, invalid(whole)).span();
  }

  private static boolean isNumber(String text) {
    int start = text.startsWith("-") ? 1 : 0;
    return text.length() > start && text.chars().skip(start).allMatch(c -> c >= '0' && c <= '9');
  }

  private TimeRange epochSpan(String text) {
    long value = Long.parseLong(text);
    long unit =
        switch (epoch) {
          case MILLIS -> 1_000_000;
          case SECONDS -> NANOS_PER_SECOND;
          case BY_MAGNITUDE -> unitByMagnitude(Math.abs(value));
        };
    return new TimeRange(
        Math.multiplyExact(value, unit), Math.multiplyExact(Math.addExact(value, 1), unit));
  }

  /** Seconds reach to the year 5138, milliseconds then start in 1973. */
  private static long unitByMagnitude(long value) {
    if (value < 100_000_000_000L) {
      return NANOS_PER_SECOND;
    }
    if (value < 100_000_000_000_000L) {
      return 1_000_000;
    }
    return value < 100_000_000_000_000_000L ? 1_000 : 1;
  }

  private TimeRange math(TimeRange span, String steps, String whole) {
    ZonedDateTime from = TimeRange.instant(span.fromNanos()).atZone(zone);
    ZonedDateTime to = TimeRange.instant(span.toNanos()).atZone(zone);
    int at = 0;
    while (at < steps.length()) {
      char op = steps.charAt(at++);
      int digits = at;
      while (at < steps.length() && Character.isDigit(steps.charAt(at))) {
        at++;
      }
      long amount = digits == at ? 1 : Long.parseLong(steps.substring(digits, at));
      if (at == steps.length() || "+-/".indexOf(op) < 0 || (op == '/' && digits != at)) {
        throw invalid(whole);
      }
      ChronoUnit unit = unit(steps.charAt(at++), whole);
      if (op == '/') {
        from = floor(from, unit);
        to = from.plus(1, unit);
      } else {
        long signed = op == '+' ? amount : -amount;
        from = from.plus(signed, unit);
        to = to.plus(signed, unit);
      }
    }
    return new TimeRange(exactNanos(from), exactNanos(to));
  }

  private static ZonedDateTime floor(ZonedDateTime time, ChronoUnit unit) {
    return switch (unit) {
      case YEARS -> time.truncatedTo(ChronoUnit.DAYS).withDayOfYear(1);
      case MONTHS -> time.truncatedTo(ChronoUnit.DAYS).withDayOfMonth(1);
      case WEEKS ->
          time.truncatedTo(ChronoUnit.DAYS).minusDays(time.getDayOfWeek().getValue() - 1L);
      default -> time.truncatedTo(unit);
    };
  }

  private static ChronoUnit unit(char letter, String whole) {
    return switch (letter) {
      case 'y' -> ChronoUnit.YEARS;
      case 'M' -> ChronoUnit.MONTHS;
      case 'w' -> ChronoUnit.WEEKS;
      case 'd' -> ChronoUnit.DAYS;
      case 'h', 'H' -> ChronoUnit.HOURS;
      case 'm' -> ChronoUnit.MINUTES;
      case 's' -> ChronoUnit.SECONDS;
      default -> throw invalid(whole);
    };
  }

  private static long exactNanos(ZonedDateTime time) {
    return TimeRange.nanos(time.toInstant());
  }

  private static HeadroomException invalid(String text) {
    return HeadroomException.invalid(
        Printable.quote(text)
            + " is no point in time; expected RFC 3339, an epoch number or date math such as"
            + " now-15m");
  }

  /** ISO 8601, read by hand because every part behind the year may be missing. */
  private static final class IsoText {
    private final String text;
    private final ZoneId zone;
    private final HeadroomException invalid;
    private int at;

    IsoText(String text, ZoneId zone, HeadroomException invalid) {
      this.text = text;
      this.zone = zone;
      this.invalid = invalid;
    }

    TimeRange span() {
      int year = digits(4);
      int month = 1;
      int day = 1;
      int hour = 0;
      int minute = 0;
      int second = 0;
      ChronoUnit unit = ChronoUnit.YEARS;
      if (take("-")) {
        month = digits(2);
        unit = ChronoUnit.MONTHS;
        if (take("-")) {
          day = digits(2);
          unit = ChronoUnit.DAYS;
          if (take("T") || take("t") || take(" ")) {
            hour = digits(2);
            unit = ChronoUnit.HOURS;
            if (take(":")) {
              minute = digits(2);
              unit = ChronoUnit.MINUTES;
              if (take(":")) {
                second = digits(2);
                unit = ChronoUnit.SECONDS;
              }
            }
          }
        }
      }
      long nanos = 0;
      long precision = 0;
      if (unit == ChronoUnit.SECONDS && (take(".") || take(","))) {
        int start = at;
        while (at < text.length() && at - start < 9 && Character.isDigit(text.charAt(at))) {
          at++;
        }
        precision = Math.max(1, Math.round(StrictMath.pow(10, 9 - (at - start))));
        nanos = Long.parseLong(text.substring(start, at)) * precision;
        precision = Math.min(precision, 1_000_000);
      }
      ZoneId offset = offset();
      if (at != text.length()) {
        throw invalid;
      }
      ZonedDateTime from =
          LocalDateTime.of(year, month, day, hour, minute, Math.min(second, 59), (int) nanos)
              .atZone(offset);
      ZonedDateTime to = precision > 0 ? from.plusNanos(precision) : from.plus(1, unit);
      return new TimeRange(exactNanos(from), exactNanos(to));
    }

    private ZoneId offset() {
      if (at == text.length()) {
        return zone;
      }
      String rest = text.substring(at);
      at = text.length();
      return ZoneOffset.of(rest.equals("z") ? "Z" : rest);
    }

    private int digits(int count) {
      if (at + count > text.length()) {
        throw invalid;
      }
      String part = text.substring(at, at + count);
      if (!part.chars().allMatch(c -> c >= '0' && c <= '9')) {
        throw invalid;
      }
      at += count;
      return Integer.parseInt(part);
    }

    private boolean take(String mark) {
      if (!text.startsWith(mark, at)) {
        return false;
      }
      at += mark.length();
      return true;
    }
  }
}
