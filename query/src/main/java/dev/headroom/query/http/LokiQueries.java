package dev.headroom.query.http;

import dev.headroom.query.logql.LogQl;
import dev.headroom.query.logql.LogQlEngine;
import dev.headroom.query.logql.LogQlEngine.LinesAnswer;
import dev.headroom.query.promql.MetricEngine;
import dev.headroom.query.promql.PromAnswer;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TimeRange;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** {@code query}, {@code query_range}, {@code format_query}. */
final class LokiQueries {
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 5000;

  /** Points of a range without a step. */
  private static final int DEFAULT_POINTS = 250;

  private final LogQlEngine engine;

  LokiQueries(LogQlEngine engine) {
    this.engine = engine;
  }

  void instant(LokiService.Call call, PromOutput out) throws IOException {
    LokiParameters parameters = call.parameters();
    switch (parameters.query()) {
      case LogQl.Lines _ ->
          throw HeadroomException.invalid(
              "log queries are not supported as an instant query type, please change your query to"
                  + " a range query type");
      case LogQl.Metric metric -> {
        long time = parameters.time("time").orElse(parameters.nowNanos());
        engine.instant(
            call.tenant(),
            metric,
            Math.floorDiv(time, 1_000_000),
            (PromAnswer answer) -> LokiJson.value(out, answer.value(), answer.warnings()));
      }
    }
  }

  void range(LokiService.Call call, PromOutput out) throws IOException {
    LokiParameters parameters = call.parameters();
    LogQl query = parameters.query();
    TimeRange range = parameters.range();
    int limit = parameters.number("limit", DEFAULT_LIMIT, MAX_LIMIT);
    Duration step = step(parameters, range);
    switch (query) {
      case LogQl.Lines lines -> {
        long interval = parameters.duration("interval").orElse(Duration.ZERO).toNanos();
        var request =
            new LogQlEngine.LinesRequest(range, parameters.newestFirst(), limit, interval);
        engine.lines(
            call.tenant(),
            lines,
            request,
            (LinesAnswer answer) ->
                LokiJson.streams(out, answer.entries(), call.categorize(), answer.warnings()));
      }
      case LogQl.Metric metric ->
          engine.range(
              call.tenant(),
              metric,
              millis(range, step),
              (PromAnswer answer) -> LokiJson.value(out, answer.value(), answer.warnings()));
    }
  }

  /** Both ends belong to it; an end that stands for now has a nanosecond too many. */
  static MetricEngine.Range millis(TimeRange range, Duration step) {
    return new MetricEngine.Range(
        Math.floorDiv(range.fromNanos(), 1_000_000),
        Math.floorDiv(range.toNanos(), 1_000_000),
        step.toMillis());
  }

  static Duration step(LokiParameters parameters, TimeRange range) {
    return parameters
        .duration("step")
        .orElseGet(
            () ->
                Duration.ofSeconds(
                    Math.max(
                        1,
                        (range.toNanos() - range.fromNanos()) / 1_000_000_000L / DEFAULT_POINTS)));
  }

  void format(LokiService.Call call, PromOutput out) throws IOException {
    String text = call.parameters().query().toString();
    PromJson.success(out, List.of(), json -> json.writeString(text));
  }
}
