package dev.headroom.forecast.capacity;

import dev.headroom.forecast.series.SeriesSource;
import dev.headroom.storage.metrics.SeriesSamples;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.TenantId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongToDoubleFunction;

/** Answers known expressions from functions of time, others with nothing. */
public final class MemorySeries implements SeriesSource {
  private record Series(
      Labels labels, long fromMillis, long toMillis, LongToDoubleFunction value) {}

  private final Map<String, List<Series>> answers = new TreeMap<>();
  private final Map<String, String> failures = new TreeMap<>();

  /** A series with points from {@code fromMillis} up to and with {@code toMillis}. */
  public MemorySeries answer(
      String promql, Labels labels, long fromMillis, long toMillis, LongToDoubleFunction value) {
    answers
        .computeIfAbsent(promql, _ -> new ArrayList<>())
        .add(new Series(labels, fromMillis, toMillis, value));
    return this;
  }

  public MemorySeries fail(String promql, String message) {
    failures.put(promql, message);
    return this;
  }

  @Override
  public List<SeriesSamples> read(
      TenantId tenant, String promql, long fromMillis, long toMillis, long stepMillis) {
    if (failures.containsKey(promql)) {
      throw HeadroomException.invalid(failures.get(promql));
    }
    List<SeriesSamples> samples = new ArrayList<>();
    for (Series series : answers.getOrDefault(promql, List.of())) {
      long[] times = new long[(int) ((toMillis - fromMillis) / stepMillis) + 1];
      double[] values = new double[times.length];
      int size = 0;
      for (long at = fromMillis; at <= toMillis; at += stepMillis) {
        if (at >= series.fromMillis() && at <= series.toMillis()) {
          times[size] = at;
          values[size++] = series.value().applyAsDouble(at);
        }
      }
      if (size > 0) {
        samples.add(
            new SeriesSamples(
                series.labels(), Arrays.copyOf(times, size), Arrays.copyOf(values, size)));
      }
    }
    return samples;
  }
}
