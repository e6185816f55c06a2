package dev.headroom.query.promql;

import dev.headroom.storage.metrics.SeriesSamples;
import java.util.ArrayList;
import java.util.List;

/**
 * Instant selectors: at each point the last sample that is not older than the lookback, unless that
 * is a stale marker, which ends a series at once.
 */
final class Lookback {
  private interface Pick {
    double of(SeriesSamples series, int sample);
  }

  static List<Row> lastValues(Evaluation evaluation, Expr.Selector selector, Grid grid) {
    return rows(evaluation, selector, grid, (series, i) -> series.values()[i]);
  }

  /** When those samples were, in seconds. */
  static List<Row> lastTimes(Evaluation evaluation, Expr.Selector selector, Grid grid) {
    return rows(evaluation, selector, grid, (series, i) -> series.timesMillis()[i] / 1000.0);
  }

  private static List<Row> rows(
      Evaluation evaluation, Expr.Selector selector, Grid grid, Pick pick) {
    Times times = new Times(selector.timing(), evaluation.query());
    long from = times.first(grid) - evaluation.lookbackMillis() + 1;
    List<SeriesSamples> found = evaluation.fetch(selector.allMatchers(), from, times.last(grid));
    var rows = new ArrayList<Row>(found.size());
    for (SeriesSamples series : found) {
      double[] values = evaluation.absentArray(grid);
      if (fill(values, series, times, grid, evaluation.lookbackMillis(), pick)) {
        rows.add(new Row(series.labels(), values));
      }
    }
    return rows;
  }

  private static boolean fill(
      double[] values,
      SeriesSamples series,
      Times times,
      Grid grid,
      long lookbackMillis,
      Pick pick) {
    boolean any = false;
    int next = 0; // first sample after the point
    for (int i = 0; i < grid.count(); i++) {
      long time = times.at(grid.time(i));
      while (next < series.size() && series.timesMillis()[next] <= time) {
        next++;
      }
      int last = next - 1;
      if (last >= 0
          && series.timesMillis()[last] > time - lookbackMillis
          && !Row.isAbsent(series.values()[last])) {
        values[i] = pick.of(series, last);
        any = true;
      }
    }
    return any;
  }

  private Lookback() {}
}
