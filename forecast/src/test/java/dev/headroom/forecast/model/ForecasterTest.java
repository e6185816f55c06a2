package dev.headroom.forecast.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.commons.math3.stat.regression.SimpleRegression;
import org.junit.jupiter.api.Test;

class ForecasterTest {
  private static final int[] NONE = {};

  private static final List<Forecaster> ALL =
      List.of(
          new SeasonalNaive(1),
          new SeasonalNaive(7),
          new Drift(),
          new SeasonalProfile(1),
          new SeasonalProfile(4),
          new DampedTrend(),
          new Theta(),
          new TheilSenTrend(0),
          new TheilSenTrend(60),
          new Autoregression(false),
          new Autoregression(true));

  /** NIST/SEMATECH e-Handbook of Statistical Methods, section 6.4.3.1: two decimals are given. */
  @Test
  void simpleSmoothingIsThatOfTheNistHandbook() {
    double[] y = {71, 70, 69, 68, 64, 65, 72, 78, 75, 75, 75, 70};
    double[] expected = {71, 70.9, 70.71, 70.44, 69.80, 69.32, 69.58, 70.43, 70.88, 71.29, 71.67};
    for (int t = 1; t <= expected.length; t++) {
      double[] known = Arrays.copyOfRange(y, 0, t);
      double level = ExponentialSmoothing.with(known, 0.1, 71).level();
      assertEquals(t == 1 ? 71 : expected[t - 1], level, 0.005, "after " + t);
    }
    assertEquals(208.9, ExponentialSmoothing.with(y, 0.1, 71).squares(), 0.15);
  }

  /** The same, section 6.4.3.5: one decimal of the forecasts is given; α = 0.3623, γ = 1. */
  @Test
  void holtsTrendIsThatOfTheNistHandbook() {
    double[] y = {6.4, 5.6, 7.8, 8.8, 11.0, 11.6, 16.7, 15.3, 21.6, 22.4};
    double[] later = Arrays.copyOfRange(y, 1, y.length);
    double[] parameters = {0.3623, 0.3623, 1, 6.4, 0.8};
    DampedTrend.Fitted fitted = DampedTrend.Fitted.run(History.of(y, NONE), later, parameters);
    double[] forecast = fitted.forecast(5);
    assertArrayEquals(new double[] {25.8, 28.7, 31.7, 34.6, 37.6}, forecast, 0.05);
  }

  /**
   * Sen (1968), section 6: the estimate is 4. Its points are not evenly spaced: the rest is NaN.
   */
  @Test
  void theSlopeIsThatOfSensExample() {
    int[] at = {1, 2, 3, 4, 10, 12, 18};
    double[] values = {9, 15, 19, 20, 45, 55, 78};
    double[] y = new double[18];
    Arrays.fill(y, Double.NaN);
    for (int i = 0; i < at.length; i++) {
      y[at[i] - 1] = values[i];
    }
    assertEquals(4, TheilSen.of(y).slope(), 1e-12);
    assertTrue(TheilSen.of(y).z() > 2.58);
  }

  @Test
  void noOtherSmoothingFitsBetter() {
    double[] y = walk(80, 3);
    ExponentialSmoothing best = ExponentialSmoothing.fit(y);
    for (double alpha = 0.01; alpha < 1; alpha += 0.01) {
      assertTrue(
          ExponentialSmoothing.with(y, alpha).squares() >= best.squares() - 1e-6, "α " + alpha);
    }
    for (double move : new double[] {-0.5, 0.5}) {
      double other = ExponentialSmoothing.with(y, best.alpha(), best.firstLevel() + move).squares();
      assertTrue(other > best.squares());
    }
  }

  @Test
  void noNeighbouringDampedTrendFitsBetter() {
    double[] y = walk(120, 4);
    History history = History.of(y, NONE);
    DampedTrend.Fitted best = new DampedTrend().fit(history);
    assertTrue(best.alpha() > 0 && best.alpha() < 1, () -> best.toString());
    assertTrue(best.beta() > 0 && best.beta() <= best.alpha());
    assertTrue(best.phi() >= 0.8 && best.phi() <= 0.98);
    double least = Double.POSITIVE_INFINITY;
    for (double alpha = 0.05; alpha < 1; alpha += 0.05) {
      for (double beta = 0.001; beta < alpha; beta += 0.05) {
        for (double phi = 0.8; phi <= 0.98; phi += 0.06) {
          double[] parameters = {alpha, beta, phi, y[0], 0};
          least = Math.min(least, DampedTrend.Fitted.run(history, y, parameters).variance());
        }
      }
    }
    assertTrue(best.variance() <= least * 1.001, best.variance() + " > " + least);
  }

  @Test
  void dampedTrendLevelsOutAtSlopeTimesPhiOverOneLessPhi() {
    History history = History.of(new double[] {1, 2, 3, 4, 5}, NONE);
    var fitted = new DampedTrend.Fitted(history, 0.5, 0.1, 0.9, 10, 2, 0);
    double[] forecast = fitted.forecast(400);
    assertEquals(10 + 0.9 * 2, forecast[0], 1e-12);
    assertEquals(10 + (0.9 + 0.81) * 2, forecast[1], 1e-12);
    assertEquals(10 + 2 * 0.9 / 0.1, forecast[399], 1e-9);
  }

  /** Hyndman and Billah (2003): theta is smoothing with half the regression slope as drift. */
  @Test
  void thetaRisesByHalfTheSlopeOfTheLine() {
    double[] y = walk(60, 5);
    for (int t = 0; t < y.length; t++) {
      y[t] += 0.7 * t;
    }
    Theta.Fitted fitted = new Theta().fit(History.of(y, NONE));
    double[] forecast = fitted.forecast(3);
    var line = new SimpleRegression();
    for (int t = 0; t < y.length; t++) {
      line.addData(t, y[t]);
    }
    assertEquals(line.getSlope() / 2, forecast[1] - forecast[0], 1e-9);
    ExponentialSmoothing smoothing = ExponentialSmoothing.fit(y);
    double first =
        smoothing.level()
            + line.getSlope() / 2 * (1 - Math.pow(1 - smoothing.alpha(), 60)) / smoothing.alpha();
    assertEquals(first, forecast[0], 1e-9);
  }

  @Test
  void coefficientsOfAnAutoregressionAreRecovered() {
    Random random = new Random(6);
    double[] x = new double[1_500];
    for (int t = 2; t < x.length; t++) {
      x[t] = 0.6 * x[t - 1] + 0.25 * x[t - 2] + random.nextGaussian();
    }
    double[] a = Autoregression.burg(x);
    assertEquals(0.6, a[0], 0.08);
    assertEquals(0.25, a[1], 0.08);
    double[] far = new Autoregression(false).fit(History.of(x, NONE)).forecast(500);
    assertEquals(Arrays.stream(x).average().orElseThrow(), far[499], 0.1);
  }

  @Test
  void seasonalNaiveRepeatsTheLastKnownCycle() {
    double[] y = {1, 2, 3, 4, 5, Double.NaN};
    assertArrayEquals(
        new double[] {4, 5, 3, 4, 5, 3}, new SeasonalNaive(3).fit(history(y)).forecast(6));
    assertArrayEquals(new double[] {5, 5}, new SeasonalNaive(1).fit(history(y)).forecast(2));
  }

  @Test
  void theProfileIsNotMovedByAFewWildValues() {
    double[] y = new double[140];
    for (int t = 0; t < y.length; t++) {
      y[t] = t % 7 < 5 ? 100 : 40;
    }
    double[] wild = y.clone();
    wild[136] = 10_000;
    wild[120] = -10_000;
    double[] forecast = new SeasonalProfile(4).fit(History.of(wild, new int[] {7})).forecast(14);
    for (int h = 0; h < 14; h++) {
      assertEquals((140 + h) % 7 < 5 ? 100 : 40, forecast[h], 15);
    }
  }

  @Test
  void everyModelForecastsAConstantAsItself() {
    double[] y = new double[60];
    Arrays.fill(y, 12.5);
    for (Forecaster model : ALL) {
      for (double value : model.fit(History.of(y, new int[] {7})).forecast(20)) {
        assertEquals(12.5, value, 1e-9, model.name());
      }
    }
  }

  @Test
  void everyModelTakesShortGappyAndHugeHistories() {
    double[][] histories = {
      {3},
      {3, 4},
      {3, 4, 2},
      {5, Double.NaN, Double.NaN, 7, 1, Double.NaN},
      {1e300, -1e300, 1e300, 5, 5},
      {1e-300, 2e-300, 0, 1e-300, 3e-300, 1e-300, 2e-300, 0, 1e-300},
    };
    for (double[] y : histories) {
      for (Forecaster model : ALL) {
        double[] forecast = model.fit(history(y)).forecast(10);
        assertEquals(10, forecast.length);
        if (Arrays.stream(y).noneMatch(value -> Math.abs(value) > 1e200)) {
          assertTrue(
              Arrays.stream(forecast).allMatch(Double::isFinite),
              model.name() + " of " + Arrays.toString(y));
        }
      }
    }
  }

  @Test
  void everyModelCarriesShiftsAndScalesThrough() {
    double[] y = walk(90, 7);
    double[] changed = Arrays.stream(y).map(value -> 8 * value + 1_024).toArray();
    for (Forecaster model : ALL) {
      double[] plain = model.fit(History.of(y, new int[] {7})).forecast(15);
      double[] moved = model.fit(History.of(changed, new int[] {7})).forecast(15);
      for (int h = 0; h < 15; h++) {
        assertEquals(8 * plain[h] + 1_024, moved[h], 0.3, model.name() + " h " + h);
      }
    }
  }

  private static History history(double[] y) {
    return History.of(y, NONE);
  }

  private static double[] walk(int length, long seed) {
    Random random = new Random(seed);
    double[] y = new double[length];
    double level = 50;
    for (int t = 0; t < length; t++) {
      level += 0.5 * random.nextGaussian();
      y[t] = level + random.nextGaussian() + (t % 7 == 0 ? 3 : 0);
    }
    return y;
  }
}
