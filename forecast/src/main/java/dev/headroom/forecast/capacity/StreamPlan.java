package dev.headroom.forecast.capacity;

import dev.headroom.storage.model.StreamAttributes;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Stored bytes of one stream under its retention.
 *
 * @param storedNow bytes, one copy
 * @param dailyBytes bytes that a day adds: mean of the forecast over the horizon
 * @param retentionDays how long event days are kept
 * @param plateau first day on which as much is deleted as is kept of a day; empty when that day is
 *     past
 * @param median stored bytes at the horizon; absent when growth is assumed and not forecast
 * @param high their P90
 * @param method what the forecast is made with
 * @param notes what a reader must know
 */
public record StreamPlan(
    String stream,
    StreamAttributes attributes,
    long storedNow,
    double dailyBytes,
    long retentionDays,
    Optional<LocalDate> plateau,
    double expected,
    OptionalDouble median,
    OptionalDouble high,
    String method,
    List<String> notes) {
  public StreamPlan {
    notes = List.copyOf(notes);
  }
}
