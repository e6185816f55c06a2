package dev.headroom.query.engine;

import dev.headroom.query.lang.PipeStage;
import dev.headroom.query.lang.PipeStage.Function;
import dev.headroom.query.lang.PipeStage.Measure;
import dev.headroom.storage.model.TimeRange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The table of {@code timechart}: a row a span from the first to the last that has rows, a column a
 * measure and series. Where nothing was counted stands 0, where nothing was measured no value.
 */
final class Chart {
  private static final int MAX_ROWS = 10_000;
  private static final String OTHER = "other";

  private final PipeStage.TimeChart stage;
  private final QueryRun run;

  /** The series that have columns of their own, with the names of those. */
  private final Map<String, String> labels = new LinkedHashMap<>();

  private String other = OTHER;
  private boolean hasOthers;
  private final TreeMap<Instant, Map<String, List<@Nullable Object>>> spans = new TreeMap<>();

  Chart(PipeStage.TimeChart stage, QueryRun run) {
    this.stage = stage;
    this.run = run;
  }

  /** Says which series there are, and how many rows each has: the largest get columns. */
  void series(Map<String, Long> rows) {
    rows.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(stage.series())
        .forEach(entry -> labels.put(entry.getKey(), label(entry.getKey())));
    hasOthers = rows.size() > labels.size();
    while (labels.containsValue(other)) {
      other += "_";
    }
  }

  private static String label(String value) {
    return value.isEmpty() ? "\"\"" : value.equals(Row.TIME) ? value + "_" : value;
  }

  /** The column that a series belongs to. */
  String seriesOf(String value) {
    String label = labels.get(value);
    return label == null ? other : label;
  }

  boolean isOther(String value) {
    return !labels.containsKey(value);
  }

  /** What the rest is called, which has no column of its own. */
  String others() {
    return other;
  }

  /**
   * @param series what {@link #seriesOf} gives; empty when the chart has no series
   */
  void add(Object time, String series, List<@Nullable Object> cells) {
    spans.computeIfAbsent((Instant) time, _ -> new HashMap<>()).put(series, cells);
  }

  private List<String> series() {
    if (stage.by().isEmpty()) {
      return List.of("");
    }
    var all = new ArrayList<>(labels.values());
    if (hasOthers) {
      all.add(other);
    }
    return all;
  }

  private String column(String series, Measure measure) {
    if (series.isEmpty()) {
      return measure.name();
    }
    return stage.measures().size() == 1 ? series : series + ": " + measure.name();
  }

  List<Row> rows() {
    var rows = new ArrayList<Row>();
    if (spans.isEmpty()) {
      return rows;
    }
    var columns = new ArrayList<String>();
    columns.add(Row.TIME);
    List<String> series = series();
    for (String one : series) {
      stage.measures().forEach(measure -> columns.add(column(one, measure)));
    }
    for (Instant time : times()) {
      rows.add(Row.ofCells(columns, cells(time, series)));
    }
    return rows;
  }

  /** Every span from the first to the last, or only those with rows when there are too many. */
  private List<Instant> times() {
    var times = new TreeSet<>(spans.keySet());
    long last = TimeRange.nanos(spans.lastKey());
    long at = TimeRange.nanos(spans.firstKey());
    for (int made = 0; at <= last; made++) {
      if (made == MAX_ROWS) {
        run.note("more than " + MAX_ROWS + " spans of time; those without rows were left out");
        return List.copyOf(spans.keySet());
      }
      times.add(TimeRange.instant(at));
      at = stage.span().next(at);
    }
    return List.copyOf(times);
  }

  private List<@Nullable Object> cells(Instant time, List<String> series) {
    Map<String, List<@Nullable Object>> found = spans.getOrDefault(time, Map.of());
    var cells = new ArrayList<@Nullable Object>();
    cells.add(time);
    for (String one : series) {
      List<@Nullable Object> values = found.get(one);
      if (values != null) {
        cells.addAll(values);
      } else {
        stage.measures().forEach(measure -> cells.add(nothing(measure.function())));
      }
    }
    return cells;
  }

  private static @Nullable Object nothing(Function function) {
    return function == Function.COUNT || function == Function.UNIQ ? Long.valueOf(0) : null;
  }
}
