package dev.headroom.query.http;

import dev.headroom.query.engine.QueryLimits;
import dev.headroom.query.promql.MetricEngine;
import dev.headroom.storage.metrics.MetricStore;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What clients ask to learn whom they talk to. Headroom scrapes nothing and keeps no rules, so most
 * of it is empty, but each has the shape that clients read.
 */
final class PromStatus {
  /** The API that is answered; Grafana chooses its requests by it. */
  private static final String VERSION = "3.0.0";

  private final QueryLimits limits;
  private final PromCardinality cardinality;
  private final Instant started;

  PromStatus(QueryLimits limits, MetricStore store, Instant started) {
    this.limits = limits;
    this.cardinality = new PromCardinality(store);
    this.started = started;
  }

  void build(PromService.Call call, PromOutput out) throws IOException {
    Map<String, String> build = new LinkedHashMap<>();
    build.put("version", VERSION);
    for (String unknown : List.of("revision", "branch", "buildUser", "buildDate", "goVersion")) {
      build.put(unknown, "");
    }
    object(out, build);
  }

  void runtime(PromService.Call call, PromOutput out) throws IOException {
    PromJson.success(
        out,
        List.of(),
        json -> {
          json.writeStartObject();
          json.writeStringField("startTime", started.toString());
          json.writeStringField("CWD", "");
          json.writeBooleanField("reloadConfigSuccess", true);
          json.writeStringField("lastConfigTime", started.toString());
          json.writeNumberField("corruptionCount", 0);
          json.writeNumberField("goroutineCount", Thread.activeCount());
          json.writeNumberField("GOMAXPROCS", Runtime.getRuntime().availableProcessors());
          json.writeStringField("GOGC", "");
          json.writeStringField("GODEBUG", "");
          json.writeStringField("storageRetention", "");
          json.writeEndObject();
        });
  }

  void flags(PromService.Call call, PromOutput out) throws IOException {
    Map<String, String> flags = new LinkedHashMap<>();
    flags.put("query.lookback-delta", MetricEngine.Options.DEFAULT_LOOKBACK_MILLIS / 60_000 + "m");
    flags.put("query.max-concurrency", String.valueOf(limits.concurrentQueries()));
    flags.put("query.timeout", limits.deadline().toSeconds() + "s");
    object(out, flags);
  }

  void config(PromService.Call call, PromOutput out) throws IOException {
    object(out, Map.of("yaml", ""));
  }

  void cardinality(PromService.Call call, PromOutput out) throws IOException {
    cardinality.write(call, out);
  }

  void replay(PromService.Call call, PromOutput out) throws IOException {
    PromJson.success(
        out,
        List.of(),
        json -> {
          json.writeStartObject();
          json.writeNumberField("min", 0);
          json.writeNumberField("max", 0);
          json.writeNumberField("current", 0);
          json.writeEndObject();
        });
  }

  void rules(PromService.Call call, PromOutput out) throws IOException {
    emptyLists(out, "groups");
  }

  void alerts(PromService.Call call, PromOutput out) throws IOException {
    emptyLists(out, "alerts");
  }

  void targets(PromService.Call call, PromOutput out) throws IOException {
    emptyLists(out, "activeTargets", "droppedTargets");
  }

  void alertmanagers(PromService.Call call, PromOutput out) throws IOException {
    emptyLists(out, "activeAlertmanagers", "droppedAlertmanagers");
  }

  private static void object(PromOutput out, Map<String, String> fields) throws IOException {
    PromJson.success(
        out,
        List.of(),
        json -> {
          json.writeStartObject();
          for (Map.Entry<String, String> field : fields.entrySet()) {
            json.writeStringField(field.getKey(), field.getValue());
          }
          json.writeEndObject();
        });
  }

  private static void emptyLists(PromOutput out, String... names) throws IOException {
    PromJson.success(
        out,
        List.of(),
        json -> {
          json.writeStartObject();
          for (String name : names) {
            json.writeArrayFieldStart(name);
            json.writeEndArray();
          }
          json.writeEndObject();
        });
  }
}
