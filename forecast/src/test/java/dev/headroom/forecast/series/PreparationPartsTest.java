package dev.headroom.forecast.series;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Seasons, shapes, gaps, outliers and level shifts, each on a series where the answer is known. */
class PreparationPartsTest {
  private static final long HOUR = 3_600_000;
  private static final long DAY = 24 * HOUR;
  private static final int[] NONE = {};

  @Test
  void daysAndWeeksAreFoundInHours() {
    double[] values = noise(24 * 7 * 6, 1);
    for (int t = 0; t < values.length; t++) {
      values[t] += 10 * Math.sin(2 * Math.PI * t / 24) + (t / 24 % 7 < 5 ? 5 : -5);
    }
    assertArrayEquals(new int[] {24, 168}, Seasonality.detect(values, HOUR));
  }

  @Test
  void weeksAreFoundInDaysWithTrendAndGaps() {
    double[] values = noise(120, 2);
    for (int t = 0; t < values.length; t++) {
      values[t] += 3.0 * t + (t % 7 < 5 ? 4 : -4);
    }
    values[30] = Double.NaN;
    assertArrayEquals(new int[] {7}, Seasonality.detect(values, DAY));
  }

  @Test
  void noiseTrendsAndRandomWalksHaveNoSeason() {
    int found = 0;
    for (int seed = 0; seed < 40; seed++) {
      double[] noise = noise(200, seed);
      double[] walk = noise.clone();
      for (int t = 1; t < walk.length; t++) {
        walk[t] += walk[t - 1];
      }
      found += Seasonality.detect(noise, DAY).length + Seasonality.detect(walk, DAY).length;
    }
    assertTrue(found <= 2, "seasons found where there are none: " + found);
    double[] line = new double[100];
    Arrays.setAll(line, t -> 5.0 * t);
    assertEquals(0, Seasonality.detect(line, DAY).length);
    assertEquals(0, Seasonality.detect(new double[100], DAY).length);
    assertEquals(0, Seasonality.detect(new double[] {1, 2}, DAY).length);
  }

  @Test
  void aPeriodOfNoCalendarIsFound() {
    double[] values = noise(300, 4);
    for (int t = 0; t < values.length; t++) {
      values[t] += 6 * Math.sin(2 * Math.PI * t / 11);
    }
    assertArrayEquals(new int[] {11}, Seasonality.detect(values, 17 * 60_000));
  }

  @Test
  void autocorrelationIsThatOfItsDefinition() {
    double[] values = noise(50, 9);
    double mean = Arrays.stream(values).average().orElseThrow();
    double variance = 0;
    double covariance = 0;
    for (int t = 0; t < 50; t++) {
      variance += (values[t] - mean) * (values[t] - mean);
      covariance += t < 3 ? 0 : (values[t] - mean) * (values[t - 3] - mean);
    }
    double[] r = Seasonality.autocorrelation(values, 3);
    assertEquals(1, r[0], 1e-12);
    assertEquals(covariance / variance, r[3], 1e-12);
  }

  @Test
  void theShapeOfAPureSeasonOnATrendIsThatSeason() {
    double[] season = {6, 3, 0, -3, -1, -2, -3};
    double[] values = new double[70];
    for (int t = 0; t < values.length; t++) {
      values[t] = 50 + 2 * t + season[t % 7];
    }
    SeasonalShape shape = SeasonalShape.fit(values, new int[] {7});
    for (int t = 0; t < 100; t++) {
      assertEquals(season[t % 7], shape.at(t), 0.02);
    }
  }

  @Test
  void aShapeOfNoiseShrinksToNothing() {
    SeasonalShape shape = SeasonalShape.fit(noise(140, 3), new int[] {7});
    double largest = 0;
    for (int t = 0; t < 7; t++) {
      largest = Math.max(largest, Math.abs(shape.at(t)));
    }
    assertTrue(largest < 0.5, "largest phase " + largest);
  }

  @Test
  void periodsLongerThanHalfTheSeriesAreLeftOut() {
    assertArrayEquals(
        new int[] {7}, SeasonalShape.fit(new double[20], new int[] {7, 11}).periods());
  }

  @Test
  void shortGapsAreFilledAlongLineAndShape() {
    double[] values = new double[42];
    for (int t = 0; t < values.length; t++) {
      values[t] = 10 + t + (t % 7 == 0 ? 6 : -1);
    }
    SeasonalShape shape = SeasonalShape.fit(values, new int[] {7});
    double[] gappy = values.clone();
    gappy[20] = gappy[21] = gappy[22] = Double.NaN;
    assertArrayEquals(values, Gaps.fill(gappy, shape, 3), 0.1);
    double[] kept = Gaps.fill(gappy, shape, 2);
    assertTrue(Double.isNaN(kept[20]) && Double.isNaN(kept[21]) && Double.isNaN(kept[22]));
    double[] ends = {Double.NaN, 1, 2, Double.NaN};
    assertArrayEquals(ends, Gaps.fill(ends, SeasonalShape.fit(ends, NONE), 9));
  }

  @Test
  void spikesAreClippedAndNamedAndOrdinaryValuesAreNot() {
    double[] values = noise(100, 6);
    values[40] = 80;
    values[77] = -90;
    Outliers outliers = Outliers.clip(values, SeasonalShape.fit(values, NONE));
    assertArrayEquals(new int[] {40, 77}, outliers.at());
    assertTrue(outliers.values()[40] < 10 && outliers.values()[77] > -10);
    for (int t = 0; t < 100; t++) {
      if (t != 40 && t != 77) {
        assertEquals(values[t], outliers.values()[t]);
      }
    }
  }

  @Test
  void aSeriesOfSpikesOrMostlyConstantIsLeftAsItIs() {
    double[] spiky = noise(100, 7);
    for (int t = 0; t < 100; t += 10) {
      spiky[t] = 100;
    }
    assertEquals(0, Outliers.clip(spiky, SeasonalShape.fit(spiky, NONE)).at().length);
    double[] flat = new double[100];
    flat[50] = 5;
    assertEquals(0, Outliers.clip(flat, SeasonalShape.fit(flat, NONE)).at().length);
  }

  @Test
  void levelShiftsAreFoundWhereTheyAre() {
    double[] values = noise(150, 8);
    for (int t = 0; t < values.length; t++) {
      values[t] += t < 60 ? 0 : t < 110 ? 30 : 10;
    }
    List<LevelShift> shifts = LevelShift.find(values, 14);
    assertEquals(List.of(60, 110), shifts.stream().map(LevelShift::at).toList());
    assertEquals(30, shifts.get(0).size(), 2);
    assertEquals(-20, shifts.get(1).size(), 2);
    double[] level = LevelShift.remove(values, shifts);
    assertEquals(10, Median.of(Arrays.copyOf(level, 60)), 2);
    assertEquals(10, Median.of(Arrays.copyOfRange(level, 60, 110)), 2);
  }

  @Test
  void trendsSpikesAndWalksAreNoLevelShifts() {
    double[] trend = noise(150, 10);
    double[] spike = noise(150, 11);
    Arrays.setAll(trend, t -> trend[t] + 2.0 * t);
    spike[75] = 500;
    assertEquals(List.of(), LevelShift.find(trend, 14));
    assertEquals(List.of(), LevelShift.find(spike, 14));
    assertEquals(List.of(), LevelShift.find(new double[100], 14));
    assertEquals(List.of(), LevelShift.find(new double[3], 14));
  }

  @Test
  void mediansLeaveOutWhatIsUnknown() {
    assertEquals(2, Median.of(3, Double.NaN, 1, 2));
    assertEquals(1.5, Median.of(1, 2));
    assertEquals(Double.NaN, Median.of());
    assertEquals(2.5, Median.midmean(new double[] {100, 2, 3, -50}));
    assertEquals(1.4826, Median.deviation(new double[] {1, 2, 3, 4, 5}), 1e-12);
  }

  private static double[] noise(int length, long seed) {
    Random random = new Random(seed);
    double[] noise = new double[length];
    Arrays.setAll(noise, _ -> random.nextGaussian());
    return noise;
  }
}
