package dev.headroom.query.http;

import dev.headroom.query.logql.LabelMatch;
import dev.headroom.query.logql.LogCatalog;
import dev.headroom.query.logql.LogQl;
import dev.headroom.query.logql.LogQlEngine;
import dev.headroom.query.logql.LogQlParser;
import dev.headroom.query.promql.MetricEngine;
import dev.headroom.query.promql.PromAnswer;
import dev.headroom.query.promql.PromValue;
import dev.headroom.storage.metrics.SeriesSamples;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TimeRange;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * {@code index/volume} and {@code index/volume_range}: bytes by label, as the number of records
 * times their average length.
 */
final class LokiVolume {
  private static final int DEFAULT_LIMIT = 100;

  private final LogQlEngine engine;

  LokiVolume(LogQlEngine engine) {
    this.engine = engine;
  }

  void instant(LokiService.Call call, PromOutput out) throws IOException {
    LogQl.Lines selector = call.parameters().lines();
    TimeRange range = call.parameters().range();
    double size = size(call, selector, range);
    long endMillis = Math.floorDiv(range.toNanos(), 1_000_000);
    if (byLabels(call)) {
      labels(call, out, selector, range, size);
      return;
    }
    engine.instant(
        call.tenant(),
        counts(call, selector, range.toNanos() - range.fromNanos()),
        endMillis,
        (PromAnswer answer) -> {
          PromValue value =
              answer.value() instanceof PromValue.Vector vector
                  ? new PromValue.Vector(endMillis, largest(call, vector.elements(), size))
                  : answer.value();
          LokiJson.value(out, value, answer.warnings());
        });
  }

  private static boolean byLabels(LokiService.Call call) {
    String by = call.parameters().text("aggregateBy").orElse("series");
    if (!by.equals("series") && !by.equals("labels")) {
      throw HeadroomException.invalid("aggregateBy: expected series or labels");
    }
    return by.equals("labels");
  }

  private static List<PromValue.Element> largest(
      LokiService.Call call, List<PromValue.Element> elements, double size) {
    int limit = call.parameters().number("limit", DEFAULT_LIMIT, LogCatalog.MAX_VALUES);
    return elements.stream()
        .sorted(Comparator.comparingDouble(PromValue.Element::value).reversed())
        .limit(limit)
        .map(e -> new PromValue.Element(e.labels(), Math.rint(e.value() * size)))
        .toList();
  }

  private double size(LokiService.Call call, LogQl.Lines selector, TimeRange range) {
    return engine.catalog(call.tenant()).volume(selector, range).bytesPerEntry();
  }

  /** Counts by the labels asked for, else by those the selector names. */
  private static LogQl.Metric counts(LokiService.Call call, LogQl.Lines selector, long rangeNanos) {
    List<String> labels = call.parameters().list("targetLabels");
    for (String label : labels) {
      if (!label.matches("[a-zA-Z_][a-zA-Z0-9_]*")) {
        throw HeadroomException.invalid("targetLabels: not a label name: " + label);
      }
    }
    if (labels.isEmpty()) {
      labels = selector.matchers().stream().map(LabelMatch::name).distinct().toList();
    }
    String query =
        "sum by ("
            + String.join(",", labels)
            + ") (count_over_time("
            + selector.selector()
            + "["
            + Math.max(1, rangeNanos)
            + "ns]))";
    if (LogQlParser.parse(query) instanceof LogQl.Metric metric) {
      return metric;
    }
    throw new IllegalStateException("no metric query: " + query);
  }

  private void labels(
      LokiService.Call call, PromOutput out, LogQl.Lines selector, TimeRange range, double size)
      throws IOException {
    LogCatalog catalog = engine.catalog(call.tenant());
    List<String> asked = call.parameters().list("targetLabels");
    List<String> labels = asked.isEmpty() ? catalog.labels(range, Optional.of(selector)) : asked;
    PromJson.success(
        out,
        List.of(),
        json -> {
          json.writeStartObject();
          json.writeStringField("resultType", "vector");
          json.writeArrayFieldStart("result");
          for (String label : labels) {
            long count =
                catalog.values(label, range, Optional.of(selector)).values().stream()
                    .mapToLong(Long::longValue)
                    .sum();
            json.writeStartObject();
            json.writeObjectFieldStart("metric");
            json.writeStringField(label, "");
            json.writeEndObject();
            json.writeArrayFieldStart("value");
            json.writeNumber(Math.floorDiv(range.toNanos(), 1_000_000_000L));
            json.writeString(Long.toString(Math.round(count * size)));
            json.writeEndArray();
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  void range(LokiService.Call call, PromOutput out) throws IOException {
    LogQl.Lines selector = call.parameters().lines();
    TimeRange range = call.parameters().range();
    if (byLabels(call)) {
      throw HeadroomException.invalid("aggregateBy: labels is only answered by index/volume");
    }
    Duration step = LokiQueries.step(call.parameters(), range);
    double size = size(call, selector, range);
    int limit = call.parameters().number("limit", DEFAULT_LIMIT, LogCatalog.MAX_VALUES);
    MetricEngine.Range millis = LokiQueries.millis(range, step);
    engine.range(
        call.tenant(),
        counts(call, selector, step.toNanos()),
        millis,
        (PromAnswer answer) -> {
          PromValue value =
              answer.value() instanceof PromValue.Matrix matrix
                  ? new PromValue.Matrix(
                      matrix.series().stream()
                          .sorted(
                              Comparator.comparingDouble(
                                      (SeriesSamples s) -> Arrays.stream(s.values()).sum())
                                  .reversed())
                          .limit(limit)
                          .map(series -> times(series, size))
                          .toList())
                  : answer.value();
          LokiJson.value(out, value, answer.warnings());
        });
  }

  private static SeriesSamples times(SeriesSamples series, double size) {
    double[] bytes = Arrays.stream(series.values()).map(v -> Math.rint(v * size)).toArray();
    return new SeriesSamples(series.labels(), series.timesMillis(), bytes);
  }
}
