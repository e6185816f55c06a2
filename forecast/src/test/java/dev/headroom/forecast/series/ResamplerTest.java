package dev.headroom.forecast.series;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResamplerTest {
  private static final long HOUR = 3_600_000;
  private static final long DAY = 24 * HOUR;
  private static final double STALE = Double.longBitsToDouble(0x7ff0000000000002L);

  @Test
  void stepsAreHalfOpen() {
    long[] times = {0, 999, 1_000, 1_999, 2_000};
    double[] values = {1, 2, 3, 4, 5};
    check(times, values, Basis.LAST, 1_000, 3_000, 2, 4, 5);
    check(times, values, Basis.MEAN, 1_000, 3_000, 1.5, 3.5, 5);
    check(times, values, Basis.MAX, 1_000, 3_000, 2, 4, 5);
  }

  @Test
  void theStepThatIsNotOverIsLeftOutAndNamed() {
    long now = Instant.parse("2026-03-04T10:00:00Z").toEpochMilli();
    long[] times = {now - 2 * DAY, now - DAY, now};
    Resampled resampled = Resampler.resample(times, new double[] {1, 2, 3}, Basis.MAX, DAY, now);
    assertArrayEquals(new double[] {1, 2}, resampled.series().values());
    assertEquals(
        Instant.parse("2026-03-02T00:00:00Z").toEpochMilli(), resampled.series().startMillis());
    assertEquals(
        List.of("the step from 2026-03-04T00:00:00Z is not over and was left out"),
        resampled.notes());
    assertEquals(3, resampled.samples());
    assertEquals(2 * DAY, resampled.spanMillis());
  }

  @Test
  void aStepThatJustEndedIsKept() {
    Resampled resampled =
        Resampler.resample(new long[] {5}, new double[] {7}, Basis.MAX, 1_000, 1_000);
    assertArrayEquals(new double[] {7}, resampled.series().values());
    assertEquals(List.of(), resampled.notes());
  }

  @Test
  void staleMarkersAndInfinitiesAreNoSamples() {
    long[] times = {0, 1, 2, 1_000, 2_000, 2_001};
    double[] values = {STALE, 4, Double.POSITIVE_INFINITY, STALE, 6, Double.NaN};
    check(times, values, Basis.MAX, 1_000, 9_000, 4, Double.NaN, 6);
    check(times, values, Basis.LAST, 1_000, 9_000, 4, Double.NaN, 6);
  }

  @Test
  void p95IsTheNearestRank() {
    long[] times = new long[100];
    double[] values = new double[100];
    for (int i = 0; i < 100; i++) {
      times[i] = i;
      values[i] = (i * 37) % 100 + 1;
    }
    check(times, values, Basis.P95, 1_000, 1_000, 95);
    check(new long[] {3}, new double[] {8}, Basis.P95, 1_000, 1_000, 8);
  }

  @Test
  void daysMayBeginElsewhereThanInUtc() {
    long midnightInTokyo = Instant.parse("2026-01-01T15:00:00Z").toEpochMilli();
    long[] times = {midnightInTokyo - 1, midnightInTokyo};
    Resampled resampled =
        Resampler.resample(
            times, new double[] {1, 2}, Basis.LAST, DAY, -9 * HOUR, midnightInTokyo + DAY);
    assertArrayEquals(new double[] {1, 2}, resampled.series().values());
    assertEquals(midnightInTokyo - DAY, resampled.series().startMillis());
  }

  @Test
  void timesBeforeTheEpochFallIntoTheirStep() {
    check(new long[] {-1, 0}, new double[] {1, 2}, Basis.LAST, 1_000, 1_000, 1, 2);
  }

  @Test
  void nothingGivesAnEmptySeries() {
    Resampled none = Resampler.resample(new long[0], new double[0], Basis.MAX, DAY, DAY);
    assertEquals(0, none.series().size());
    assertEquals(List.of("no samples"), none.notes());
    Resampled open = Resampler.resample(new long[] {5}, new double[] {1}, Basis.MAX, DAY, 10);
    assertEquals(0, open.series().size());
    assertEquals(1, open.samples());
  }

  @Test
  void tooManyStepsAreRefused() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                Resampler.resample(
                    new long[] {0, 10_000 * DAY}, new double[] {1, 2}, Basis.MAX, 1, DAY));
    assertTrue(String.valueOf(e.getMessage()).contains("longer step"), e::getMessage);
  }

  private static void check(
      long[] times, double[] values, Basis basis, long step, long until, double... expected) {
    Resampled resampled = Resampler.resample(times, values, basis, step, until);
    assertArrayEquals(expected, resampled.series().values());
  }
}
