package dev.headroom.query.http;

import dev.headroom.query.promql.ExprPrinter;
import dev.headroom.query.promql.MetricEngine;
import dev.headroom.query.promql.PromAnswer;
import dev.headroom.query.promql.PromQlParser;
import dev.headroom.query.promql.PromValue;
import dev.headroom.storage.metrics.SeriesSamples;
import dev.headroom.storage.model.HeadroomException;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code query}, {@code query_range}, {@code format_query}. */
final class PromQueries {
  private static final String CUT = "results truncated due to limit";

  private final MetricEngine engine;
  private final InstantSource clock;

  PromQueries(MetricEngine engine, InstantSource clock) {
    this.engine = engine;
    this.clock = clock;
  }

  void instant(PromService.Call call, PromOutput out) throws IOException {
    PromParameters parameters = call.parameters();
    String query = parameters.query();
    long time = parameters.time("time").orElseGet(clock::millis);
    engine.instant(
        call.tenant(),
        query,
        time,
        options(parameters),
        (PromAnswer answer) -> write(parameters, out, answer));
  }

  void range(PromService.Call call, PromOutput out) throws IOException {
    PromParameters parameters = call.parameters();
    String query = parameters.query();
    long start = parameters.requiredTime("start");
    long end = parameters.requiredTime("end");
    Duration step =
        parameters
            .duration("step")
            .orElseThrow(
                () ->
                    HeadroomException.invalid(
                        "invalid parameter \"step\": cannot parse \"\" to a valid duration"));
    engine.range(
        call.tenant(),
        query,
        new MetricEngine.Range(start, end, step.toMillis()),
        options(parameters),
        (PromAnswer answer) -> write(parameters, out, answer));
  }

  private static MetricEngine.Options options(PromParameters parameters) {
    Optional<Duration> timeout = parameters.duration("timeout");
    long lookback =
        parameters
            .duration("lookback_delta")
            .map(Duration::toMillis)
            .filter(millis -> millis > 0)
            .orElse(MetricEngine.Options.DEFAULT_LOOKBACK_MILLIS);
    return new MetricEngine.Options(timeout, lookback);
  }

  private static void write(PromParameters parameters, PromOutput out, PromAnswer answer)
      throws IOException {
    PromValue value = cut(answer.value(), parameters.limit());
    List<String> warnings = answer.warnings();
    if (value != answer.value()) {
      warnings = new ArrayList<>(warnings);
      warnings.add(CUT);
    }
    PromJson.success(out, warnings, json -> PromJson.value(json, value));
  }

  private static PromValue cut(PromValue value, int limit) {
    return switch (value) {
      case PromValue.Vector(long time, List<PromValue.Element> elements)
          when limit > 0 && elements.size() > limit ->
          new PromValue.Vector(time, elements.subList(0, limit));
      case PromValue.Matrix(List<SeriesSamples> series) when limit > 0 && series.size() > limit ->
          new PromValue.Matrix(series.subList(0, limit));
      case PromValue.Scalar _, PromValue.Text _, PromValue.Vector _, PromValue.Matrix _ -> value;
    };
  }

  void format(PromService.Call call, PromOutput out) throws IOException {
    String pretty = ExprPrinter.pretty(PromQlParser.parse(call.parameters().query()));
    PromJson.success(out, List.of(), json -> json.writeString(pretty));
  }

  /** No series here has exemplars; the query is still checked. */
  void exemplars(PromService.Call call, PromOutput out) throws IOException {
    call.parameters().query();
    PromJson.success(out, List.of(), json -> PromJson.texts(json, List.of()));
  }
}
