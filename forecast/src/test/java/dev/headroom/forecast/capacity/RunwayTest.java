package dev.headroom.forecast.capacity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.LocalDate;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RunwayTest {
  private static final LocalDate FIRST = LocalDate.parse("2027-01-01");

  /** Path p of n grows by 1 + p/n a day from 0. */
  private static double[][] growing(int paths, int horizon) {
    double[][] values = new double[paths][horizon];
    for (int p = 0; p < paths; p++) {
      for (int h = 0; h < horizon; h++) {
        values[p][h] = (h + 1) * (1 + p / (double) paths);
      }
    }
    return values;
  }

  @Test
  void linearGrowthReachesTheLimitOnTheKnownDay() {
    double[][] paths = new double[10][90];
    for (double[] path : paths) {
      for (int h = 0; h < path.length; h++) {
        path[h] = 100 + 2.0 * h; // 150 on day 25
      }
    }
    Runway runway = Runway.of(paths, FIRST, 150, 100);
    LocalDate known = FIRST.plusDays(25);
    assertEquals(Optional.of(known), runway.early());
    assertEquals(Optional.of(known), runway.median());
    assertEquals(Optional.of(known), runway.late());
    assertEquals(0, runway.chanceBy(known.minusDays(1)));
    assertEquals(1, runway.chanceBy(known));
  }

  @Test
  void datesAreTheFirstDaysByWhichTheShareOfPathsHasReachedIt() {
    // path p reaches 60 on the first day h with (h + 1)(1 + p/100) >= 60
    Runway runway = Runway.of(growing(100, 90), FIRST, 60, 0);
    // the fastest 10 of 100 are p = 90 … 99; the slowest of them reaches 60 at 60 / 1.9 = 31.6
    assertEquals(Optional.of(FIRST.plusDays(31)), runway.early());
    assertEquals(Optional.of(FIRST.plusDays(39)), runway.median()); // p = 50: 60 / 1.5 = 40
    assertEquals(Optional.of(FIRST.plusDays(54)), runway.late()); // p = 10: 60 / 1.1 = 54.5
  }

  @Test
  void aShareThatDoesNotReachItWithinTheHorizonHasNoDate() {
    Runway runway = Runway.of(growing(100, 35), FIRST, 60, 0);
    assertTrue(runway.early().isPresent());
    assertEquals(Optional.empty(), runway.median());
    assertEquals(Optional.empty(), runway.late());
    assertEquals(runway.chanceWithinHorizon(), runway.chanceBy(FIRST.plusDays(10_000)));
    Runway never = Runway.of(growing(100, 35), FIRST, 1_000, 0);
    assertEquals(Optional.empty(), never.early());
    assertEquals(0, never.chanceWithinHorizon());
  }

  @Test
  void theFirstDayAtTheLimitCountsThoughUsageFallsAgain() {
    double[][] paths = {{1, 5, 1, 1, 9}};
    assertEquals(Optional.of(FIRST.plusDays(1)), Runway.of(paths, FIRST, 5, 0).median());
  }

  @Test
  void usageAtTheLimitNowIsReached() {
    Runway runway = Runway.of(new double[][] {{1, 1}}, FIRST, 5, 5);
    assertTrue(runway.isReached());
    assertEquals(Optional.of(FIRST), runway.late());
    assertEquals(1, runway.chanceBy(FIRST));
    assertFalse(Runway.of(new double[][] {{1, 1}}, FIRST, 5, 4.9).isReached());
  }
}
