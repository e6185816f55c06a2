package dev.headroom.forecast.series;

import dev.headroom.storage.metrics.SeriesSamples;
import dev.headroom.storage.model.TenantId;
import java.util.List;

/** Where usage comes from: a PromQL range query, whoever answers it. */
@FunctionalInterface
public interface SeriesSource {
  /**
   * Points at {@code fromMillis}, then every {@code stepMillis} up to and with {@code toMillis}
   * (epoch milliseconds); a series without a point is left out.
   *
   * @throws dev.headroom.storage.model.HeadroomException when the expression is none, or the answer
   *     passes a limit
   */
  List<SeriesSamples> read(
      TenantId tenant, String promql, long fromMillis, long toMillis, long stepMillis);
}
