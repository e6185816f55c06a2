package dev.headroom.forecast.backtest;

import dev.headroom.forecast.model.Forecast;
import dev.headroom.forecast.model.ForecastOptions;
import dev.headroom.forecast.model.ForecastOutcome;
import dev.headroom.forecast.model.Forecaster;
import dev.headroom.forecast.model.NotEnoughData;
import dev.headroom.forecast.series.Median;
import dev.headroom.forecast.series.RegularSeries;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Series in, forecasts out: prepares, backtests, chooses, and draws sample paths. Pure and without
 * state; any thread may call it. The same series, options and seed give the same bytes.
 *
 * <p>Forecasts with the same seed are joint: path p of one and path p of another go wrong as the
 * two did at one date of the past, so the sum of their paths is a path of their sum. That holds for
 * all calls, not only for series handed over together.
 */
public final class ForecastEngine {
  /** What is older is not read. Enough for seven weeks of hours, or ten years of days. */
  private static final int MOST_STEPS = 4_500;

  /** In steps; past it the caller is told to take a longer step. */
  public static final int MOST_HORIZON = 10_000;

  /** Sample paths; past it the answer would be mostly paths. */
  public static final int MOST_PATHS = 100_000;

  private static final int LEAST_FOR_GROWTH = 20;

  /** One outcome a series, in order. */
  public static List<ForecastOutcome> forecast(
      List<RegularSeries> series, ForecastOptions options) {
    return series.stream().map(one -> forecast(one, options)).toList();
  }

  /**
   * Each series with its own options.
   *
   * @throws IllegalArgumentException when there are not as many options as series
   */
  public static List<ForecastOutcome> forecast(
      List<RegularSeries> series, List<ForecastOptions> options) {
    if (series.size() != options.size()) {
      throw new IllegalArgumentException(
          options.size() + " options for " + series.size() + " series");
    }
    List<ForecastOutcome> outcomes = new ArrayList<>(series.size());
    for (int i = 0; i < series.size(); i++) {
      outcomes.add(forecast(series.get(i), options.get(i)));
    }
    return outcomes;
  }

  /**
   * @throws IllegalArgumentException when horizon or paths are not between 1 and their most
   */
  public static ForecastOutcome forecast(RegularSeries series, ForecastOptions options) {
    requireWithin(options.horizon(), MOST_HORIZON, "horizon");
    requireWithin(options.paths(), MOST_PATHS, "paths");
    RegularSeries known = fromFirstKnown(series);
    Optional<NotEnoughData> missing = MinimumHistory.check(known, options.horizon());
    if (missing.isPresent()) {
      return missing.get();
    }
    int silent = MinimumHistory.silentSteps(known.values());
    return new Run(part(known, known.size() - silent), options, silent).outcome();
  }

  private static void requireWithin(int value, int most, String name) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException(name + " must be 1 to " + most + ", got " + value);
    }
  }

  private static RegularSeries fromFirstKnown(RegularSeries series) {
    double[] values = series.values();
    int from = Math.max(0, values.length - MOST_STEPS);
    while (from < values.length && !Double.isFinite(values[from])) {
      from++;
    }
    double[] known = Arrays.copyOfRange(values, from, values.length);
    for (int i = 0; i < known.length; i++) {
      known[i] = Double.isFinite(known[i]) ? known[i] : Double.NaN;
    }
    return new RegularSeries(series.timeMillis(from), series.stepMillis(), known);
  }

  private static RegularSeries part(RegularSeries series, int length) {
    return new RegularSeries(
        series.startMillis(), series.stepMillis(), Arrays.copyOf(series.values(), length));
  }

  /** One series, first and last value known, moved to about 0 and scaled to about 1 on the way. */
  private static final class Run {
    private final RegularSeries measured;
    private final ForecastOptions options;
    private final int silent;
    private final int horizon;
    private final double centre;
    private final double unit;
    private final List<String> notes = new ArrayList<>();

    Run(RegularSeries measured, ForecastOptions options, int silent) {
      this.measured = measured;
      this.options = options;
      this.silent = silent;
      this.horizon = options.horizon() + silent;
      this.centre = Median.of(measured.values());
      this.unit = unit(measured.values(), centre);
    }

    /** A power of two, so that dividing by it rounds nothing. */
    private static double unit(double[] values, double centre) {
      double largest = 0;
      for (double value : values) {
        largest = Math.max(largest, Double.isNaN(value) ? 0 : Math.abs(value - centre));
      }
      return largest < Double.MIN_NORMAL ? 1 : Math.scalb(1.0, Math.getExponent(largest));
    }

    Forecast outcome() {
      RegularSeries scaled = scaled();
      Preparation prepared = Preparation.of(scaled);
      notes.addAll(prepared.notes());
      List<Forecaster> models = ModelSelection.pool(prepared.history().periods());
      RollingOrigin backtest =
          RollingOrigin.run(scaled, prepared.history(), prepared.actual(), models, horizon);
      double[][] forecasts =
          models.stream()
              .map(model -> model.fit(prepared.history()).forecast(horizon))
              .toArray(double[][]::new);
      ModelSelection chosen =
          ModelSelection.choose(models, backtest, forecasts, prepared.history().values());
      notes.addAll(chosen.notes());
      double[][] errors = backtest.errors(chosen.combine(backtest.forecasts()));
      Conformal conformal = Conformal.of(errors, backtest.leads(), backtest.span(), horizon);
      double[][] paths = paths(chosen.combine(forecasts), errors, backtest, conformal);
      int tested = Math.clamp(backtest.leads() - silent, 0, options.horizon());
      noteReach(tested);
      return new Forecast(
          chosen.method(models),
          measured.endMillis() + silent * measured.stepMillis(),
          measured.stepMillis(),
          means(paths),
          paths,
          tested,
          Accuracy.of(errors, conformal, prepared),
          List.copyOf(notes));
    }

    private RegularSeries scaled() {
      double[] scaled = new double[measured.size()];
      for (int i = 0; i < scaled.length; i++) {
        scaled[i] = (measured.values()[i] - centre) / unit;
      }
      return new RegularSeries(measured.startMillis(), measured.stepMillis(), scaled);
    }

    private double[][] paths(
        double[] point, double[][] errors, RollingOrigin backtest, Conformal conformal) {
      int count = options.paths();
      int[][] ranks =
          SamplePaths.ranks(
              errors, backtest.originMillis(), conformal, horizon, count, options.seed());
      double[] scores = new double[count];
      for (int rank = 0; rank < count; rank++) {
        scores[rank] = conformal.score(count == 1 ? 0.5 : rank / (count - 1.0));
      }
      double lower = Math.max(options.lowerBound(), floor());
      double upper = Math.max(lower, options.upperBound());
      double[][] paths = new double[count][options.horizon()];
      for (int p = 0; p < count; p++) {
        for (int h = 0; h < options.horizon(); h++) {
          int lead = h + silent;
          double value = point[lead] + conformal.scale()[lead] * scores[ranks[p][lead]];
          paths[p][h] = Math.clamp(value * unit + centre, lower, upper);
        }
      }
      return paths;
    }

    /** What never fell, as a total, is not expected to. */
    private double floor() {
      double last = Double.NEGATIVE_INFINITY;
      int count = 0;
      boolean isRising = false;
      for (double value : measured.values()) {
        if (value < last) {
          return Double.NEGATIVE_INFINITY;
        }
        if (!Double.isNaN(value)) {
          isRising |= count > 0 && value > last;
          last = value;
          count++;
        }
      }
      if (!isRising || count < LEAST_FOR_GROWTH) {
        return Double.NEGATIVE_INFINITY;
      }
      notes.add("it never fell, so no forecast is below the last value");
      return last;
    }

    private void noteReach(int tested) {
      if (tested < options.horizon()) {
        notes.add(
            "intervals are tested on the past up to "
                + NotEnoughData.span(tested * measured.stepMillis())
                + " ahead; beyond that they are extrapolated");
      }
      if (silent > 0) {
        notes.add("no values for the last " + NotEnoughData.span(silent * measured.stepMillis()));
      }
    }

    private static double[] means(double[][] paths) {
      double[] means = new double[paths[0].length];
      for (double[] path : paths) {
        for (int h = 0; h < means.length; h++) {
          means[h] += path[h];
        }
      }
      for (int h = 0; h < means.length; h++) {
        means[h] /= paths.length;
      }
      return means;
    }
  }

  private ForecastEngine() {}
}
