package dev.headroom.query.lang;

import dev.headroom.query.lang.SearchAggregation.MetricKind;
import dev.headroom.storage.logs.LogAggregate;
import dev.headroom.storage.logs.LogSchema;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Printable;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Aggregations of the Elasticsearch DSL. */
final class DslAggregationParser {
  /** Nested deeper, or more in one body, is a mistake; the store bounds the buckets. */
  private static final int MAX_DEPTH = 8;

  private static final int MAX_AGGREGATIONS = 100;
  private static final int MAX_TERMS = 10_000;

  private static final Set<String> BESIDE_THE_KIND = Set.of("aggs", "aggregations", "meta");

  private final TimeText times;
  private int count;

  DslAggregationParser(TimeText times) {
    this.times = times;
  }

  /** The {@code aggs} or {@code aggregations} member of a body or of an aggregation. */
  List<SearchAggregation> children(DslNode parent, int depth) {
    Optional<DslNode> node = parent.get("aggs").or(() -> parent.get("aggregations"));
    if (node.isEmpty()) {
      return List.of();
    }
    if (depth == MAX_DEPTH) {
      throw HeadroomException.invalid("aggregations are nested more than " + MAX_DEPTH + " deep");
    }
    var children = new ArrayList<SearchAggregation>();
    node.get()
        .fields()
        .forEach((name, json) -> children.add(one(name, node.get().child(name, json), depth)));
    return children;
  }

  private SearchAggregation one(String name, DslNode node, int depth) {
    if (++count > MAX_AGGREGATIONS) {
      throw HeadroomException.invalid("more than " + MAX_AGGREGATIONS + " aggregations");
    }
    List<String> kinds =
        node.fields().keySet().stream().filter(key -> !BESIDE_THE_KIND.contains(key)).toList();
    if (kinds.size() != 1) {
      throw HeadroomException.invalid("[" + node.path() + "] takes exactly one aggregation type");
    }
    String kind = kinds.getFirst();
    DslNode body = node.child(kind, node.fields().getOrDefault(kind, new Json.Members(Map.of())));
    List<SearchAggregation> children = children(node, depth + 1);
    return switch (kind) {
      case "date_histogram" -> dateHistogram(name, body, children);
      case "terms" -> terms(name, body, children);
      case "avg" -> metric(name, MetricKind.AVG, body);
      case "sum" -> metric(name, MetricKind.SUM, body);
      case "min" -> metric(name, MetricKind.MIN, body);
      case "max" -> metric(name, MetricKind.MAX, body);
      case "stats" -> metric(name, MetricKind.STATS, body);
      case "value_count" -> metric(name, MetricKind.VALUE_COUNT, body);
      default ->
          throw HeadroomException.invalid(
              "unknown aggregation type [" + kind + "] in [" + node.path() + "]");
    };
  }

  private static SearchAggregation metric(String name, MetricKind kind, DslNode body) {
    allow(body, Set.of("field", "format"));
    return new SearchAggregation.Metric(name, kind, DslNode.field(body.require("field").text()));
  }

  private static SearchAggregation terms(
      String name, DslNode body, List<SearchAggregation> children) {
    allow(
        body,
        Set.of(
            "field",
            "size",
            "order",
            "min_doc_count",
            "shard_size",
            "execution_hint",
            "collect_mode",
            "show_term_doc_count_error"));
    return new SearchAggregation.Terms(
        name,
        DslNode.field(body.require("field").text()),
        body.get("size").map(n -> Math.min(n.number(1, Integer.MAX_VALUE), MAX_TERMS)).orElse(10),
        body.get("order")
            .map(DslAggregationParser::order)
            .orElse(LogAggregate.Order.COUNT_DESCENDING),
        body.get("min_doc_count").map(n -> n.number(0, Integer.MAX_VALUE)).orElse(1),
        children);
  }

  private static LogAggregate.Order order(DslNode node) {
    Map.Entry<String, DslNode> first = node.oneOrMany().getFirst().only("order");
    boolean ascending =
        switch (first.getValue().text()) {
          case "asc" -> true;
          case "desc" -> false;
          default -> throw first.getValue().wrong("asc or desc");
        };
    return switch (first.getKey()) {
      case "_count" ->
          ascending ? LogAggregate.Order.COUNT_ASCENDING : LogAggregate.Order.COUNT_DESCENDING;
      case "_key", "_term" ->
          ascending ? LogAggregate.Order.KEY_ASCENDING : LogAggregate.Order.KEY_DESCENDING;
      default ->
          throw HeadroomException.invalid(
              "[" + node.path() + "] can order by _count or _key, not by [" + first.getKey() + "]");
    };
  }

  private SearchAggregation dateHistogram(
      String name, DslNode body, List<SearchAggregation> children) {
    allow(
        body,
        Set.of(
            "field",
            "fixed_interval",
            "calendar_interval",
            "interval",
            "min_doc_count",
            "extended_bounds",
            "format",
            "offset",
            "time_zone",
            "order",
            "keyed"));
    String field = body.require("field").text();
    if (!DslNode.field(field).equals(LogSchema.TIMESTAMP)) {
      throw HeadroomException.invalid(
          "[" + body.path() + "] can be computed of [@timestamp] only, not of [" + field + "]");
    }
    if (body.get("keyed").map(DslNode::flag).orElse(false)) {
      throw HeadroomException.invalid("[" + body.path() + "] does not support [keyed]");
    }
    long interval = interval(body);
    return new SearchAggregation.DateHistogram(
        name,
        interval,
        Math.floorMod(offset(body), interval),
        body.get("min_doc_count").map(n -> n.number(0, Integer.MAX_VALUE)).orElse(0),
        body.get("extended_bounds").map(this::bounds),
        body.get("format").map(n -> n.text().equals("epoch_millis")).orElse(false),
        children);
  }

  private static long interval(DslNode body) {
    Optional<DslNode> calendar = body.get("calendar_interval");
    if (calendar.isPresent()) {
      return calendarNanos(calendar.get());
    }
    Optional<DslNode> fixed = body.get("fixed_interval").or(() -> body.get("interval"));
    DslNode node =
        fixed.orElseThrow(
            () ->
                HeadroomException.invalid(
                    "[" + body.path() + "] requires [fixed_interval] or [calendar_interval]"));
    return Intervals.nanos(node.text());
  }

  private static long calendarNanos(DslNode node) {
    return switch (node.text()) {
      case "second", "1s" -> Duration.ofSeconds(1).toNanos();
      case "minute", "1m" -> Duration.ofMinutes(1).toNanos();
      case "hour", "1h" -> Duration.ofHours(1).toNanos();
      case "day", "1d" -> Duration.ofDays(1).toNanos();
      case "week", "1w" -> Duration.ofDays(7).toNanos();
      default -> throw node.wrong("minute, hour, day or week");
    };
  }

  /** Where buckets start: local midnight, Mondays for weeks, moved by {@code offset}. */
  private static long offset(DslNode body) {
    long offset = 0;
    Optional<DslNode> given = body.get("offset");
    if (given.isPresent()) {
      String text = given.get().text();
      boolean negative = text.startsWith("-");
      long nanos = Intervals.nanos(negative || text.startsWith("+") ? text.substring(1) : text);
      offset = negative ? -nanos : nanos;
    }
    String calendar = body.get("calendar_interval").map(DslNode::text).orElse("");
    if (calendar.equals("week") || calendar.equals("1w")) {
      offset += Duration.ofDays(4).toNanos();
    }
    return offset - body.get("time_zone").map(DslAggregationParser::zoneOffset).orElse(0L);
  }

  private static long zoneOffset(DslNode node) {
    ZoneId zone = DslTimes.zone(node.text());
    if (!zone.getRules().isFixedOffset()) {
      throw HeadroomException.invalid(
          "["
              + node.path()
              + "] must be a fixed offset such as +02:00, found "
              + Printable.quote(node.text()));
    }
    return Duration.ofSeconds(zone.getRules().getOffset(Instant.EPOCH).getTotalSeconds()).toNanos();
  }

  private SearchAggregation.Bounds bounds(DslNode node) {
    DslTimes read = DslTimes.of(times, node);
    return new SearchAggregation.Bounds(
        read.span(node.require("min")).fromNanos(), read.span(node.require("max")).fromNanos());
  }

  private static void allow(DslNode body, Set<String> names) {
    for (String name : body.fields().keySet()) {
      if (!names.contains(name)) {
        throw HeadroomException.invalid("[" + body.path() + "] does not support [" + name + "]");
      }
    }
  }
}
