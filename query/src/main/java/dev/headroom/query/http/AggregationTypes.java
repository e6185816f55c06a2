package dev.headroom.query.http;

import dev.headroom.query.lang.AggregationKind;
import java.util.Locale;

/** What clients that ask for typed keys are told of an answer's kind. */
final class AggregationTypes {
  static String of(AnswerNode node) {
    return switch (node.asked().kind()) {
      case AggregationKind.DateHistogram _ -> "date_histogram";
      case AggregationKind.Histogram _ -> "histogram";
      case AggregationKind.Terms _ -> terms(node);
      case AggregationKind.SignificantTerms _ -> "sigsterms";
      case AggregationKind.Single single -> single.type();
      case AggregationKind.Filters _ -> "filters";
      case AggregationKind.Ranges ranges -> ranges.type();
      case AggregationKind.Composite _ -> "composite";
      case AggregationKind.Metric metric -> metric.kind().name().toLowerCase(Locale.ROOT);
      case AggregationKind.Percentiles percentiles ->
          percentiles.isRanks() ? "tdigest_percentile_ranks" : "tdigest_percentiles";
      case AggregationKind.TopHits _ -> "top_hits";
      case AggregationKind.TopMetrics _ -> "top_metrics";
      case AggregationKind.Rate _ -> "rate";
      case AggregationKind.Derivative _ -> "derivative";
      case AggregationKind.OfSibling sibling ->
          switch (sibling.kind()) {
            case AVG, SUM -> "simple_value";
            case MIN, MAX -> "bucket_metric_value";
            case STATS -> "stats_bucket";
          };
      case AggregationKind.Pipeline _ -> "simple_value";
    };
  }

  private static String terms(AnswerNode node) {
    boolean words = node.buckets().isEmpty();
    boolean fractions = false;
    for (AnswerNode.Bucket bucket : node.buckets()) {
      words |= bucket.key() instanceof String;
      fractions |= bucket.key() instanceof Double;
    }
    return words ? "sterms" : fractions ? "dterms" : "lterms";
  }

  private AggregationTypes() {}
}
