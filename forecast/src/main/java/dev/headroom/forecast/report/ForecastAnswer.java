package dev.headroom.forecast.report;

import dev.headroom.forecast.backtest.ForecastEngine;
import dev.headroom.forecast.backtest.MinimumHistory;
import dev.headroom.forecast.model.Forecast;
import dev.headroom.forecast.model.ForecastOptions;
import dev.headroom.forecast.model.NotEnoughData;
import dev.headroom.forecast.series.RegularSeries;
import dev.headroom.storage.model.Labels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a forecast request is answered with, before it is JSON, CSV or a page. */
record ForecastAnswer(ForecastRequest request, List<One> series) {
  /** 80 % and 95 % intervals and the median. */
  static final double[] PROBABILITIES = {0.025, 0.1, 0.5, 0.9, 0.975};

  static final int LOW_95 = 0;
  static final int LOW_80 = 1;
  static final int MEDIAN = 2;
  static final int HIGH_80 = 3;
  static final int HIGH_95 = 4;

  private static final ForecastOptions DEFAULTS = ForecastOptions.ofAmounts(1);

  /** One series of the answer. */
  sealed interface One {
    Labels labels();

    RegularSeries history();
  }

  /**
   * @param forecast without its paths
   * @param quantiles {@code [probability][step]}, as {@link #PROBABILITIES}
   */
  record Predicted(Labels labels, RegularSeries history, Forecast forecast, double[][] quantiles)
      implements One {
    /** Start of each forecast step, epoch milliseconds. */
    long[] times() {
      long[] times = new long[forecast.horizon()];
      Arrays.setAll(times, forecast::timeMillis);
      return times;
    }
  }

  record Refused(Labels labels, RegularSeries history, String reason) implements One {}

  static ForecastAnswer of(ForecastRequest request, List<HistoryReader.Measured> measured) {
    List<One> series = new ArrayList<>(measured.size());
    for (HistoryReader.Measured one : measured) {
      series.add(one(request, one));
    }
    return new ForecastAnswer(request, List.copyOf(series));
  }

  private static One one(ForecastRequest request, HistoryReader.Measured measured) {
    RegularSeries history = measured.series();
    long needed =
        MinimumHistory.neededSteps(request.stepMillis(), request.horizon()) * request.stepMillis();
    if (history.size() * request.stepMillis() < needed && measured.spanMillis() < needed) {
      String reason = NotEnoughData.yet(measured.spanMillis(), needed).reason();
      return new Refused(measured.labels(), history, reason);
    }
    return switch (ForecastEngine.forecast(history, options(request, history))) {
      case NotEnoughData(String reason) -> new Refused(measured.labels(), history, reason);
      case Forecast forecast -> predicted(measured.labels(), history, forecast);
    };
  }

  private static ForecastOptions options(ForecastRequest request, RegularSeries history) {
    boolean isAmount = Arrays.stream(history.values()).noneMatch(value -> value < 0);
    double lower =
        !Double.isNaN(request.lower())
            ? request.lower()
            : isAmount && request.upper() > 0 ? 0 : Double.NEGATIVE_INFINITY;
    return new ForecastOptions(
        request.horizon(), lower, request.upper(), DEFAULTS.paths(), DEFAULTS.seed());
  }

  private static Predicted predicted(Labels labels, RegularSeries history, Forecast forecast) {
    double[][] quantiles =
        Arrays.stream(PROBABILITIES).mapToObj(forecast::quantile).toArray(double[][]::new);
    Forecast light =
        new Forecast(
            forecast.method(),
            forecast.startMillis(),
            forecast.stepMillis(),
            forecast.mean(),
            new double[0][],
            forecast.testedSteps(),
            forecast.accuracy(),
            forecast.notes());
    return new Predicted(labels, history, light, quantiles);
  }
}
