package dev.headroom.query.lang;

import dev.headroom.storage.model.HeadroomException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Aggregations of the Elasticsearch DSL. What cannot be answered right is refused by name. */
final class DslAggregationParser {
  /** Nested deeper, or more in one body, is a mistake; the store bounds the buckets. */
  private static final int MAX_DEPTH = 8;

  private static final int MAX_AGGREGATIONS = 100;
  private static final Set<String> BESIDE_THE_KIND = Set.of("aggs", "aggregations", "meta");

  private final DslBucketAggregations buckets;
  private final DslTimeAggregations times;
  private int count;

  DslAggregationParser(TimeText times) {
    this.buckets = new DslBucketAggregations(times);
    this.times = new DslTimeAggregations(times);
  }

  /** The {@code aggs} or {@code aggregations} of a body. */
  List<SearchAggregation> of(DslNode body) {
    return children(body, 0, Optional.empty());
  }

  private List<SearchAggregation> children(DslNode parent, int depth, Optional<String> parentKind) {
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
        .forEach(
            (name, json) ->
                children.add(one(name, node.get().child(name, json), depth, parentKind)));
    DslPipelineAggregations.check(node.get(), children, parentKind);
    return children;
  }

  private SearchAggregation one(String name, DslNode node, int depth, Optional<String> parentKind) {
    if (++count > MAX_AGGREGATIONS) {
      throw HeadroomException.invalid("more than " + MAX_AGGREGATIONS + " aggregations");
    }
    if (name.isEmpty() || name.matches(".*[\\[\\]>].*")) {
      throw HeadroomException.invalid(
          "Invalid aggregation name [" + name + "]. Names cannot contain '[', ']' or '>'");
    }
    List<String> kinds =
        node.fields().keySet().stream().filter(key -> !BESIDE_THE_KIND.contains(key)).toList();
    if (kinds.size() != 1) {
      throw HeadroomException.invalid("[" + node.path() + "] takes exactly one aggregation type");
    }
    String type = kinds.getFirst();
    DslNode body = node.child(type, node.fields().getOrDefault(type, new Json.Members(Map.of())));
    List<SearchAggregation> children = children(node, depth + 1, Optional.of(type));
    AggregationKind kind = kind(type, body, children, depth, parentKind);
    if (!children.isEmpty() && !mayHaveChildren(kind)) {
      throw HeadroomException.invalid(
          "Aggregator [" + name + "] of type [" + type + "] cannot accept sub-aggregations");
    }
    return new SearchAggregation(name, kind, children, node.get("meta").map(DslNode::json));
  }

  private static boolean mayHaveChildren(AggregationKind kind) {
    return switch (kind) {
      case AggregationKind.DateHistogram _,
          AggregationKind.Histogram _,
          AggregationKind.Terms _,
          AggregationKind.Single _,
          AggregationKind.Filters _,
          AggregationKind.Ranges _,
          AggregationKind.Composite _ ->
          true;
      case AggregationKind.SignificantTerms _,
          AggregationKind.Metric _,
          AggregationKind.Percentiles _,
          AggregationKind.TopHits _,
          AggregationKind.TopMetrics _,
          AggregationKind.Rate _,
          AggregationKind.Pipeline _ ->
          false;
    };
  }

  private AggregationKind kind(
      String type,
      DslNode body,
      List<SearchAggregation> children,
      int depth,
      Optional<String> parentKind) {
    return switch (type) {
      case "date_histogram" -> times.dateHistogram(body, children);
      case "date_range" -> times.dateRange(body);
      case "composite" -> {
        requireTop(type, body, depth);
        yield times.composite(body);
      }
      case "significant_terms" -> {
        requireTop(type, body, depth);
        yield buckets.significantTerms(body);
      }
      case "histogram" -> buckets.histogram(body, children);
      case "terms" -> buckets.terms(body, children);
      case "range" -> buckets.range(body);
      case "filter" -> buckets.filter(body);
      case "filters" -> buckets.filters(body);
      case "missing" -> DslBucketAggregations.missing(body);
      case "nested", "reverse_nested" -> DslBucketAggregations.nested(type, body);
      case "rate" -> {
        if (!parentKind.equals(Optional.of("date_histogram"))) {
          throw HeadroomException.invalid(
              "[" + body.path() + "]: a rate must stand inside of a date_histogram");
        }
        yield DslMetricAggregations.rate(body);
      }
      default ->
          DslMetricAggregations.of(type, body)
              .or(() -> DslPipelineAggregations.of(type, body))
              .orElseThrow(
                  () ->
                      HeadroomException.invalid(
                          "unknown aggregation type [" + type + "] in [" + path(body) + "]"));
    };
  }

  private static String path(DslNode body) {
    return body.path().substring(0, Math.max(0, body.path().lastIndexOf('.')));
  }

  private static void requireTop(String type, DslNode body, int depth) {
    if (depth > 0) {
      throw HeadroomException.invalid(
          "[" + body.path() + "]: " + type + " cannot stand inside of another aggregation");
    }
  }
}
