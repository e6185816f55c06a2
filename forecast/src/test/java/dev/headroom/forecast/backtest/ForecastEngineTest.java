package dev.headroom.forecast.backtest;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.forecast.model.Forecast;
import dev.headroom.forecast.model.ForecastOptions;
import dev.headroom.forecast.model.NotEnoughData;
import dev.headroom.forecast.model.Quantiles;
import dev.headroom.forecast.series.RegularSeries;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ForecastEngineTest {
  private static final long HOUR = 3_600_000;
  private static final long DAY = 24 * HOUR;
  private static final long MONDAY = 1_767_571_200_000L;

  @Test
  void intervalsNestAndWidenWithTheHorizon() {
    for (long seed = 1; seed <= 5; seed++) {
      Forecast forecast = of(growing(120, seed), free(90, seed));
      double[] low95 = forecast.quantile(0.025);
      double[] low80 = forecast.quantile(0.1);
      double[] median = forecast.quantile(0.5);
      double[] high80 = forecast.quantile(0.9);
      double[] high95 = forecast.quantile(0.975);
      for (int h = 0; h < 90; h++) {
        assertTrue(low95[h] <= low80[h] && low80[h] <= median[h], "seed " + seed + " h " + h);
        assertTrue(median[h] <= high80[h] && high80[h] <= high95[h], "seed " + seed + " h " + h);
        if (h > 0) {
          double slack = 1e-9 * high95[h];
          assertTrue(high80[h] - low80[h] >= high80[h - 1] - low80[h - 1] - slack, "h " + h);
          assertTrue(high95[h] - low95[h] >= high95[h - 1] - low95[h - 1] - slack, "h " + h);
        }
      }
      assertTrue(high80[89] - low80[89] > high80[0] - low80[0]);
    }
  }

  @Test
  void shiftAndScaleCarryThrough() {
    double[] values = growing(150, 7);
    Forecast plain = of(values, free(30, 7));
    Forecast doubled = of(map(values, 4, 0), free(30, 7));
    Forecast moved = of(map(values, 1, 1e6), free(30, 7));
    for (double probability : new double[] {0.025, 0.1, 0.5, 0.9, 0.975}) {
      double[] quantile = plain.quantile(probability);
      assertArrayEquals(map(quantile, 4, 0), doubled.quantile(probability), 1e-9 * quantile[0]);
      assertArrayEquals(map(quantile, 1, 1e6), moved.quantile(probability), 1e-3);
    }
    assertArrayEquals(map(plain.mean(), 4, 0), doubled.mean(), 1e-9 * plain.mean()[0]);
  }

  @Test
  void tinyAndHugeValuesAreTheSameForecast() {
    double[] values = growing(100, 3);
    double[] median = of(values, free(20, 1)).quantile(0.5);
    for (double scale : new double[] {0x1p-400, 0x1p400}) {
      double[] scaled = of(map(values, scale, 0), free(20, 1)).quantile(0.5);
      assertArrayEquals(map(median, scale, 0), scaled, 1e-9 * median[0] * scale);
    }
  }

  @Test
  void aConstantStaysConstant() {
    double[] values = new double[60];
    Arrays.fill(values, 42.5);
    Forecast forecast = of(values, ForecastOptions.ofAmounts(30));
    for (double[] path : forecast.paths()) {
      for (double value : path) {
        assertEquals(42.5, value);
      }
    }
    assertEquals(Double.NaN, forecast.accuracy().mase());
  }

  @Test
  void aStraightLineGoesOn() {
    double[] values = new double[60];
    for (int t = 0; t < values.length; t++) {
      values[t] = 100 + 3 * t;
    }
    double[] median = of(values, ForecastOptions.ofAmounts(30)).quantile(0.5);
    for (int h = 0; h < 30; h++) {
      assertEquals(100 + 3 * (60 + h), median[h], 0.5 + 0.02 * h);
    }
  }

  @Test
  void aWeekThatRepeatsIsForecastExactly() {
    double[] week = {5, 9, 9, 8, 7, 2, 1};
    double[] values = new double[70];
    for (int t = 0; t < values.length; t++) {
      values[t] = week[t % 7];
    }
    double[] median = of(values, ForecastOptions.ofAmounts(21)).quantile(0.5);
    for (int h = 0; h < 21; h++) {
      assertEquals(week[h % 7], median[h], 1e-6);
    }
  }

  @Test
  void quantilesOfTheSumOfTwinsAreTwiceTheQuantiles() {
    RegularSeries series = daily(growing(120, 11));
    List<Forecast> twins =
        ForecastEngine.forecast(List.of(series, series), ForecastOptions.ofAmounts(90)).stream()
            .map(Forecast.class::cast)
            .toList();
    double[] p90 = twins.get(0).quantile(0.9);
    for (int h = 0; h < 90; h++) {
      double[] sums = new double[twins.get(0).paths().length];
      for (int p = 0; p < sums.length; p++) {
        sums[p] = twins.get(0).paths()[p][h] + twins.get(1).paths()[p][h];
      }
      assertEquals(2 * p90[h], Quantiles.of(sums, 0.9), "h " + h);
    }
  }

  @Test
  void seriesThatMovedTogetherGoOnTogether() {
    Random random = new Random(5);
    double[] one = new double[200];
    double[] twin = new double[200];
    double[] opposite = new double[200];
    double[] stranger = new double[200];
    for (int t = 0; t < one.length; t++) {
      double shared = 10 * random.nextGaussian();
      one[t] = 500 + shared + random.nextGaussian();
      twin[t] = 700 + shared + random.nextGaussian();
      opposite[t] = 600 - shared + random.nextGaussian();
      stranger[t] = 600 + 10 * random.nextGaussian();
    }
    ForecastOptions options = ForecastOptions.ofAmounts(20);
    Forecast first = of(one, options);
    assertTrue(correlation(first, of(twin, options), 10) > 0.6);
    assertTrue(correlation(first, of(opposite, options), 10) < -0.6);
    assertTrue(Math.abs(correlation(first, of(stranger, options), 10)) < 0.6);
  }

  @Test
  void companionsDoNotChangeAForecast() {
    RegularSeries series = daily(growing(90, 2));
    RegularSeries other = daily(growing(200, 3));
    ForecastOptions options = ForecastOptions.ofAmounts(30);
    Forecast alone = (Forecast) ForecastEngine.forecast(series, options);
    Forecast together = (Forecast) ForecastEngine.forecast(List.of(other, series), options).get(1);
    assertSameBytes(alone, together);
  }

  @Test
  void sameInputsGiveTheSameBytesAndAnotherSeedOtherPaths() {
    double[] values = growing(120, 4);
    Forecast one = of(values, free(40, 9));
    assertSameBytes(one, of(values.clone(), free(40, 9)));
    Forecast other = of(values, free(40, 10));
    assertNotEquals(Arrays.deepHashCode(one.paths()), Arrays.deepHashCode(other.paths()));
    assertArrayEquals(one.quantile(0.9), other.quantile(0.9), 0);
  }

  @Test
  void boundsHold() {
    double[] falling = new double[60];
    for (int t = 0; t < falling.length; t++) {
      falling[t] = 60 - t + (t % 3);
    }
    Forecast forecast = of(falling, new ForecastOptions(60, 0, 61, 500, 1));
    for (double[] path : forecast.paths()) {
      for (double value : path) {
        assertTrue(value >= 0 && value <= 61, () -> "value " + value);
      }
    }
  }

  @Test
  void whatNeverFellIsNotForecastToFall() {
    Random random = new Random(8);
    double[] total = new double[100];
    for (int t = 1; t < total.length; t++) {
      total[t] = total[t - 1] + (random.nextInt(10) == 0 ? 100 * random.nextDouble() : 0);
    }
    Forecast forecast = of(total, ForecastOptions.ofAmounts(30));
    for (double[] path : forecast.paths()) {
      assertTrue(Arrays.stream(path).allMatch(value -> value >= total[99]));
    }
    assertTrue(forecast.notes().toString().contains("never fell"), forecast.notes()::toString);
  }

  @Test
  void tooShortHistorySaysHowLongAndHowLongIsNeeded() {
    assertEquals(
        "not enough data yet: 5 days of history; 14 days are needed",
        refusal(daily(growing(5, 1)), 90));
    assertEquals(
        "not enough data yet: 0 seconds of history; 14 days are needed",
        refusal(daily(new double[0]), 90));
    assertEquals(
        "not enough data yet: 3 minutes of history; 30 minutes are needed",
        refusal(new RegularSeries(MONDAY, 60_000, new double[] {1, 2, 3}), 10));
    assertInstanceOf(
        Forecast.class,
        ForecastEngine.forecast(daily(growing(14, 1)), ForecastOptions.ofAmounts(90)));
  }

  @Test
  void gapsAreSteppedOverAndTooManyRefused() {
    double[] values = growing(120, 6);
    for (int t = 40; t < 55; t++) {
      values[t] = Double.NaN;
    }
    values[0] = Double.NaN;
    values[80] = Double.POSITIVE_INFINITY;
    Forecast forecast = of(values, ForecastOptions.ofAmounts(30));
    assertTrue(Arrays.stream(forecast.mean()).allMatch(Double::isFinite));
    assertTrue(forecast.notes().contains("16 of 119 steps have no value"));
    for (int t = 5; t < 110; t += 2) {
      values[t] = Double.NaN;
    }
    assertTrue(refusal(daily(values), 30).contains("steps have no value"));
    double[] nothing = new double[100];
    Arrays.fill(nothing, Double.NaN);
    assertTrue(refusal(daily(nothing), 30).startsWith("not enough data yet: 0 seconds"));
  }

  @Test
  void aSeriesThatFellSilentIsForecastFromItsEndOrRefused() {
    double[] values = Arrays.copyOf(growing(110, 6), 120);
    Arrays.fill(values, 110, 120, Double.NaN);
    Forecast forecast = of(values, ForecastOptions.ofAmounts(30));
    assertEquals(MONDAY + 120 * DAY, forecast.startMillis());
    assertEquals(30, forecast.horizon());
    assertTrue(forecast.notes().contains("no values for the last 10 days"));
    Arrays.fill(values, 50, 120, Double.NaN);
    assertEquals("no values for the last 70 days of the history", refusal(daily(values), 30));
  }

  @Test
  void aLevelShiftDoesNotDrawTheForecastBack() {
    double[] values = new double[120];
    Random random = new Random(12);
    for (int t = 0; t < values.length; t++) {
      values[t] = (t < 70 ? 100 : 200) + random.nextGaussian();
    }
    Forecast forecast = of(values, ForecastOptions.ofAmounts(60));
    double[] low = forecast.quantile(0.1);
    double[] high = forecast.quantile(0.9);
    for (int h = 0; h < 60; h++) {
      assertTrue(low[h] > 190 && high[h] < 210, "h " + h + ": " + low[h] + " to " + high[h]);
    }
    assertTrue(
        forecast.notes().toString().contains("level shift up on 2026-03-16"),
        forecast.notes()::toString);
  }

  @Test
  void theAnswerSaysHowFarItIsTested() {
    Forecast forecast = of(growing(40, 2), ForecastOptions.ofAmounts(90));
    assertTrue(forecast.testedSteps() > 0 && forecast.testedSteps() < 40);
    assertTrue(forecast.notes().toString().contains("extrapolated"), forecast.notes()::toString);
    assertTrue(forecast.accuracy().origins() > 3);
  }

  @Test
  void wrongOptionsAreRefused() {
    RegularSeries series = daily(growing(60, 1));
    for (int horizon : new int[] {0, -1, ForecastEngine.MOST_HORIZON + 1}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> ForecastEngine.forecast(series, ForecastOptions.ofAmounts(horizon)));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> ForecastEngine.forecast(List.of(series), List.<ForecastOptions>of()));
  }

  @Test
  void pathsHaveTheQuantilesOfTheIntervals() {
    Forecast thousand = of(growing(120, 5), free(30, 1));
    Forecast more =
        of(
            growing(120, 5),
            new ForecastOptions(30, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 4_000, 77));
    for (double probability : new double[] {0.1, 0.5, 0.9}) {
      assertArrayEquals(thousand.quantile(probability), more.quantile(probability), 0.5);
    }
  }

  private static Forecast of(double[] values, ForecastOptions options) {
    return assertInstanceOf(Forecast.class, ForecastEngine.forecast(daily(values), options));
  }

  private static String refusal(RegularSeries series, int horizon) {
    return assertInstanceOf(
            NotEnoughData.class,
            ForecastEngine.forecast(series, ForecastOptions.ofAmounts(horizon)))
        .reason();
  }

  private static ForecastOptions free(int horizon, long seed) {
    return new ForecastOptions(
        horizon, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 1_000, seed);
  }

  private static RegularSeries daily(double[] values) {
    return new RegularSeries(MONDAY, DAY, values);
  }

  /** A level that grows, a week, and noise. */
  private static double[] growing(int length, long seed) {
    Random random = new Random(seed);
    double[] values = new double[length];
    for (int t = 0; t < length; t++) {
      values[t] = 1_000 + 2.0 * t + (t % 7 < 5 ? 60 : -80) + 25 * random.nextGaussian();
    }
    return values;
  }

  private static double[] map(double[] values, double scale, double shift) {
    return Arrays.stream(values).map(value -> value * scale + shift).toArray();
  }

  private static double correlation(Forecast one, Forecast other, int h) {
    int n = one.paths().length;
    double covariance = 0;
    double varianceOne = 0;
    double varianceOther = 0;
    for (int p = 0; p < n; p++) {
      double x = one.paths()[p][h] - one.mean()[h];
      double y = other.paths()[p][h] - other.mean()[h];
      covariance += x * y;
      varianceOne += x * x;
      varianceOther += y * y;
    }
    return covariance / Math.sqrt(varianceOne * varianceOther);
  }

  private static void assertSameBytes(Forecast one, Forecast other) {
    assertEquals(one.method(), other.method());
    assertEquals(one.notes(), other.notes());
    assertEquals(one.accuracy(), other.accuracy());
    assertArrayEquals(one.mean(), other.mean(), 0);
    assertTrue(Arrays.deepEquals(one.paths(), other.paths()));
  }
}
