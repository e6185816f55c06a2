package dev.headroom.storage.logs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.storage.model.TimeRange;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimeRoundingTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final ZoneId SAO_PAULO = ZoneId.of("America/Sao_Paulo");

  private static long nanos(String text) {
    return TimeRange.nanos(Instant.parse(text));
  }

  private static void check(TimeRounding rounding, String time, String start, String next) {
    long found = rounding.start(nanos(time));
    assertEquals(start, TimeRange.format(found), time + " by " + rounding);
    assertEquals(next, TimeRange.format(rounding.next(found)), start + " by " + rounding);
  }

  private static TimeRounding of(TimeRounding.Unit unit, ZoneId zone) {
    return new TimeRounding.Calendar(unit, zone, 0);
  }

  @Test
  void bucketsStartWhereTheCalendarSays() {
    check(
        of(TimeRounding.Unit.MONTH, BERLIN),
        "2026-03-31T23:30:00Z",
        "2026-03-31T22:00:00Z",
        "2026-04-30T22:00:00Z");
    check(
        of(TimeRounding.Unit.QUARTER, BERLIN),
        "2026-03-31T21:30:00Z",
        "2025-12-31T23:00:00Z",
        "2026-03-31T22:00:00Z");
    check(
        of(TimeRounding.Unit.YEAR, BERLIN),
        "2026-11-24T00:00:00Z",
        "2025-12-31T23:00:00Z",
        "2026-12-31T23:00:00Z");
    check(
        of(TimeRounding.Unit.WEEK, BERLIN),
        "2026-11-24T00:00:00Z",
        "2026-11-22T23:00:00Z",
        "2026-11-29T23:00:00Z");
    check(
        of(TimeRounding.Unit.DAY, SAO_PAULO),
        "2018-11-04T12:00:00Z",
        "2018-11-04T03:00:00Z",
        "2018-11-05T02:00:00Z");
    check(
        new TimeRounding.Calendar(TimeRounding.Unit.DAY, BERLIN, Duration.ofHours(6).toNanos()),
        "2026-11-24T04:00:00Z",
        "2026-11-23T05:00:00Z",
        "2026-11-24T05:00:00Z");
  }

  @Test
  void summerTimeMakesShortAndLongDays() {
    TimeRounding day = of(TimeRounding.Unit.DAY, BERLIN);
    check(day, "2026-03-29T12:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z");
    check(day, "2026-10-25T12:00:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z");
    TimeRounding hour = of(TimeRounding.Unit.HOUR, BERLIN);
    check(hour, "2026-10-25T00:30:00Z", "2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z");
    check(hour, "2026-10-25T01:30:00Z", "2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z");
    var half = new TimeRounding.FixedInZone(Duration.ofHours(12).toNanos(), BERLIN, 0);
    check(half, "2026-10-25T10:30:00Z", "2026-10-24T22:00:00Z", "2026-10-25T11:00:00Z");
    check(half, "2026-10-25T12:30:00Z", "2026-10-25T11:00:00Z", "2026-10-25T23:00:00Z");
  }

  @Test
  void everyTimeLiesInItsBucketAndBucketsFollowEachOther() {
    long seed = Long.getLong("headroom.seed", 20261124L);
    var random = new Random(seed);
    List<TimeRounding> roundings = new ArrayList<>();
    for (ZoneId zone : List.of(BERLIN, SAO_PAULO, ZoneId.of("UTC"), ZoneId.of("Asia/Kolkata"))) {
      for (TimeRounding.Unit unit : TimeRounding.Unit.values()) {
        roundings.add(of(unit, zone));
        roundings.add(new TimeRounding.Calendar(unit, zone, 300_000_000_007L));
      }
      for (int minutes : new int[] {5, 30, 60, 120, 180, 1440, 10_080}) {
        long interval = Duration.ofMinutes(minutes).toNanos();
        roundings.add(new TimeRounding.FixedInZone(interval, zone, 0));
        roundings.add(new TimeRounding.Fixed(interval, 13));
      }
    }
    for (TimeRounding rounding : roundings) {
      for (int i = 0; i < 2000; i++) {
        long time = nanos("2015-01-01T00:00:00Z") + random.nextLong(4_000_000_000_000_000_00L);
        long start = rounding.start(time);
        String at = TimeRange.format(time) + " by " + rounding + " seed " + seed;
        assertTrue(start <= time, at);
        assertEquals(start, rounding.start(start), at);
        long next = rounding.next(start);
        assertTrue(next > time, at + " next " + TimeRange.format(next));
        assertEquals(start, rounding.start(next - 1), at);
        assertEquals(next, rounding.start(next), at);
      }
    }
  }
}
