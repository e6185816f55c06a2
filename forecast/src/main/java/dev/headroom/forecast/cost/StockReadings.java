package dev.headroom.forecast.cost;

import dev.headroom.forecast.series.SeriesSource;
import dev.headroom.storage.metrics.SeriesSamples;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TenantId;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the ledger measured on past days: its own series {@code headroom_stored_bytes}, the last
 * reading of each UTC day.
 */
final class StockReadings {
  private static final String QUERY = "sum by (stream) (last_over_time(headroom_stored_bytes[1h]))";
  private static final long STEP_MILLIS = 3_600_000;

  private final Map<String, NavigableMap<LocalDate, Long>> byStream;
  private final Optional<String> failure;

  private StockReadings(
      Map<String, NavigableMap<LocalDate, Long>> byStream, Optional<String> failure) {
    this.byStream = byStream;
    this.failure = failure;
  }

  /** Readings of the days from {@code from} to the one before {@code to}. */
  static StockReadings read(SeriesSource source, TenantId tenant, LocalDate from, LocalDate to) {
    Map<String, NavigableMap<LocalDate, Long>> byStream = new TreeMap<>();
    if (!from.isBefore(to)) {
      return new StockReadings(byStream, Optional.empty());
    }
    try {
      long start = from.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
      long end = to.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli() - 1;
      long firstHourEnd = start + STEP_MILLIS - 1;
      for (SeriesSamples samples : source.read(tenant, QUERY, firstHourEnd, end, STEP_MILLIS)) {
        var days = byStream.computeIfAbsent(samples.labels().get("stream"), _ -> new TreeMap<>());
        for (int i = 0; i < samples.size(); i++) {
          if (Double.isFinite(samples.values()[i])) {
            Instant at = Instant.ofEpochMilli(samples.timesMillis()[i]);
            days.put(LocalDate.ofInstant(at, ZoneOffset.UTC), Math.round(samples.values()[i]));
          }
        }
      }
      return new StockReadings(byStream, Optional.empty());
    } catch (HeadroomException e) {
      return new StockReadings(Map.of(), Optional.ofNullable(e.getMessage()));
    }
  }

  Optional<Long> of(String stream, LocalDate day) {
    return Optional.ofNullable(byStream.get(stream)).map(days -> days.get(day));
  }

  /** Why there are no readings at all; empty when they could be read. */
  Optional<String> failure() {
    return failure;
  }
}
