package dev.headroom.ingest.decode;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headroom.storage.model.TimeRange;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Times of RFC 3164 and its relatives: {@code Oct 11 22:14:15}, with a fraction, a year before or
 * behind, a zone, Cisco's mark of a doubtful clock before it; or ISO 8601.
 *
 * @param nextChar where the rest of the line begins
 */
record SyslogTime(long nanos, int nextChar) {
  private static final List<String> MONTHS =
      List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");

  private static final int MAX_CHARS = 64;

  /** Nothing is repeated inside a repetition, and only so many characters are looked at. */
  private static final Pattern BSD =
      Pattern.compile(
          "[*.]?(?:(\\d{4}) )?([A-Z][a-z]{2}) {1,2}(\\d{1,2})(?: (\\d{4}))?"
              + " (\\d{1,2}):(\\d{2}):(\\d{2})(?:[.,](\\d{1,9}))?(?: (\\d{4})(?=[ :]))?"
              + "(?: (UTC|GMT|Z|[+-]\\d{2}:?\\d{2})(?=[ :]|$)| [A-Z]{2,5}(?=: ))?(?: |:(?: |$)|$)");

  private static final Pattern ISO =
      Pattern.compile(
          "(\\d{4}-\\d{2}-\\d{2}[T ]\\d{2}:\\d{2}:\\d{2}(?:[.,]\\d{1,9})?)"
              + "(Z|[+-]\\d{2}:?\\d{2})?(?: |:(?: |$)|$)");

  /** The time that stands at a place; null when none does. */
  static @Nullable SyslogTime at(String line, int at, long receivedAtNanos, ZoneId zone) {
    if (at >= line.length()) {
      return null;
    }
    char first = line.charAt(at);
    int end = Math.min(line.length(), at + MAX_CHARS);
    if (first >= '0' && first <= '9') {
      Matcher iso = ISO.matcher(line).region(at, end);
      if (iso.lookingAt()) {
        return iso(iso, zone);
      }
    }
    Matcher bsd = BSD.matcher(line).region(at, end);
    return bsd.lookingAt() ? bsd(bsd, receivedAtNanos, zone) : null;
  }

  private static @Nullable SyslogTime iso(Matcher found, ZoneId zone) {
    String offset = found.group(2);
    byte[] text = (found.group(1) + (offset == null ? "Z" : offset)).getBytes(UTF_8);
    long nanos = EventTime.parse(text, 0, text.length);
    if (nanos == EventTime.NONE) {
      return null;
    }
    if (offset == null) {
      Instant asUtc = TimeRange.instant(nanos);
      nanos =
          TimeRange.nanos(LocalDateTime.ofInstant(asUtc, ZoneOffset.UTC).atZone(zone).toInstant());
    }
    return new SyslogTime(nanos, found.end());
  }

  private static @Nullable SyslogTime bsd(Matcher found, long receivedAtNanos, ZoneId zone) {
    int month = MONTHS.indexOf(found.group(2).toLowerCase(Locale.ROOT)) + 1;
    String year = firstOf(found.group(1), found.group(4), found.group(9));
    ZoneId at = zone(found.group(10), zone);
    Instant received = TimeRange.instant(receivedAtNanos);
    Instant nearest = null;
    int thisYear = received.atZone(at).getYear();
    int from = year == null ? thisYear - 1 : Integer.parseInt(year);
    int to = year == null ? thisYear + 1 : from;
    for (int candidate = from; month > 0 && candidate <= to; candidate++) {
      Instant time = time(found, candidate, month, at);
      if (time != null && (nearest == null || isNearer(time, nearest, received))) {
        nearest = time;
      }
    }
    return nearest == null ? null : new SyslogTime(TimeRange.nanos(nearest), found.end());
  }

  private static ZoneId zone(@Nullable String named, ZoneId otherwise) {
    try {
      return named == null ? otherwise : ZoneId.of(named);
    } catch (DateTimeException _) {
      return otherwise; // an offset of more hours than there are
    }
  }

  private static boolean isNearer(Instant time, Instant than, Instant received) {
    return java.time.Duration.between(time, received)
            .abs()
            .compareTo(java.time.Duration.between(than, received).abs())
        < 0;
  }

  private static @Nullable String firstOf(@Nullable String... texts) {
    for (String text : texts) {
      if (text != null) {
        return text;
      }
    }
    return null;
  }

  private static @Nullable Instant time(Matcher found, int year, int month, ZoneId zone) {
    String fraction = found.group(8);
    int nanos =
        fraction == null
            ? 0
            : Integer.parseInt(fraction)
                * (int) Math.round(StrictMath.pow(10, 9 - fraction.length()));
    int second = Integer.parseInt(found.group(7));
    try {
      return LocalDateTime.of(
              year,
              month,
              Integer.parseInt(found.group(3)),
              Integer.parseInt(found.group(5)),
              Integer.parseInt(found.group(6)),
              second == 60 ? 59 : second, // a leap second
              nanos)
          .atZone(zone)
          .toInstant();
    } catch (DateTimeException _) {
      return null; // the 29th of February, or no time at all
    }
  }
}
