package dev.headroom.forecast.cost;

import dev.headroom.forecast.model.Forecast;
import dev.headroom.forecast.model.ForecastOptions;
import dev.headroom.forecast.model.ForecastOutcome;
import dev.headroom.forecast.model.JointForecaster;
import dev.headroom.forecast.model.NotEnoughData;
import dev.headroom.forecast.series.RegularSeries;
import dev.headroom.storage.ledger.UsageHistory;
import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.StreamKey;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.retention.RetentionPolicy;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Forecasts what streams bring in, all of them jointly, and what retention leaves of it. */
public final class RetentionForecaster {
  /** Streams past these, by stored bytes, go on at their daily average. */
  static final int MAX_FORECAST_STREAMS = 500;

  /** Fewer would make a P90 of chance; more than the default adds nothing to a report. */
  private static final int MIN_PATHS = 100;

  /** Streams between two looks at the deadline. */
  private static final int BATCH = 25;

  /** All paths of one report, as numbers: 64 MiB. */
  private static final int MAX_PATH_VALUES = 8 << 20;

  private final UsageHistory usage;
  private final RetentionPolicy policy;
  private final JointForecaster forecaster;

  public RetentionForecaster(
      UsageHistory usage, RetentionPolicy policy, JointForecaster forecaster) {
    this.usage = usage;
    this.policy = policy;
    this.forecaster = forecaster;
  }

  /** Of every tenant with stored bytes or flows. */
  public RetentionForecast forecastAll(LocalDate today, int horizonDays, Deadline deadline) {
    return forecast(usage.tenants(), today, horizonDays, deadline);
  }

  /**
   * @param today the first day ahead; its cohort is what came so far and what may still come
   */
  public RetentionForecast forecast(
      List<TenantId> tenants, LocalDate today, int horizonDays, Deadline deadline) {
    List<StreamHistory> histories = new ArrayList<>();
    for (TenantId tenant : tenants) {
      for (String stream : usage.streams(tenant)) {
        deadline.check();
        StreamKey key = new StreamKey(tenant, stream);
        histories.add(StreamHistory.read(usage, key, ageOf(key), today));
      }
    }
    histories.sort(
        Comparator.comparingLong(StreamHistory::storedNow)
            .reversed()
            .thenComparing(history -> history.key().tenant())
            .thenComparing(history -> history.key().name()));
    return forecastStreams(histories, today, horizonDays, deadline);
  }

  private Duration ageOf(StreamKey stream) {
    return usage.isOfSamples(stream.tenant(), stream.name())
        ? policy.metricAge()
        : policy.ageOf(stream);
  }

  private RetentionForecast forecastStreams(
      List<StreamHistory> histories, LocalDate today, int horizonDays, Deadline deadline) {
    int modelled = Math.min(histories.size(), MAX_FORECAST_STREAMS);
    ForecastOptions options = options(horizonDays, modelled);
    List<StreamForecast> streams = new ArrayList<>();
    for (int from = 0; from < modelled && !deadline.isExpired(); from += BATCH) {
      addForecasts(streams, histories.subList(from, Math.min(modelled, from + BATCH)), options);
    }
    boolean isCutShort = streams.size() < modelled;
    String reason =
        isCutShort
            ? "the time allowed for this report ran out"
            : "only the " + MAX_FORECAST_STREAMS + " largest streams are forecast";
    for (StreamHistory history : histories.subList(streams.size(), histories.size())) {
      streams.add(assumed(history, history.driver(), reason));
    }
    return new RetentionForecast(
        today, horizonDays, paths(streams), streams, policy.maxBytes(), isCutShort);
  }

  /** As many as every forecast has; 1 when growth is assumed everywhere. */
  private static int paths(List<StreamForecast> streams) {
    return streams.stream()
        .filter(stream -> stream instanceof StreamForecast.Modelled)
        .mapToInt(stream -> ((StreamForecast.Modelled) stream).forecast().paths().length)
        .min()
        .orElse(1);
  }

  private void addForecasts(
      List<StreamForecast> streams, List<StreamHistory> histories, ForecastOptions options) {
    List<RegularSeries> drivers = histories.stream().map(StreamHistory::driver).toList();
    List<ForecastOutcome> outcomes = forecaster.forecast(drivers, options);
    for (int s = 0; s < histories.size(); s++) {
      streams.add(of(histories.get(s), drivers.get(s), outcomes.get(s)));
    }
  }

  private static ForecastOptions options(int horizonDays, int series) {
    ForecastOptions all = ForecastOptions.ofAmounts(horizonDays);
    int fitting = MAX_PATH_VALUES / Math.max(1, series * horizonDays);
    int paths = Math.clamp(fitting, MIN_PATHS, all.paths());
    return new ForecastOptions(horizonDays, all.lowerBound(), all.upperBound(), paths, all.seed());
  }

  private static StreamForecast of(
      StreamHistory history, RegularSeries driver, ForecastOutcome outcome) {
    return switch (outcome) {
      case Forecast forecast -> new StreamForecast.Modelled(history, forecast);
      case NotEnoughData(String reason) -> assumed(history, driver, reason);
    };
  }

  private static StreamForecast assumed(
      StreamHistory history, RegularSeries driver, String reason) {
    double level = Arrays.stream(driver.values()).average().orElse(0);
    return new StreamForecast.Assumed(history, level, reason);
  }
}
