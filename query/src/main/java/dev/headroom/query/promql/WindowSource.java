package dev.headroom.query.promql;

import dev.headroom.storage.metrics.SeriesSamples;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Samples that windows slide over.
 *
 * @param series without stale markers
 * @param times where the windows end
 */
record WindowSource(List<SeriesSamples> series, long rangeMillis, Times times) {
  /** One value a window; the names of the rows may still have to go. */
  List<Row> rows(
      Evaluation evaluation,
      Grid grid,
      FunctionBody.WindowFunction function,
      double[][] parameters) {
    var rows = new ArrayList<Row>(series.size());
    var window = new Window(rangeMillis, parameters);
    for (SeriesSamples one : series) {
      double[] values = evaluation.absentArray(grid);
      window.open(one.timesMillis(), one.values());
      for (int i = 0; i < grid.count(); i++) {
        long time = grid.time(i);
        if (window.slide(i, times.at(time), time)) {
          values[i] = function.of(window);
        }
      }
      Row row = new Row(one.labels(), values);
      if (!row.isEmpty()) {
        rows.add(row);
      }
    }
    return rows;
  }

  /** The samples in the window of a grid of one point. */
  List<SeriesSamples> samplesAt(Grid grid) {
    long end = times.first(grid);
    var found = new ArrayList<SeriesSamples>(series.size());
    for (SeriesSamples one : series) {
      int from = firstAfter(one.timesMillis(), end - rangeMillis);
      int to = firstAfter(one.timesMillis(), end);
      if (from < to) {
        found.add(SampleArrays.cut(one, from, to));
      }
    }
    return found;
  }

  private static int firstAfter(long[] times, long time) {
    int at = Arrays.binarySearch(times, time);
    return at >= 0 ? at + 1 : -at - 1;
  }
}
