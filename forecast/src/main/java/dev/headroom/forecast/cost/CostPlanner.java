package dev.headroom.forecast.cost;

import dev.headroom.forecast.series.SeriesSource;
import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.TenantId;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.ToLongFunction;

/** Joins the retention forecast with prices. Callable from any thread. */
public final class CostPlanner {
  /** A forecast further ahead would say little. */
  public static final int MAX_MONTHS = 12;

  private final RetentionForecaster retention;
  private final SeriesSource source;
  private final PriceBook book;
  private final ToLongFunction<TenantId> unallocatedBytes;

  /**
   * @param source where the ledger's own series are read back
   * @param unallocatedBytes bytes on disk in a tenant's account that belong to no stream and day
   */
  public CostPlanner(
      RetentionForecaster retention,
      SeriesSource source,
      PriceBook book,
      ToLongFunction<TenantId> unallocatedBytes) {
    this.retention = retention;
    this.source = source;
    this.book = book;
    this.unallocatedBytes = unallocatedBytes;
  }

  /**
   * @param monthsAhead whole months after the current one, 1 to {@link #MAX_MONTHS}
   */
  public CostForecast plan(TenantId tenant, Instant asOf, int monthsAhead, Deadline deadline) {
    LocalDate today = LocalDate.ofInstant(asOf, ZoneOffset.UTC);
    List<MonthDays> months = MonthDays.from(today, monthsAhead);
    int horizon = (int) ChronoUnit.DAYS.between(today, months.getLast().end());
    RetentionForecast forecast = retention.forecast(List.of(tenant), today, horizon, deadline);
    StockReadings readings = StockReadings.read(source, tenant, months.getFirst().first(), today);
    return new CostCalculation(
            book, months, forecast, readings, Math.max(0, unallocatedBytes.applyAsLong(tenant)))
        .forecast(tenant, asOf);
  }
}
