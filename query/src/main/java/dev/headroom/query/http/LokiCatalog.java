package dev.headroom.query.http;

import dev.headroom.query.logql.DetectedFields;
import dev.headroom.query.logql.LogCatalog;
import dev.headroom.query.logql.LogQl;
import dev.headroom.query.logql.LogQlEngine;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.TimeRange;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which labels, streams and fields there are. */
final class LokiCatalog {
  private static final int DEFAULT_LINES = 1000;
  private static final int MAX_LINES = 5000;
  private static final int DEFAULT_FIELDS = 1000;

  private final LogQlEngine engine;

  LokiCatalog(LogQlEngine engine) {
    this.engine = engine;
  }

  private LogCatalog catalog(LokiService.Call call) {
    return engine.catalog(call.tenant());
  }

  void labels(LokiService.Call call, PromOutput out) throws IOException {
    LokiParameters parameters = call.parameters();
    LokiJson.texts(out, catalog(call).labels(parameters.range(), parameters.selector()));
  }

  void labelValues(LokiService.Call call, PromOutput out) throws IOException {
    LokiParameters parameters = call.parameters();
    Set<String> values =
        catalog(call).values(call.name(), parameters.range(), parameters.selector()).keySet();
    LokiJson.texts(out, values);
  }

  void series(LokiService.Call call, PromOutput out) throws IOException {
    List<LogQl.Lines> selectors = call.parameters().selectors();
    if (selectors.isEmpty()) {
      throw HeadroomException.invalid("0 matchers provided; at least one match[] is needed");
    }
    List<Labels> series = catalog(call).series(selectors, call.parameters().range());
    PromJson.success(
        out,
        List.of(),
        json -> {
          json.writeStartArray();
          for (Labels labels : series) {
            PromJson.labels(json, labels);
          }
          json.writeEndArray();
        });
  }

  void stats(LokiService.Call call, PromOutput out) throws IOException {
    LogQl.Lines selector = call.parameters().lines();
    TimeRange range = call.parameters().range();
    LogCatalog catalog = catalog(call);
    LogCatalog.Volume volume = catalog.volume(selector, range);
    int streams = catalog.values("stream", range, Optional.of(selector)).size();
    PromJson.plain(
        out,
        json -> {
          json.writeStartObject();
          json.writeNumberField("streams", streams);
          json.writeNumberField("chunks", streams);
          json.writeNumberField("bytes", volume.bytes());
          json.writeNumberField("entries", volume.entries());
          json.writeEndObject();
        });
  }

  void detectedLabels(LokiService.Call call, PromOutput out) throws IOException {
    TimeRange range = call.parameters().range();
    Optional<LogQl.Lines> selector = call.parameters().selector();
    LogCatalog catalog = catalog(call);
    List<String> labels = catalog.labels(range, selector);
    PromJson.plain(
        out,
        json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("detectedLabels");
          for (String label : labels) {
            json.writeStartObject();
            json.writeStringField("label", label);
            json.writeNumberField("cardinality", catalog.values(label, range, selector).size());
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private DetectedFields detected(LokiService.Call call) {
    LokiParameters parameters = call.parameters();
    int lines = parameters.number("line_limit", DEFAULT_LINES, MAX_LINES);
    return DetectedFields.of(engine, call.tenant(), parameters.lines(), parameters.range(), lines);
  }

  void detectedFields(LokiService.Call call, PromOutput out) throws IOException {
    int limit = call.parameters().number("limit", DEFAULT_FIELDS, 10_000);
    DetectedFields detected = detected(call);
    PromJson.plain(
        out,
        json -> {
          json.writeStartObject();
          json.writeArrayFieldStart("fields");
          int left = limit;
          for (Map.Entry<String, DetectedFields.Field> field : detected.fields().entrySet()) {
            if (left-- == 0) {
              break;
            }
            json.writeStartObject();
            json.writeStringField("label", field.getKey());
            json.writeStringField("type", field.getValue().type());
            json.writeNumberField("cardinality", field.getValue().values().size());
            json.writeFieldName("parsers");
            if (field.getValue().parsers().isEmpty()) {
              json.writeNull();
            } else {
              PromJson.texts(json, field.getValue().parsers());
            }
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeNumberField("limit", limit);
          json.writeEndObject();
        });
  }

  void detectedFieldValues(LokiService.Call call, PromOutput out) throws IOException {
    int limit = call.parameters().number("limit", DEFAULT_FIELDS, 10_000);
    DetectedFields.Field field = detected(call).fields().get(call.name());
    List<String> values = field == null ? List.of() : field.values().stream().limit(limit).toList();
    PromJson.plain(
        out,
        json -> {
          json.writeStartObject();
          json.writeFieldName("values");
          PromJson.texts(json, values);
          json.writeNumberField("limit", limit);
          json.writeEndObject();
        });
  }

  /** No patterns are mined; the query is still checked. */
  void patterns(LokiService.Call call, PromOutput out) throws IOException {
    call.parameters().lines();
    LokiJson.texts(out, List.of());
  }
}
