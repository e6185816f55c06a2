package dev.headroom.ingest.decode;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/**
 * Reads the times that senders write, from bytes and without garbage: ISO 8601 in its usual
 * variants (a blank for the T, slashes, no separators, a comma before the fraction, any usual zone
 * or none, which is UTC), a date alone, or a number of seconds, milliseconds, microseconds or
 * nanoseconds since 1970, told apart by magnitude.
 */
public final class EventTime {
  /** No time could be read. */
  public static final long NONE = Long.MIN_VALUE;

  private static final long NANOS_PER_SECOND = 1_000_000_000L;
  private static final int MAX_LENGTH = 64;

  // Seconds pass 10^11 in the year 5138; milliseconds passed it in 1973; and so on.
  private static final long FIRST_MILLIS = 100_000_000_000L;
  private static final long FIRST_MICROS = 100_000_000_000_000L;
  private static final long FIRST_NANOS = 100_000_000_000_000_000L;

  /**
   * Epoch nanoseconds, clamped to what a long can hold (1677 to 2262); {@link #NONE} when the text
   * is no time.
   */
  public static long parse(byte[] bytes, int offset, int length) {
    int start = offset;
    int end = offset + length;
    while (start < end && bytes[start] == ' ') {
      start++;
    }
    while (start < end && bytes[end - 1] == ' ') {
      end--;
    }
    if (start == end || end - start > MAX_LENGTH) {
      return NONE;
    }
    return isNumber(bytes, start, end) ? number(bytes, start, end) : date(bytes, start, end);
  }

  /** Nanoseconds since 1970 of a whole number in the unit that its magnitude tells. */
  public static long ofNumber(long value) {
    return multiply(value, unit(value));
  }

  private static long unit(long value) {
    long magnitude = value == Long.MIN_VALUE ? Long.MAX_VALUE : Math.abs(value);
    if (magnitude < FIRST_MILLIS) {
      return NANOS_PER_SECOND;
    }
    return magnitude < FIRST_MICROS ? 1_000_000 : magnitude < FIRST_NANOS ? 1_000 : 1;
  }

  private static long multiply(long value, long unit) {
    long high = Math.multiplyHigh(value, unit);
    long low = value * unit;
    if (high != low >> 63) {
      return value < 0 ? Long.MIN_VALUE + 1 : Long.MAX_VALUE;
    }
    return Math.max(low, Long.MIN_VALUE + 1);
  }

  /** Whether every byte may stand in a decimal number, and it is not a date without separators. */
  private static boolean isNumber(byte[] bytes, int start, int end) {
    for (int i = start; i < end; i++) {
      byte b = bytes[i];
      boolean sign = b == '-' || b == '+';
      boolean exponent = i > start && (b == 'e' || b == 'E');
      boolean signInPlace = i == start || bytes[i - 1] == 'e' || bytes[i - 1] == 'E';
      if (!(isDigit(b) || b == '.' || exponent || sign && signInPlace)) {
        return false;
      }
    }
    // 20261122 as seconds is the year 1970, which nobody means.
    return !(end - start == 8 && date(bytes, start, end) != NONE);
  }

  private static long number(byte[] bytes, int start, int end) {
    int i = start;
    boolean negative = bytes[i] == '-';
    if (negative || bytes[i] == '+') {
      i++;
    }
    int firstDigit = i;
    long whole = 0;
    for (; i < end && isDigit(bytes[i]); i++) {
      if (i - firstDigit >= 18) {
        return floating(bytes, start, end);
      }
      whole = whole * 10 + (bytes[i] - '0');
    }
    if (i == firstDigit) {
      return NONE;
    }
    long unit = unit(whole);
    long nanos = multiply(whole, unit);
    if (i < end && bytes[i] == '.') {
      long scale = unit;
      long fraction = 0;
      for (i++; i < end && isDigit(bytes[i]); i++) {
        scale /= 10;
        fraction += (bytes[i] - '0') * scale;
      }
      nanos = add(nanos, fraction);
    }
    if (i < end) {
      return floating(bytes, start, end);
    }
    return negative ? -nanos : nanos;
  }

  /** With an exponent, or with more digits than a long takes. */
  private static long floating(byte[] bytes, int start, int end) {
    try {
      String text = new String(bytes, start, end - start, ISO_8859_1);
      if (text.indexOf('.') < 0 && text.indexOf('e') < 0 && text.indexOf('E') < 0) {
        return multiply(Long.parseLong(text), 1);
      }
      double value = Double.parseDouble(text);
      double nanos = value * unit((long) value);
      return Double.isFinite(value) ? Math.max((long) nanos, Long.MIN_VALUE + 1) : NONE;
    } catch (NumberFormatException _) {
      // More than 19 digits, or no number after all.
      return allDigits(bytes, start, end) ? Long.MAX_VALUE : NONE;
    }
  }

  private static boolean allDigits(byte[] bytes, int start, int end) {
    for (int i = start; i < end; i++) {
      if (!isDigit(bytes[i])) {
        return false;
      }
    }
    return true;
  }

  private static long add(long a, long b) {
    long sum = a + b;
    return ((a ^ sum) & (b ^ sum)) < 0 ? Long.MAX_VALUE : sum;
  }

  private static long date(byte[] bytes, int start, int end) {
    int year = digits(bytes, start, end, 4);
    if (year < 0) {
      return NONE;
    }
    int i = start + 4;
    boolean separated = i < end && (bytes[i] == '-' || bytes[i] == '/');
    int step = separated ? 3 : 2;
    int month = digits(bytes, i + step - 2, end, 2);
    int day = digits(bytes, i + 2 * step - 2, end, 2);
    if (separated && i + 3 < end && bytes[i + 3] != bytes[i]
        || month < 1
        || month > 12
        || day < 1
        || day > daysOf(year, month)) {
      return NONE;
    }
    long midnight = epochDay(year, month, day) * 86_400;
    i += 2 * step;
    if (i == end) {
      return multiply(midnight, NANOS_PER_SECOND);
    }
    byte separator = bytes[i];
    if (separator != 'T' && separator != 't' && separator != ' ' && separator != '_') {
      return NONE;
    }
    return time(bytes, i + 1, end, midnight);
  }

  /** The rest from the hour on: {@code hh[:]mm[[:]ss[.fraction]][ ][zone]}. */
  private static long time(byte[] bytes, int start, int end, long midnight) {
    int hour = digits(bytes, start, end, 2);
    int i = start + 2;
    boolean colons = i < end && bytes[i] == ':';
    int minute = digits(bytes, colons ? i + 1 : i, end, 2);
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59) {
      return NONE;
    }
    i += colons ? 3 : 2;
    int second = 0;
    long nanos = 0;
    if (i < end && (colons ? bytes[i] == ':' : isDigit(bytes[i]))) {
      second = digits(bytes, colons ? i + 1 : i, end, 2);
      if (second < 0 || second > 60) { // 60 is a leap second: the next second's start
        return NONE;
      }
      i += colons ? 3 : 2;
      if (i < end && (bytes[i] == '.' || bytes[i] == ',')) {
        int first = ++i;
        long scale = NANOS_PER_SECOND;
        for (; i < end && isDigit(bytes[i]); i++) {
          scale /= 10;
          nanos += (bytes[i] - '0') * scale;
        }
        if (i == first) {
          return NONE;
        }
      }
    }
    long zone = zoneSeconds(bytes, i, end);
    if (zone == NONE) {
      return NONE;
    }
    long seconds = midnight + hour * 3600L + minute * 60L + second - zone;
    return add(multiply(seconds, NANOS_PER_SECOND), nanos);
  }

  /** Nothing, {@code Z}, {@code UTC}, {@code GMT}, {@code ±hh}, {@code ±hhmm}, {@code ±hh:mm}. */
  private static long zoneSeconds(byte[] bytes, int start, int end) {
    int i = start;
    while (i < end && bytes[i] == ' ') {
      i++;
    }
    if (i == end
        || end - i == 1 && (bytes[i] | 0x20) == 'z'
        || end - i == 3 && (isWord(bytes, i, "utc") || isWord(bytes, i, "gmt"))) {
      return 0;
    }
    boolean negative = bytes[i] == '-';
    if (!negative && bytes[i] != '+') {
      return NONE;
    }
    int hours = digits(bytes, i + 1, end, 2);
    int rest = end - (i + 3);
    int minutes =
        switch (rest) {
          case 0 -> 0;
          case 2 -> digits(bytes, i + 3, end, 2);
          case 3 -> bytes[i + 3] == ':' ? digits(bytes, i + 4, end, 2) : -1;
          default -> -1;
        };
    if (hours < 0 || hours > 18 || minutes < 0 || minutes > 59) {
      return NONE;
    }
    long seconds = hours * 3600L + minutes * 60L;
    return negative ? -seconds : seconds;
  }

  private static boolean isWord(byte[] bytes, int start, String lowerCase) {
    for (int k = 0; k < lowerCase.length(); k++) {
      if ((bytes[start + k] | 0x20) != lowerCase.charAt(k)) {
        return false;
      }
    }
    return true;
  }

  /** So many digits as a number; −1 when they are not there. */
  private static int digits(byte[] bytes, int start, int end, int count) {
    if (start + count > end) {
      return -1;
    }
    int value = 0;
    for (int i = start; i < start + count; i++) {
      if (!isDigit(bytes[i])) {
        return -1;
      }
      value = value * 10 + (bytes[i] - '0');
    }
    return value;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  private static int daysOf(int year, int month) {
    return switch (month) {
      case 2 -> year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
      case 4, 6, 9, 11 -> 30;
      default -> 31;
    };
  }

  /** Days since 1970-01-01 in the proleptic Gregorian calendar (Hinnant, "days_from_civil"). */
  private static long epochDay(int year, int month, int day) {
    long y = month <= 2 ? year - 1L : year;
    long era = Math.floorDiv(y, 400);
    long yearOfEra = y - era * 400;
    long dayOfYear = (153L * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    long dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
    return era * 146_097 + dayOfEra - 719_468;
  }

  private EventTime() {}
}
