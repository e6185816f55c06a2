package dev.headroom.forecast.backtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.forecast.model.Forecast;
import dev.headroom.forecast.model.ForecastOptions;
import dev.headroom.forecast.model.Quantiles;
import dev.headroom.forecast.series.RegularSeries;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConformalTest {
  private static final long DAY = 86_400_000;

  @Test
  void widthsNeverShrinkAndGrowByTheRootBeyondWhatWasTried() {
    Random random = new Random(1);
    double[][] errors = new double[30][];
    for (int o = 0; o < errors.length; o++) {
      errors[o] = new double[Math.min(20, 30 - o)];
      double walk = 0;
      for (int h = 0; h < errors[o].length; h++) {
        walk += random.nextGaussian();
        errors[o][h] = walk;
      }
    }
    Conformal conformal = Conformal.of(errors, 20, 30, 80);
    for (int h = 1; h < 80; h++) {
      assertTrue(conformal.scale()[h] >= conformal.scale()[h - 1], "lead " + (h + 1));
    }
    assertEquals(2 * conformal.scale()[19], conformal.scale()[79], 1e-9);
    assertTrue(conformal.offset(5, 0.025) <= conformal.offset(5, 0.1));
    assertTrue(conformal.offset(5, 0.1) <= 0 && conformal.offset(5, 0.5) == 0);
    assertTrue(conformal.offset(5, 0.9) <= conformal.offset(5, 0.975));
  }

  @Test
  void oneSidedErrorsGiveOneSidedIntervals() {
    double[][] errors = new double[40][10];
    for (double[] row : errors) {
      Arrays.fill(row, 0);
    }
    for (int o = 0; o < 40; o += 3) {
      Arrays.fill(errors[o], 5);
    }
    Conformal conformal = Conformal.of(errors, 10, 50, 10);
    assertEquals(0, conformal.offset(3, 0.025));
    assertTrue(conformal.offset(3, 0.9) >= 5);
  }

  @Test
  void noErrorsGiveNoWidth() {
    Conformal conformal = Conformal.of(new double[5][4], 4, 8, 12);
    assertEquals(0, conformal.offset(11, 0.975));
    Conformal unknown = Conformal.of(new double[][] {{Double.NaN, Double.NaN}}, 2, 2, 4);
    assertEquals(0, unknown.offset(3, 0.975));
  }

  @Test
  void ranksArePermutationsAndFollowTheErrorsOfADate() {
    double[][] errors = new double[12][];
    long[] dates = new long[12];
    for (int o = 0; o < 12; o++) {
      errors[o] = new double[] {o - 5.5, 2 * (o - 5.5), 3 * (o - 5.5)};
      dates[o] = o * DAY;
    }
    Conformal conformal = Conformal.of(errors, 3, 12, 3);
    int[][] ranks = SamplePaths.ranks(errors, dates, conformal, 3, 500, 42);
    for (int h = 0; h < 3; h++) {
      int lead = h;
      int[] seen = Arrays.stream(ranks).mapToInt(path -> path[lead]).sorted().toArray();
      for (int p = 0; p < 500; p++) {
        assertEquals(p, seen[p]);
      }
    }
    for (int[] path : ranks) {
      assertEquals(path[0], path[1]);
      assertEquals(path[1], path[2]);
    }
  }

  /**
   * Of series that wander and repeat by the week, about four in five of what comes lies in the 80 %
   * interval. The bounds leave room for the 200 × 28 values being far from independent.
   */
  @Test
  void intervalsHoldAsOftenAsTheySay() {
    long seed = Long.getLong("headroom.seed", 20_260_611);
    Random random = new Random(seed);
    int inside80 = 0;
    int inside95 = 0;
    int all = 0;
    for (int s = 0; s < 200; s++) {
      double[] values = new double[180 + 28];
      double level = 1_000;
      for (int t = 0; t < values.length; t++) {
        level += 1 + 4 * random.nextGaussian();
        values[t] = level + (t % 7 < 5 ? 40 : -100) + 20 * random.nextGaussian();
      }
      RegularSeries history = new RegularSeries(0, DAY, Arrays.copyOf(values, 180));
      Forecast forecast =
          (Forecast) ForecastEngine.forecast(history, ForecastOptions.ofAmounts(28));
      double[][] bounds = new double[4][];
      double[] probabilities = {0.025, 0.1, 0.9, 0.975};
      for (int i = 0; i < 4; i++) {
        bounds[i] = forecast.quantile(probabilities[i]);
      }
      for (int h = 0; h < 28; h++) {
        double came = values[180 + h];
        inside80 += came >= bounds[1][h] && came <= bounds[2][h] ? 1 : 0;
        inside95 += came >= bounds[0][h] && came <= bounds[3][h] ? 1 : 0;
        all++;
      }
    }
    double coverage80 = (double) inside80 / all;
    double coverage95 = (double) inside95 / all;
    assertTrue(coverage80 > 0.73 && coverage80 < 0.88, coverage80 + ", seed " + seed);
    assertTrue(coverage95 > 0.88 && coverage95 < 0.99, coverage95 + ", seed " + seed);
  }

  @Test
  void scoresAreThoseOfTheirDefinitions() {
    double[][] errors = {{1, -1}, {2, Double.NaN}};
    assertEquals(4 / 3.0, Scores.meanAbsolute(errors), 1e-12);
    assertEquals(2, Scores.naiveError(new double[] {1, 3, 5, 7}, 1));
    assertEquals(4, Scores.naiveError(new double[] {1, 3, 5, 7}, 2));
    assertEquals(Double.NaN, Scores.naiveError(new double[] {1}, 1));
    double[] all = {-1, 1, 2};
    double median = (1 + 1 + 2) * 0.5 / 3;
    double expected = (median + loss(all, 0.1) + loss(all, 0.9)) / 3;
    assertEquals(expected, Scores.pinball(errors), 1e-12);
  }

  private static double loss(double[] errors, double tau) {
    double quantile = Quantiles.of(errors, tau);
    double sum = 0;
    for (double error : errors) {
      sum += Math.max(tau * (error - quantile), (tau - 1) * (error - quantile));
    }
    return sum / errors.length;
  }
}
