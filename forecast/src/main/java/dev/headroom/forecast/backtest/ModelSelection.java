package dev.headroom.forecast.backtest;

import dev.headroom.forecast.model.Autoregression;
import dev.headroom.forecast.model.DampedTrend;
import dev.headroom.forecast.model.Drift;
import dev.headroom.forecast.model.Forecaster;
import dev.headroom.forecast.model.SeasonalNaive;
import dev.headroom.forecast.model.SeasonalProfile;
import dev.headroom.forecast.model.TheilSenTrend;
import dev.headroom.forecast.model.Theta;
import dev.headroom.forecast.series.Median;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Which models to trust with a series: those that explode are dropped, the rest is ranked by
 * pinball loss on rolling origins, and the forecast is the median of the best three (as Petropoulos
 * and Svetunkov 2020, <i>A simple combination of univariate models</i>, did in M4). The robust
 * profile is never dropped for exploding, so there is always one.
 *
 * @param members places in the list of models, best first
 * @param scores of all models
 * @param notes which models were dropped and why
 */
record ModelSelection(List<Integer> members, double[] scores, List<String> notes) {
  private static final int BEST = 3;

  /** One that is this much worse than the best has nothing to add. */
  private static final double MOST_WORSE = 1.2;

  /** How far beyond the range of the past, in ranges, a forecast may go per length of the past. */
  private static final double MOST_GROWTH = 3;

  /** What is tried on a series that repeats with these periods. */
  static List<Forecaster> pool(int[] periods) {
    List<Forecaster> pool = new ArrayList<>();
    pool.add(new SeasonalProfile(1));
    pool.add(new SeasonalProfile(4));
    pool.add(new SeasonalNaive(1));
    for (int period : periods) {
      pool.add(new SeasonalNaive(period));
    }
    pool.add(new Drift());
    pool.add(new DampedTrend());
    pool.add(new Theta());
    pool.add(new TheilSenTrend(0));
    pool.add(new TheilSenTrend(60));
    pool.add(new Autoregression(false));
    pool.add(new Autoregression(true));
    return pool;
  }

  /**
   * @param forecasts {@code [model][step]} of the future, to see which explode
   * @param values the past
   */
  static ModelSelection choose(
      List<Forecaster> models, RollingOrigin backtest, double[][] forecasts, double[] values) {
    double[] scores = new double[models.size()];
    List<String> notes = new ArrayList<>();
    Range range = Range.of(values);
    for (int m = 0; m < scores.length; m++) {
      scores[m] = Scores.pinball(backtest.errors(backtest.forecasts()[m]));
      boolean isGuard = models.get(m) instanceof SeasonalProfile;
      if (!isGuard && range.isExploding(forecasts[m])) {
        scores[m] = Double.POSITIVE_INFINITY;
        notes.add(models.get(m).name() + " dropped: its forecast explodes");
      } else if (Double.isNaN(scores[m])) {
        scores[m] = isGuard ? Double.MAX_VALUE : Double.POSITIVE_INFINITY;
      }
    }
    List<Integer> ranked =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble(m -> scores[m]))
            .toList();
    double best = scores[ranked.getFirst()];
    List<Integer> members =
        ranked.stream()
            .filter(m -> scores[m] < Double.POSITIVE_INFINITY && scores[m] <= MOST_WORSE * best)
            .limit(BEST)
            .toList();
    if (members.size() < BEST) {
      notes.add("only " + members.size() + " of " + scores.length + " models did well on the past");
    }
    return new ModelSelection(members, scores, List.copyOf(notes));
  }

  /** Step by step the median of the members' forecasts. */
  double[] combine(double[][] forecasts) {
    double[] combined = new double[forecasts[0].length];
    double[] some = new double[members.size()];
    for (int h = 0; h < combined.length; h++) {
      for (int i = 0; i < some.length; i++) {
        some[i] = forecasts[members.get(i)][h];
      }
      combined[h] = Median.of(some);
    }
    return combined;
  }

  /** The same at each origin. */
  double[][] combine(double[][][] forecasts) {
    double[][] combined = new double[forecasts[0].length][];
    for (int o = 0; o < combined.length; o++) {
      double[][] some = new double[forecasts.length][];
      for (int m = 0; m < some.length; m++) {
        some[m] = forecasts[m][o];
      }
      combined[o] = combine(some);
    }
    return combined;
  }

  /** {@code "median of robust profile, theta, naive"}. */
  String method(List<Forecaster> models) {
    TreeSet<Integer> order = new TreeSet<>(members);
    List<String> names = order.stream().map(m -> models.get(m).name()).distinct().toList();
    return names.size() == 1 ? names.getFirst() : "median of " + String.join(", ", names);
  }

  /** Where values may reasonably go. */
  private record Range(double low, double high, int length) {
    static Range of(double[] values) {
      double low = Double.POSITIVE_INFINITY;
      double high = Double.NEGATIVE_INFINITY;
      for (double value : values) {
        if (!Double.isNaN(value)) {
          low = Math.min(low, value);
          high = Math.max(high, value);
        }
      }
      return new Range(low, high, values.length);
    }

    boolean isExploding(double[] forecast) {
      double growth = MOST_GROWTH * Math.max(1, (double) forecast.length / length);
      double room = growth * (high - low);
      for (double value : forecast) {
        if (!Double.isFinite(value) || value < low - room || value > high + room) {
          return true;
        }
      }
      return false;
    }
  }
}
