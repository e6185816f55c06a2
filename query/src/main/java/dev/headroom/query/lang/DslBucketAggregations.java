package dev.headroom.query.lang;

import static dev.headroom.query.lang.DslAggregationBody.allow;
import static dev.headroom.query.lang.DslAggregationBody.decimal;
import static dev.headroom.query.lang.DslAggregationBody.field;
import static dev.headroom.query.lang.DslAggregationBody.plainField;

import dev.headroom.storage.logs.BucketOrder;
import dev.headroom.storage.logs.KeyFilter;
import dev.headroom.storage.logs.LogFilter;
import dev.headroom.storage.model.HeadroomException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Aggregations whose buckets are made of values and filters. */
final class DslBucketAggregations {
  private static final int MAX_TERMS = 65_536;
  private static final int MAX_FILTERS = 200;
  private static final int MAX_KEYS = 65_536;

  private final TimeText times;

  DslBucketAggregations(TimeText times) {
    this.times = times;
  }

  AggregationKind terms(DslNode body, List<SearchAggregation> children) {
    allow(
        body,
        Set.of(
            "field",
            "size",
            "order",
            "min_doc_count",
            "missing",
            "include",
            "exclude",
            "shard_size",
            "shard_min_doc_count",
            "execution_hint",
            "collect_mode",
            "show_term_doc_count_error"));
    return new AggregationKind.Terms(
        plainField(body, "date_histogram"),
        body.get("size").map(n -> n.number(1, MAX_TERMS)).orElse(10),
        body.get("order")
            .map(order -> DslAggregationBody.orders(order, children))
            .orElse(List.of(new BucketOrder.ByCount(false))),
        body.get("min_doc_count").map(n -> n.number(0, Integer.MAX_VALUE)).orElse(1),
        DslAggregationBody.missing(body),
        keys(body));
  }

  AggregationKind significantTerms(DslNode body) {
    allow(
        body,
        Set.of(
            "field",
            "size",
            "min_doc_count",
            "shard_size",
            "shard_min_doc_count",
            "execution_hint",
            "background_filter",
            "include",
            "exclude",
            "jlh"));
    return new AggregationKind.SignificantTerms(
        plainField(body, "date_histogram"),
        body.get("size").map(n -> n.number(1, 1000)).orElse(10),
        body.get("min_doc_count").map(n -> n.number(1, Integer.MAX_VALUE)).orElse(3),
        body.get("background_filter")
            .map(query -> new DslQueryParser(times).query(query))
            .orElse(LogFilter.ALL),
        keys(body));
  }

  private static KeyFilter keys(DslNode body) {
    Optional<DslNode> include = body.get("include");
    Optional<DslNode> exclude = body.get("exclude");
    if (include.isPresent() && include.get().isObject()) {
      throw HeadroomException.invalid(
          "[" + include.get().path() + "] does not support partitions; use [composite]");
    }
    return new KeyFilter(
        include.filter(n -> !n.isArray()).map(DslNode::text),
        include.filter(DslNode::isArray).map(DslBucketAggregations::texts),
        exclude.filter(n -> !n.isArray()).map(DslNode::text),
        exclude.filter(DslNode::isArray).map(DslBucketAggregations::texts).orElse(Set.of()));
  }

  private static Set<String> texts(DslNode node) {
    List<DslNode> items = node.oneOrMany();
    if (items.size() > MAX_KEYS) {
      throw node.wrong("at most " + MAX_KEYS + " values");
    }
    Set<String> texts = new LinkedHashSet<>();
    for (DslNode item : items) {
      String text = item.text();
      texts.add(
          item.isNumber() && text.endsWith(".0") ? text.substring(0, text.length() - 2) : text);
    }
    return texts;
  }

  AggregationKind filter(DslNode body) {
    LogFilter filter =
        body.fields().isEmpty() ? LogFilter.ALL : new DslQueryParser(times).query(body);
    return new AggregationKind.Single("filter", filter);
  }

  AggregationKind filters(DslNode body) {
    allow(body, Set.of("filters", "other_bucket", "other_bucket_key", "keyed"));
    DslNode given = body.require("filters");
    List<LogFilter> filters = new ArrayList<>();
    List<@Nullable String> names = new ArrayList<>();
    if (given.isArray()) {
      for (DslNode query : given.oneOrMany()) {
        filters.add(new DslQueryParser(times).query(query));
        names.add(null);
      }
    } else {
      given
          .fields()
          .forEach(
              (name, query) -> {
                filters.add(new DslQueryParser(times).query(given.child(name, query)));
                names.add(name);
              });
    }
    Optional<String> otherKey = body.get("other_bucket_key").map(DslNode::text);
    boolean hasOther = body.get("other_bucket").map(DslNode::flag).orElse(otherKey.isPresent());
    if (hasOther) {
      filters.add(new LogFilter.Not(LogFilter.or(List.copyOf(filters))));
      names.add(given.isArray() ? null : otherKey.orElse("_other_"));
    }
    if (filters.isEmpty() || filters.size() > MAX_FILTERS) {
      throw given.wrong("1 to " + MAX_FILTERS + " filters");
    }
    boolean keyed = body.get("keyed").map(DslNode::flag).orElse(true);
    return new AggregationKind.Filters(filters, names, keyed && !given.isArray());
  }

  static AggregationKind missing(DslNode body) {
    allow(body, Set.of("field"));
    return new AggregationKind.Single(
        "missing", new LogFilter.Not(new LogFilter.Exists(field(body))));
  }

  /** Objects inside of records are their fields, so a nested one is the record itself. */
  static AggregationKind nested(String type, DslNode body) {
    allow(body, Set.of("path"));
    return new AggregationKind.Single(type, LogFilter.ALL);
  }

  AggregationKind histogram(DslNode body, List<SearchAggregation> children) {
    allow(
        body,
        Set.of(
            "field",
            "interval",
            "offset",
            "min_doc_count",
            "extended_bounds",
            "hard_bounds",
            "order",
            "keyed",
            "missing"));
    double interval = decimal(body.require("interval"));
    if (interval <= 0) {
      throw body.require("interval").wrong("a number above 0");
    }
    double offset = body.get("offset").map(DslAggregationBody::decimal).orElse(0.0);
    return new AggregationKind.Histogram(
        plainField(body, "date_histogram"),
        interval,
        offset - Math.floor(offset / interval) * interval,
        DslAggregationBody.missingNumber(body),
        DslAggregationBody.shown(body, children, true),
        body.get("extended_bounds").map(DslBucketAggregations::bounds),
        body.get("hard_bounds").map(DslBucketAggregations::bounds));
  }

  private static AggregationKind.Bounds<Double> bounds(DslNode node) {
    allow(node, Set.of("min", "max"));
    return new AggregationKind.Bounds<>(
        node.get("min").map(DslAggregationBody::decimal),
        node.get("max").map(DslAggregationBody::decimal));
  }

  AggregationKind range(DslNode body) {
    allow(body, Set.of("field", "ranges", "keyed", "missing"));
    List<AggregationKind.NamedRange> ranges = new ArrayList<>();
    for (DslNode node : body.require("ranges").oneOrMany()) {
      allow(node, Set.of("key", "from", "to"));
      Optional<Double> from = node.get("from").map(DslAggregationBody::decimal);
      Optional<Double> to = node.get("to").map(DslAggregationBody::decimal);
      String key =
          from.map(Object::toString).orElse("*") + "-" + to.map(Object::toString).orElse("*");
      ranges.add(
          new AggregationKind.NamedRange(
              node.get("key").map(DslNode::text).orElse(key), from, to, 0, 0));
    }
    return new AggregationKind.Ranges(
        "range",
        plainField(body, "date_range"),
        sorted(body, ranges),
        body.get("keyed").map(DslNode::flag).orElse(false),
        DslAggregationBody.missingNumber(body),
        Optional.empty());
  }

  /** In the order in which Elasticsearch answers: by start, then by end. */
  static List<AggregationKind.NamedRange> sorted(
      DslNode body, List<AggregationKind.NamedRange> ranges) {
    if (ranges.isEmpty() || ranges.size() > MAX_FILTERS) {
      throw body.require("ranges").wrong("1 to " + MAX_FILTERS + " ranges");
    }
    List<AggregationKind.NamedRange> sorted = new ArrayList<>(ranges);
    sorted.sort(
        java.util.Comparator.comparingDouble(
                (AggregationKind.NamedRange range) -> range.from().orElse(Double.NEGATIVE_INFINITY))
            .thenComparingDouble(range -> range.to().orElse(Double.POSITIVE_INFINITY)));
    return sorted;
  }
}
