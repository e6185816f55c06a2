package dev.headroom.server;

import dev.headroom.forecast.series.SeriesSource;
import dev.headroom.query.promql.MetricEngine;
import dev.headroom.query.promql.PromAnswer;
import dev.headroom.query.promql.PromValue;
import dev.headroom.storage.metrics.SeriesSamples;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TenantId;
import java.util.List;

/** Forecasts and reports read their usage by PromQL. Safe for any thread. */
record MetricSeries(MetricEngine engine) implements SeriesSource {
  @Override
  public List<SeriesSamples> read(
      TenantId tenant, String promql, long fromMillis, long toMillis, long stepMillis) {
    PromAnswer answer = engine.range(tenant, promql, fromMillis, toMillis, stepMillis);
    if (!answer.warnings().isEmpty()) {
      // A forecast of half the samples would look like one of all.
      throw new HeadroomException(ErrorCategory.OVERLOADED, String.join("; ", answer.warnings()));
    }
    return switch (answer.value()) {
      case PromValue.Matrix matrix -> matrix.series();
      case PromValue.Scalar _, PromValue.Text _, PromValue.Vector _ ->
          throw HeadroomException.invalid("the query must give series: " + promql);
    };
  }
}
