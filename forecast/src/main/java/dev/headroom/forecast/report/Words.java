package dev.headroom.forecast.report;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Dates and counts in sentences. */
final class Words {
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("d MMM uuuu", Locale.ENGLISH);
  private static final DateTimeFormatter DAY_OF_YEAR =
      DateTimeFormatter.ofPattern("d MMM", Locale.ENGLISH);
  private static final DateTimeFormatter MONTH =
      DateTimeFormatter.ofPattern("MMM uuuu", Locale.ENGLISH);
  private static final DateTimeFormatter MOMENT =
      DateTimeFormatter.ofPattern("d MMM uuuu HH:mm 'UTC'", Locale.ENGLISH);

  /** {@code 12 Mar 2027}. */
  static String day(LocalDate day) {
    return DAY.format(day);
  }

  /** {@code 12 Mar and 3 Apr 2027}: the year once where it is the same. */
  static String between(LocalDate from, LocalDate to) {
    String first = from.getYear() == to.getYear() ? DAY_OF_YEAR.format(from) : day(from);
    return first + " and " + day(to);
  }

  static String month(YearMonth month) {
    return MONTH.format(month);
  }

  /** {@code Dec 2026 to Feb 2027}. */
  static String months(YearMonth from, YearMonth to) {
    return from.equals(to) ? month(from) : month(from) + " to " + month(to);
  }

  static String moment(Instant instant) {
    return MOMENT.format(instant.atOffset(ZoneOffset.UTC));
  }

  static String count(long count, String one) {
    return count + " " + one + (count == 1 ? "" : "s");
  }

  private Words() {}
}
