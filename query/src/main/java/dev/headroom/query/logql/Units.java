package dev.headroom.query.logql;

import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Durations as Go writes them, with days, weeks and years; sizes with SI and binary prefixes. */
final class Units {
  private static final long SECOND = 1_000_000_000L;
  private static final long DAY = 86_400 * SECOND;

  private static final Map<String, Long> TIMES =
      Map.ofEntries(
          Map.entry("ns", 1L),
          Map.entry("us", 1_000L),
          Map.entry("µs", 1_000L),
          Map.entry("ms", 1_000_000L),
          Map.entry("s", SECOND),
          Map.entry("m", 60 * SECOND),
          Map.entry("h", 3_600 * SECOND),
          Map.entry("d", DAY),
          Map.entry("w", 7 * DAY),
          Map.entry("y", 365 * DAY));

  /** By lower-cased unit; a lone letter is the unit of a thousand, as in {@code 5k}. */
  private static final Map<String, Double> SIZES =
      Map.ofEntries(
          Map.entry("b", 1.0),
          Map.entry("kb", 1e3),
          Map.entry("mb", 1e6),
          Map.entry("gb", 1e9),
          Map.entry("tb", 1e12),
          Map.entry("pb", 1e15),
          Map.entry("eb", 1e18),
          Map.entry("k", 1e3),
          Map.entry("g", 1e9),
          Map.entry("t", 1e12),
          Map.entry("p", 1e15),
          Map.entry("kib", 0x1p10),
          Map.entry("mib", 0x1p20),
          Map.entry("gib", 0x1p30),
          Map.entry("tib", 0x1p40),
          Map.entry("pib", 0x1p50),
          Map.entry("eib", 0x1p60),
          Map.entry("ki", 0x1p10),
          Map.entry("mi", 0x1p20),
          Map.entry("gi", 0x1p30),
          Map.entry("ti", 0x1p40));

  /** {@code 1h30m}, {@code 1.5s}, {@code -3ms}; {@code 0} needs no unit. */
  static OptionalLong durationNanos(String text) {
    boolean negative = text.startsWith("-");
    int at = negative || text.startsWith("+") ? 1 : 0;
    if (text.substring(at).equals("0")) {
      return OptionalLong.of(0);
    }
    double sum = 0;
    boolean any = false;
    while (at < text.length()) {
      int digits = numberEnd(text, at);
      int end = digits;
      while (end < text.length() && !isNumber(text.charAt(end))) {
        end++;
      }
      Long unit = TIMES.get(text.substring(digits, end));
      if (digits == at || unit == null || text.substring(at, digits).equals(".")) {
        return OptionalLong.empty();
      }
      try {
        sum += Double.parseDouble(text.substring(at, digits)) * unit;
      } catch (NumberFormatException _) {
        return OptionalLong.empty();
      }
      any = true;
      at = end;
    }
    boolean fits = any && sum < Long.MAX_VALUE;
    return fits ? OptionalLong.of(Math.round(negative ? -sum : sum)) : OptionalLong.empty();
  }

  /** {@code 5KB}, {@code 1.5 MiB}; a number without a unit is bytes. */
  static OptionalDouble bytes(String text) {
    String trimmed = text.strip();
    int digits = numberEnd(trimmed, 0);
    if (digits == 0) {
      return OptionalDouble.empty();
    }
    String unit = trimmed.substring(digits).strip().toLowerCase(Locale.ROOT);
    Double factor = unit.isEmpty() ? Double.valueOf(1) : SIZES.get(unit);
    if (factor == null) {
      return OptionalDouble.empty();
    }
    try {
      double size = Double.parseDouble(trimmed.substring(0, digits)) * factor;
      return OptionalDouble.of(Math.floor(size));
    } catch (NumberFormatException _) {
      return OptionalDouble.empty();
    }
  }

  private static int numberEnd(String text, int start) {
    int at = start;
    while (at < text.length() && isNumber(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private static boolean isNumber(char c) {
    return c >= '0' && c <= '9' || c == '.';
  }

  /** The shortest text that {@link #durationNanos} reads back as the same. */
  static String format(long nanos) {
    if (nanos == 0) {
      return "0s";
    }
    var out = new StringBuilder(nanos < 0 ? "-" : "");
    long rest = Math.abs(nanos);
    String[] units = {"h", "m", "s", "ms", "us", "ns"};
    for (String unit : units) {
      long size = TIMES.getOrDefault(unit, 1L);
      if (rest >= size) {
        out.append(rest / size).append(unit);
        rest %= size;
      }
    }
    return out.toString();
  }

  private Units() {}
}
