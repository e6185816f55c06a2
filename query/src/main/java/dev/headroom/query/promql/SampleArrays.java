package dev.headroom.query.promql;

import dev.headroom.storage.metrics.SeriesSamples;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Turns rows over a grid into series of samples, and cleans series of stale markers. */
final class SampleArrays {
  /** The points that are there; rows without any are left out. */
  static List<SeriesSamples> of(Evaluation evaluation, List<Row> rows, Grid grid) {
    var series = new ArrayList<SeriesSamples>(rows.size());
    for (Row row : rows) {
      evaluation.reserveSamples(grid);
      long[] times = new long[grid.count()];
      double[] values = new double[grid.count()];
      int size = 0;
      for (int i = 0; i < grid.count(); i++) {
        if (row.has(i)) {
          times[size] = grid.time(i);
          values[size++] = row.values()[i];
        }
      }
      if (size > 0) {
        series.add(cut(new SeriesSamples(row.labels(), times, values), 0, size));
      }
    }
    return series;
  }

  static List<SeriesSamples> withoutStale(List<SeriesSamples> series) {
    var clean = new ArrayList<SeriesSamples>(series.size());
    for (SeriesSamples one : series) {
      SeriesSamples kept = withoutStale(one);
      if (kept.size() > 0) {
        clean.add(kept);
      }
    }
    return clean;
  }

  private static SeriesSamples withoutStale(SeriesSamples series) {
    int stale = 0;
    for (double value : series.values()) {
      stale += Row.isAbsent(value) ? 1 : 0;
    }
    if (stale == 0) {
      return series;
    }
    int size = series.size() - stale;
    long[] times = new long[size];
    double[] values = new double[size];
    int out = 0;
    for (int i = 0; i < series.size(); i++) {
      if (!Row.isAbsent(series.values()[i])) {
        times[out] = series.timesMillis()[i];
        values[out++] = series.values()[i];
      }
    }
    return new SeriesSamples(series.labels(), times, values);
  }

  static SeriesSamples cut(SeriesSamples series, int from, int to) {
    if (from == 0 && to == series.size()) {
      return series;
    }
    return new SeriesSamples(
        series.labels(),
        Arrays.copyOfRange(series.timesMillis(), from, to),
        Arrays.copyOfRange(series.values(), from, to));
  }

  private SampleArrays() {}
}
