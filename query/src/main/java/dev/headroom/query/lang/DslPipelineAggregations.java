package dev.headroom.query.lang;

import static dev.headroom.query.lang.DslAggregationBody.allow;

import dev.headroom.query.lang.AggregationKind.Gap;
import dev.headroom.query.lang.AggregationKind.SiblingKind;
import dev.headroom.storage.model.HeadroomException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Aggregations that are computed from the buckets of others. */
final class DslPipelineAggregations {
  private static final String ONLY = "_value";
  private static final int MAX_BUCKETS = 65_536;
  private static final int MAX_PATHS = 20;

  /** Empty when the type is none of these. */
  static Optional<AggregationKind> of(String type, DslNode body) {
    return Optional.ofNullable(
        switch (type) {
          case "derivative" -> {
            allow(body, Set.of("buckets_path", "gap_policy", "unit"));
            yield new AggregationKind.Derivative(
                path(body), gap(body), body.get("unit").map(n -> unit(n)));
          }
          case "cumulative_sum" -> {
            allow(body, Set.of("buckets_path"));
            yield new AggregationKind.CumulativeSum(path(body), Gap.SKIP);
          }
          case "serial_diff" -> {
            allow(body, Set.of("buckets_path", "gap_policy", "lag"));
            yield new AggregationKind.SerialDifference(
                path(body),
                gap(body),
                body.get("lag").map(n -> n.number(1, MAX_BUCKETS)).orElse(1));
          }
          case "moving_fn" -> {
            allow(body, Set.of("buckets_path", "gap_policy", "window", "shift", "script"));
            yield new AggregationKind.Moving(
                path(body),
                gap(body),
                body.require("window").number(1, MAX_BUCKETS),
                body.get("shift").map(n -> n.number(-MAX_BUCKETS, MAX_BUCKETS)).orElse(0),
                MovingFunction.parse(script(body.require("script"))));
          }
          case "bucket_script" -> {
            allow(body, Set.of("buckets_path", "gap_policy", "script"));
            DslNode script = body.require("script");
            yield new AggregationKind.Script(
                paths(body), gap(body), Arithmetic.parse(script(script)), parameters(script));
          }
          case "bucket_selector" -> {
            allow(body, Set.of("buckets_path", "gap_policy", "script"));
            DslNode script = body.require("script");
            yield new AggregationKind.Selector(
                paths(body), gap(body), Arithmetic.parse(script(script)), parameters(script));
          }
          case "bucket_sort" -> sort(body);
          case "avg_bucket" -> sibling(SiblingKind.AVG, body);
          case "sum_bucket" -> sibling(SiblingKind.SUM, body);
          case "min_bucket" -> sibling(SiblingKind.MIN, body);
          case "max_bucket" -> sibling(SiblingKind.MAX, body);
          case "stats_bucket" -> sibling(SiblingKind.STATS, body);
          default -> null;
        });
  }

  private static long unit(DslNode node) {
    return DslTimeAggregations.unit(node.text())
        .map(
            unit ->
                switch (unit) {
                  case SECOND -> Intervals.nanos("1s");
                  case MINUTE -> Intervals.nanos("1m");
                  case HOUR -> Intervals.nanos("1h");
                  case DAY -> Intervals.nanos("1d");
                  case WEEK -> Intervals.nanos("1w");
                  case MONTH -> Intervals.nanos("30d");
                  case QUARTER -> Intervals.nanos("90d");
                  case YEAR -> Intervals.nanos("365d");
                })
        .orElseGet(() -> Intervals.nanos(node.text()));
  }

  private static AggregationKind sibling(SiblingKind kind, DslNode body) {
    allow(body, Set.of("buckets_path", "gap_policy"));
    return new AggregationKind.OfSibling(kind, path(body), gap(body));
  }

  private static Map<String, String> path(DslNode body) {
    List<DslNode> paths = body.require("buckets_path").oneOrMany();
    if (paths.size() != 1) {
      throw body.require("buckets_path").wrong("one path");
    }
    return Map.of(ONLY, paths.getFirst().text());
  }

  private static Map<String, String> paths(DslNode body) {
    DslNode node = body.require("buckets_path");
    if (!node.isObject()) {
      return path(body);
    }
    Map<String, String> paths = new LinkedHashMap<>();
    node.fields().forEach((name, json) -> paths.put(name, node.child(name, json).text()));
    if (paths.size() > MAX_PATHS) {
      throw node.wrong("at most " + MAX_PATHS + " paths");
    }
    return paths;
  }

  private static Gap gap(DslNode body) {
    return body.get("gap_policy")
        .map(
            node ->
                switch (node.text()) {
                  case "skip" -> Gap.SKIP;
                  case "insert_zeros" -> Gap.INSERT_ZEROS;
                  case "keep_values" -> Gap.KEEP_VALUES;
                  default -> throw node.wrong("skip, insert_zeros or keep_values");
                })
        .orElse(Gap.SKIP);
  }

  private static String script(DslNode node) {
    if (!node.isObject()) {
      return node.text();
    }
    allow(node, Set.of("source", "inline", "lang", "params"));
    return node.get("source")
        .or(() -> node.get("inline"))
        .orElseGet(() -> node.require("source"))
        .text();
  }

  private static Map<String, Double> parameters(DslNode script) {
    Map<String, Double> parameters = new LinkedHashMap<>();
    if (script.isObject()) {
      script
          .get("params")
          .ifPresent(
              node ->
                  node.fields()
                      .forEach(
                          (name, json) ->
                              parameters.put(
                                  name, DslAggregationBody.decimal(node.child(name, json)))));
    }
    return parameters;
  }

  private static AggregationKind sort(DslNode body) {
    allow(body, Set.of("sort", "from", "size", "gap_policy"));
    Map<String, String> paths = new LinkedHashMap<>();
    List<Boolean> descending = new ArrayList<>();
    for (DslNode item : body.get("sort").map(DslNode::oneOrMany).orElse(List.of())) {
      String path = item.isObject() ? item.only("path").getKey() : item.text();
      boolean down = false;
      if (item.isObject()) {
        DslNode order = item.only("path").getValue();
        DslNode direction = order.isObject() ? order.require("order") : order;
        down =
            switch (direction.text()) {
              case "asc" -> false;
              case "desc" -> true;
              default -> throw direction.wrong("asc or desc");
            };
      }
      paths.put(path, path);
      descending.add(down);
    }
    Optional<DslNode> size = body.get("size");
    int from = body.get("from").map(n -> n.number(0, MAX_BUCKETS)).orElse(0);
    if (paths.size() != descending.size()) {
      throw body.require("sort").wrong("different paths");
    }
    if (paths.isEmpty() && size.isEmpty() && from == 0) {
      throw HeadroomException.invalid(
          "["
              + body.path()
              + "] is configured to perform nothing. Please set either of [sort, size, from] to"
              + " use bucket_sort");
    }
    return new AggregationKind.Sort(
        paths,
        gap(body),
        descending,
        from,
        size.map(n -> n.number(1, MAX_BUCKETS)).orElse(MAX_BUCKETS));
  }

  /** Paths must lead to what is there, and pipelines must stand where they have buckets. */
  static void check(DslNode node, List<SearchAggregation> level, Optional<String> parentType) {
    for (SearchAggregation aggregation : level) {
      if (aggregation.kind() instanceof AggregationKind.Pipeline pipeline) {
        check(node, aggregation.name(), pipeline, level, parentType);
      }
    }
  }

  private static void check(
      DslNode node,
      String name,
      AggregationKind.Pipeline pipeline,
      List<SearchAggregation> level,
      Optional<String> parentType) {
    boolean isSeries =
        switch (pipeline) {
          case AggregationKind.Derivative _,
              AggregationKind.CumulativeSum _,
              AggregationKind.SerialDifference _,
              AggregationKind.Moving _ ->
              true;
          case AggregationKind.Script _,
              AggregationKind.Selector _,
              AggregationKind.Sort _,
              AggregationKind.OfSibling _ ->
              false;
        };
    String type = parentType.orElse("");
    if (isSeries && !type.equals("date_histogram") && !type.equals("histogram")) {
      throw HeadroomException.invalid(
          "[" + node.path() + "." + name + "] must have a histogram or date_histogram as parent");
    }
    boolean single = Set.of("", "filter", "missing", "nested", "reverse_nested").contains(type);
    if (pipeline instanceof AggregationKind.OfParent && single) {
      throw HeadroomException.invalid(
          "[" + node.path() + "." + name + "] must stand inside of an aggregation with buckets");
    }
    for (String path : pipeline.paths().values()) {
      BucketPath parsed = BucketPath.of(path);
      boolean ofSibling = pipeline instanceof AggregationKind.OfSibling;
      boolean itself = parsed.isCount() || parsed.isKey();
      boolean known =
          ofSibling
              ? parsed.steps().size() > 1 && parsed.first(level).isPresent()
              : itself || parsed.first(level).isPresent();
      if (!known) {
        throw HeadroomException.invalid(
            "No aggregation found for path [" + path + "] in [" + node.path() + "." + name + "]");
      }
    }
  }

  private DslPipelineAggregations() {}
}
