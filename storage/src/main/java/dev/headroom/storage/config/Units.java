package dev.headroom.storage.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lengths of time and amounts of data as people write them. */
public final class Units {
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d|w)");
  private static final Pattern BYTES =
      Pattern.compile("([0-9]{1,15}(?:\\.[0-9]{1,6})?) ?([A-Za-z]{0,3})");

  private static final Map<String, Long> MILLIS =
      Map.of(
          "ms",
          1L,
          "s",
          1_000L,
          "m",
          60_000L,
          "h",
          3_600_000L,
          "d",
          86_400_000L,
          "w",
          604_800_000L);

  private static final Map<String, Long> FACTORS =
      Map.of(
          "",
          1L,
          "B",
          1L,
          "kB",
          1_000L,
          "MB",
          1_000_000L,
          "GB",
          1_000_000_000L,
          "TB",
          1_000_000_000_000L,
          "KiB",
          1L << 10,
          "MiB",
          1L << 20,
          "GiB",
          1L << 30,
          "TiB",
          1L << 40);

  /**
   * {@code 500ms}, {@code 90s}, {@code 15m}, {@code 12h}, {@code 30d}, {@code 2w}.
   *
   * @throws IllegalArgumentException when the text is none
   */
  public static Duration duration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("must be a number and one of ms s m h d w, like 30d");
    }
    return Duration.ofMillis(
        Long.parseLong(matcher.group(1)) * MILLIS.getOrDefault(matcher.group(2), 1L));
  }

  /**
   * {@code 500MB} is 500 × 10^6, {@code 64MiB} is 64 × 2^20; without a unit, bytes.
   *
   * @throws IllegalArgumentException when the text is none
   */
  public static long bytes(String text) {
    Matcher matcher = BYTES.matcher(text);
    Long factor = matcher.matches() ? FACTORS.get(matcher.group(2)) : null;
    if (factor == null) {
      throw new IllegalArgumentException(
          "must be a number and one of B kB MB GB TB KiB MiB GiB TiB");
    }
    try {
      return new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(factor)).longValueExact();
    } catch (ArithmeticException _) {
      throw new IllegalArgumentException("must be a whole number of bytes below 2^63");
    }
  }

  private Units() {}
}
