package dev.headroom.query.lang;

import static dev.headroom.query.lang.DslAggregationBody.allow;
import static dev.headroom.query.lang.DslAggregationBody.field;

import dev.headroom.query.lang.AggregationKind.MetricKind;
import dev.headroom.storage.logs.LogAggregate;
import dev.headroom.storage.logs.LogSchema;
import dev.headroom.storage.logs.LogSort;
import dev.headroom.storage.logs.TimeRounding;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Aggregations that give numbers or records, not buckets. */
final class DslMetricAggregations {
  private static final int MAX_POINTS = 100;
  private static final double NANOS_PER_MILLI = 1e6;
  private static final List<Double> DEFAULT_PERCENTS =
      List.of(1.0, 5.0, 25.0, 50.0, 75.0, 95.0, 99.0);

  /** Empty when the type is none of these. */
  static Optional<AggregationKind> of(String type, DslNode body) {
    return Optional.ofNullable(
        switch (type) {
          case "avg" -> metric(MetricKind.AVG, body);
          case "sum" -> metric(MetricKind.SUM, body);
          case "min" -> metric(MetricKind.MIN, body);
          case "max" -> metric(MetricKind.MAX, body);
          case "stats" -> metric(MetricKind.STATS, body);
          case "extended_stats" -> metric(MetricKind.EXTENDED_STATS, body);
          case "value_count" -> metric(MetricKind.VALUE_COUNT, body);
          case "cardinality" -> metric(MetricKind.CARDINALITY, body);
          case "percentiles" -> percentiles(body, false);
          case "percentile_ranks" -> percentiles(body, true);
          case "top_hits" -> topHits(body);
          case "top_metrics" -> topMetrics(body);
          default -> null;
        });
  }

  private static AggregationKind metric(MetricKind kind, DslNode body) {
    allow(
        body,
        switch (kind) {
          case CARDINALITY ->
              Set.of("field", "missing", "precision_threshold", "execution_hint", "rehash");
          case EXTENDED_STATS -> Set.of("field", "missing", "sigma");
          case AVG, SUM, MIN, MAX, STATS, VALUE_COUNT -> Set.of("field", "missing");
        });
    boolean takesTexts = kind == MetricKind.CARDINALITY || kind == MetricKind.VALUE_COUNT;
    return new AggregationKind.Metric(
        kind,
        field(body),
        takesTexts ? DslAggregationBody.missing(body) : DslAggregationBody.missingNumber(body),
        body.get("sigma").map(DslAggregationBody::decimal).orElse(2.0));
  }

  private static AggregationKind percentiles(DslNode body, boolean isRanks) {
    String points = isRanks ? "values" : "percents";
    allow(body, Set.of("field", "missing", "keyed", "tdigest", "hdr", points));
    List<Double> given =
        body.get(points)
            .map(node -> node.oneOrMany().stream().map(DslAggregationBody::decimal).toList())
            .orElse(isRanks ? List.of() : DEFAULT_PERCENTS);
    if (given.isEmpty() || given.size() > MAX_POINTS) {
      throw body.require(points).wrong("1 to " + MAX_POINTS + " numbers");
    }
    if (!isRanks && given.stream().anyMatch(percent -> percent < 0 || percent > 100)) {
      throw body.require(points).wrong("percents from 0 to 100");
    }
    String field = field(body);
    boolean isTime = field.equals(LogSchema.TIMESTAMP) && isRanks;
    return new AggregationKind.Percentiles(
        field,
        isTime ? given.stream().map(millis -> millis * NANOS_PER_MILLI).toList() : given,
        isRanks,
        body.get("keyed").map(DslNode::flag).orElse(true),
        DslAggregationBody.missingNumber(body));
  }

  private static AggregationKind topHits(DslNode body) {
    allow(
        body,
        Set.of(
            "from",
            "size",
            "sort",
            "_source",
            "fields",
            "docvalue_fields",
            "track_scores",
            "version",
            "seq_no_primary_term",
            "explain",
            "highlight"));
    int from = body.get("from").map(n -> n.number(0, LogAggregate.MAX_TOP)).orElse(0);
    int size = body.get("size").map(n -> n.number(0, LogAggregate.MAX_TOP)).orElse(3);
    if (from + size > LogAggregate.MAX_TOP) {
      throw body.wrong("[from] + [size] of at most " + LogAggregate.MAX_TOP);
    }
    List<LogSort> sort = SortParser.of(body.get("sort")).sorts();
    return new AggregationKind.TopHits(
        sort.isEmpty() ? List.of(LogSort.NEWEST) : sort,
        sort.isEmpty(),
        from,
        size,
        body.get("_source").map(SourceFilterParser::of).orElse(SourceFilter.EVERYTHING),
        SourceFilterParser.fields(body));
  }

  private static AggregationKind topMetrics(DslNode body) {
    allow(body, Set.of("metrics", "sort", "size"));
    List<String> fields =
        body.require("metrics").oneOrMany().stream().map(DslAggregationBody::field).toList();
    List<LogSort> sort = SortParser.of(body.get("sort")).sorts();
    if (sort.size() != 1) {
      throw body.require("sort").wrong("one field to sort by");
    }
    return new AggregationKind.TopMetrics(
        sort.getFirst(), fields, body.get("size").map(n -> n.number(1, 10)).orElse(1));
  }

  private static final Map<String, TimeRounding.Unit> RATE_UNITS =
      Map.of(
          "second", TimeRounding.Unit.SECOND,
          "minute", TimeRounding.Unit.MINUTE,
          "hour", TimeRounding.Unit.HOUR,
          "day", TimeRounding.Unit.DAY,
          "week", TimeRounding.Unit.WEEK,
          "month", TimeRounding.Unit.MONTH,
          "quarter", TimeRounding.Unit.QUARTER,
          "year", TimeRounding.Unit.YEAR);

  static AggregationKind rate(DslNode body) {
    allow(body, Set.of("unit", "field", "mode"));
    Optional<TimeRounding.Unit> unit =
        body.get("unit")
            .map(
                node -> {
                  TimeRounding.Unit known = RATE_UNITS.get(node.text());
                  if (known == null) {
                    throw node.wrong("second, minute, hour, day, week, month, quarter or year");
                  }
                  return known;
                });
    boolean countsValues =
        body.get("mode")
            .map(
                node ->
                    switch (node.text()) {
                      case "sum" -> false;
                      case "value_count" -> true;
                      default -> throw node.wrong("sum or value_count");
                    })
            .orElse(false);
    return new AggregationKind.Rate(
        body.get("field").map(node -> DslNode.field(node.text())), countsValues, unit);
  }

  private DslMetricAggregations() {}
}
