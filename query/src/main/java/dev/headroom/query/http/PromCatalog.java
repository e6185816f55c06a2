package dev.headroom.query.http;

import dev.headroom.query.promql.MetricEngine;
import dev.headroom.storage.metrics.LabelMatcher;
import dev.headroom.storage.metrics.MetricStore;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Labels;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;

/** Which series, label names and label values there are. */
final class PromCatalog {
  private static final String CUT = "results truncated due to limit";

  private final MetricStore store;

  PromCatalog(MetricStore store) {
    this.store = store;
  }

  private record Span(long fromMillis, long toMillis) {
    static Span of(PromParameters parameters) {
      long from = parameters.time("start").orElse(-MetricEngine.MAX_TIME_MILLIS);
      long to = parameters.time("end").orElse(MetricEngine.MAX_TIME_MILLIS);
      if (to < from) {
        throw HeadroomException.invalid("end timestamp must not be before start time");
      }
      return new Span(from, to);
    }
  }

  void series(PromService.Call call, PromOutput out) throws IOException {
    Span span = Span.of(call.parameters());
    List<List<LabelMatcher>> selectors = call.parameters().selectors();
    if (selectors.isEmpty()) {
      throw HeadroomException.invalid("no match[] parameter provided");
    }
    Collection<Labels> found =
        union(
            selectors,
            matchers -> store.series(call.tenant(), matchers, span.fromMillis(), span.toMillis()));
    int limit = call.parameters().limit();
    PromJson.success(
        out,
        warnings(found, limit),
        json -> {
          json.writeStartArray();
          for (Labels labels : cut(found, limit)) {
            PromJson.labels(json, labels);
          }
          json.writeEndArray();
        });
  }

  void labels(PromService.Call call, PromOutput out) throws IOException {
    Span span = Span.of(call.parameters());
    texts(
        call,
        out,
        matchers -> store.labelNames(call.tenant(), matchers, span.fromMillis(), span.toMillis()));
  }

  void labelValues(PromService.Call call, PromOutput out) throws IOException {
    Span span = Span.of(call.parameters());
    String name = PromLabelName.unescape(call.label());
    texts(
        call,
        out,
        matchers ->
            store.labelValues(call.tenant(), name, matchers, span.fromMillis(), span.toMillis()));
  }

  /** Senders' type, help and unit are not kept. */
  void metadata(PromService.Call call, PromOutput out) throws IOException {
    PromJson.success(
        out,
        List.of(),
        json -> {
          json.writeStartObject();
          json.writeEndObject();
        });
  }

  private static void texts(
      PromService.Call call,
      PromOutput out,
      Function<List<LabelMatcher>, Collection<String>> finder)
      throws IOException {
    List<List<LabelMatcher>> selectors = call.parameters().selectors();
    Collection<String> found =
        selectors.isEmpty() ? finder.apply(List.of()) : union(selectors, finder);
    int limit = call.parameters().limit();
    PromJson.success(out, warnings(found, limit), json -> PromJson.texts(json, cut(found, limit)));
  }

  private static <T extends Comparable<T>> Collection<T> union(
      List<List<LabelMatcher>> selectors, Function<List<LabelMatcher>, Collection<T>> finder) {
    if (selectors.size() == 1) {
      return finder.apply(selectors.getFirst());
    }
    var all = new TreeSet<T>();
    selectors.forEach(matchers -> all.addAll(finder.apply(matchers)));
    return all;
  }

  private static <T> List<T> cut(Collection<T> found, int limit) {
    return limit == 0 ? List.copyOf(found) : found.stream().limit(limit).toList();
  }

  private static List<String> warnings(Collection<?> found, int limit) {
    return limit > 0 && found.size() > limit ? List.of(CUT) : List.of();
  }
}
