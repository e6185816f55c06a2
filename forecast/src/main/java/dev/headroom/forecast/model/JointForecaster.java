package dev.headroom.forecast.model;

import dev.headroom.forecast.series.RegularSeries;
import java.util.List;

/** Forecasts series together, so that sums of their paths are paths of their sum. */
@FunctionalInterface
public interface JointForecaster {
  /** One outcome a series, in the same order; every forecast has {@code options.paths()} paths. */
  List<ForecastOutcome> forecast(List<RegularSeries> series, ForecastOptions options);
}
