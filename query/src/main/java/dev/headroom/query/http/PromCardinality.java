package dev.headroom.query.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.headroom.query.promql.MetricEngine;
import dev.headroom.storage.metrics.LabelMatcher;
import dev.headroom.storage.metrics.MetricStore;
import dev.headroom.storage.model.Labels;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code status/tsdb}: which metrics and labels make the tenant's series. */
final class PromCardinality {
  private static final int DEFAULT_ENTRIES = 10;
  private static final List<LabelMatcher> ANY_NAME =
      List.of(new LabelMatcher(Labels.METRIC_NAME, LabelMatcher.Op.NOT_EQUAL, ""));

  private final MetricStore store;

  PromCardinality(MetricStore store) {
    this.store = store;
  }

  void write(PromService.Call call, PromOutput out) throws IOException {
    int limit = call.parameters().limit();
    int entries = limit == 0 ? DEFAULT_ENTRIES : limit;
    List<Labels> series =
        store.series(
            call.tenant(), ANY_NAME, -MetricEngine.MAX_TIME_MILLIS, MetricEngine.MAX_TIME_MILLIS);
    Map<String, Long> byMetric = new HashMap<>();
    Map<String, Long> byPair = new HashMap<>();
    Map<String, Set<String>> values = new HashMap<>();
    for (Labels labels : series) {
      byMetric.merge(labels.metricName(), 1L, Long::sum);
      for (int i = 0; i < labels.size(); i++) {
        byPair.merge(labels.name(i) + "=" + labels.value(i), 1L, Long::sum);
        values.computeIfAbsent(labels.name(i), _ -> new HashSet<>()).add(labels.value(i));
      }
    }
    Map<String, Long> valueCounts = new HashMap<>();
    values.forEach((name, some) -> valueCounts.put(name, (long) some.size()));
    PromJson.success(
        out,
        List.of(),
        json -> {
          json.writeStartObject();
          json.writeObjectFieldStart("headStats");
          json.writeNumberField("numSeries", series.size());
          json.writeNumberField("numLabelPairs", byPair.size());
          json.writeEndObject();
          top(json, "seriesCountByMetricName", byMetric, entries);
          top(json, "labelValueCountByLabelName", valueCounts, entries);
          top(json, "seriesCountByLabelValuePair", byPair, entries);
          json.writeEndObject();
        });
  }

  private static void top(JsonGenerator json, String name, Map<String, Long> counts, int entries)
      throws IOException {
    Comparator<Map.Entry<String, Long>> order =
        Map.Entry.<String, Long>comparingByValue()
            .reversed()
            .thenComparing(Map.Entry.comparingByKey());
    json.writeArrayFieldStart(name);
    for (Map.Entry<String, Long> entry :
        counts.entrySet().stream().sorted(order).limit(entries).toList()) {
      json.writeStartObject();
      json.writeStringField("name", entry.getKey());
      json.writeNumberField("value", entry.getValue());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
