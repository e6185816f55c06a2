package dev.headroom.ingest.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.headroom.storage.model.TimeRange;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EventTimeTest {
  private static long parse(String text) {
    byte[] utf8 = ("xx" + text + "9").getBytes(UTF_8);
    return EventTime.parse(utf8, 2, utf8.length - 3);
  }

  private static void check(String text, String expected) {
    assertEquals(TimeRange.nanos(Instant.parse(expected)), parse(text), text);
  }

  private static void none(String text) {
    assertEquals(EventTime.NONE, parse(text), text);
  }

  @Test
  void isoTimesInTheirVariants() {
    check("2026-11-22T10:11:12Z", "2026-11-22T10:11:12Z");
    check("2026-11-22T10:11:12.5Z", "2026-11-22T10:11:12.5Z");
    check("2026-11-22T10:11:12.123456789Z", "2026-11-22T10:11:12.123456789Z");
    check("2026-11-22T10:11:12.1234567899999Z", "2026-11-22T10:11:12.123456789Z");
    check("2026-11-22t10:11:12z", "2026-11-22T10:11:12Z");
    check("2026-11-22 10:11:12,123", "2026-11-22T10:11:12.123Z");
    check("2026-11-22 10:11:12.123 UTC", "2026-11-22T10:11:12.123Z");
    check("2026-11-22T10:11:12", "2026-11-22T10:11:12Z");
    check("2026-11-22T10:11Z", "2026-11-22T10:11:00Z");
    check("2026-11-22T10:11:12+02:00", "2026-11-22T08:11:12Z");
    check("2026-11-22T10:11:12.5-0330", "2026-11-22T13:41:12.5Z");
    check("2026-11-22T10:11:12+02", "2026-11-22T08:11:12Z");
    check("2026/11/22 10:11:12", "2026-11-22T10:11:12Z");
    check("20261122T101112Z", "2026-11-22T10:11:12Z");
    check("20261122T101112.25+0100", "2026-11-22T09:11:12.25Z");
    check("20261122", "2026-11-22T00:00:00Z");
    check("2026-11-22", "2026-11-22T00:00:00Z");
    check("2024-02-29", "2024-02-29T00:00:00Z");
    check("2026-06-30T23:59:60Z", "2026-07-01T00:00:00Z");
    check("  2026-11-22  ", "2026-11-22T00:00:00Z");
    check("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z");
  }

  @Test
  void numbersByTheirMagnitude() {
    check("1795000000", "2026-11-18T11:06:40Z");
    check("1795000000.5", "2026-11-18T11:06:40.5Z");
    check("1795000000.123456789", "2026-11-18T11:06:40.123456789Z");
    check("1795000000123", "2026-11-18T11:06:40.123Z");
    check("1795000000123.75", "2026-11-18T11:06:40.123750Z");
    check("1795000000123456", "2026-11-18T11:06:40.123456Z");
    check("1795000000123456789", "2026-11-18T11:06:40.123456789Z");
    check("1.795e9", "2026-11-18T11:06:40Z");
    check("1.795E+12", "2026-11-18T11:06:40Z");
    check("0", "1970-01-01T00:00:00Z");
    check("-1", "1969-12-31T23:59:59Z");
    check("-1.5", "1969-12-31T23:59:58.5Z");
    assertEquals(1_795_000_000_000_000_000L, EventTime.ofNumber(1_795_000_000L));
  }

  @Test
  void timesPastTheRangeAreClamped() {
    assertEquals(Long.MAX_VALUE, parse("9999-12-31T23:59:59Z"));
    assertEquals(Long.MAX_VALUE, parse("2262-04-11T23:47:16.854775808Z"));
    assertEquals(Long.MAX_VALUE - 1, parse("2262-04-11T23:47:16.854775806Z"));
    assertEquals(Long.MIN_VALUE + 1, parse("0001-01-01"));
    assertEquals(Long.MAX_VALUE, parse("9223372036854775807"));
    assertEquals(Long.MAX_VALUE, parse("99999999999999999999999"));
    assertEquals(Long.MAX_VALUE, parse("99999999999"), "the year 5138");
  }

  @Test
  void otherTextIsNoTime() {
    for (String text :
        new String[] {
          "",
          " ",
          "soon",
          "-",
          ".",
          "12:30",
          "2026-13-01",
          "2026-02-29",
          "2026-11-31",
          "2026-11",
          "2026-11/22",
          "2026-11-22T",
          "2026-11-22T24:00:00Z",
          "2026-11-22T10:60:00Z",
          "2026-11-22T10:11:61Z",
          "2026-11-22T10:11:12.Z",
          "2026-11-22T10:11:12+1",
          "2026-11-22T10:11:12 CET",
          "2026-11-22T10:11:12Zulu",
          "1e999",
          "1.2.3",
          "1-2",
          "NaN",
          "2026-11-22T10:11:12+99:00",
          "x".repeat(100)
        }) {
      none(text);
    }
  }

  @Test
  void anyInstantIsReadBack() {
    long seed = Long.getLong("headroom.seed", System.nanoTime());
    var random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      long nanos = random.nextLong();
      Instant instant = TimeRange.instant(nanos);
      assertEquals(nanos, parse(instant.toString()), "seed " + seed + ": " + instant);
      var zone = ZoneOffset.ofTotalSeconds(random.nextInt(-18 * 60, 18 * 60) * 60);
      String local =
          DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSSSSSxx", Locale.ROOT)
              .format(instant.atOffset(zone));
      assertEquals(nanos, parse(local), "seed " + seed + ": " + local);
    }
  }

  @Test
  void anyTextIsReadWithoutFailing() {
    long seed = Long.getLong("headroom.seed", System.nanoTime());
    var random = new Random(seed);
    String alphabet = "0123456789-:./TZ+ eE,";
    for (int i = 0; i < 100_000; i++) {
      var text = new StringBuilder();
      for (int n = random.nextInt(30); n > 0; n--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      byte[] bytes = text.toString().getBytes(UTF_8);
      try {
        EventTime.parse(bytes, 0, bytes.length);
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + text, e);
      }
    }
  }
}
