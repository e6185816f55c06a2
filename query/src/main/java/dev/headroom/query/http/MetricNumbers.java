package dev.headroom.query.http;

import dev.headroom.query.lang.AggregationKind;
import dev.headroom.query.lang.AggregationKind.MetricKind;
import dev.headroom.storage.logs.LogAggregateResult;
import dev.headroom.storage.logs.LogSchema;
import java.util.Optional;

/** The numbers of metric aggregations, with times in milliseconds. */
final class MetricNumbers {
  private static final double NANOS_PER_MILLI = 1e6;

  /** How many of the store's units make one that is shown. */
  static double unit(AggregationKind.Metric metric) {
    return metric.field().equals(LogSchema.TIMESTAMP) ? NANOS_PER_MILLI : 1;
  }

  /** The only number of a metric, or the one of that name; empty when it has none such. */
  static Optional<Double> of(
      AggregationKind.Metric metric, LogAggregateResult result, String property) {
    double unit = unit(metric);
    return switch (result) {
      case LogAggregateResult.ValueCount count ->
          property.isEmpty() ? Optional.of((double) count.count()) : Optional.empty();
      case LogAggregateResult.Distinct distinct ->
          property.isEmpty() ? Optional.of((double) distinct.sketch().count()) : Optional.empty();
      case LogAggregateResult.Stats stats -> {
        String name = metric.kind() == MetricKind.STATS ? property : single(metric, property);
        yield of(stats, name, unit);
      }
      case LogAggregateResult.ExtendedStats extended -> extended(extended, property, unit);
      case LogAggregateResult.Buckets _,
          LogAggregateResult.Percentiles _,
          LogAggregateResult.TopHits _ ->
          Optional.empty();
    };
  }

  private static String single(AggregationKind.Metric metric, String property) {
    return property.isEmpty() ? metric.kind().name().toLowerCase(java.util.Locale.ROOT) : "";
  }

  private static Optional<Double> of(LogAggregateResult.Stats stats, String property, double unit) {
    return switch (property) {
      case "count" -> Optional.of((double) stats.count());
      case "sum" -> Optional.of(stats.sum() / unit);
      case "avg" -> Optional.of(stats.average() / unit);
      case "min" -> Optional.of(stats.min() / unit);
      case "max" -> Optional.of(stats.max() / unit);
      default -> Optional.empty();
    };
  }

  private static Optional<Double> extended(
      LogAggregateResult.ExtendedStats extended, String property, double unit) {
    return switch (property) {
      case "variance", "variance_population" -> Optional.of(extended.variance() / unit / unit);
      case "variance_sampling" -> Optional.of(extended.sampleVariance() / unit / unit);
      case "std_deviation", "std_deviation_population" ->
          Optional.of(Math.sqrt(extended.variance()) / unit);
      case "std_deviation_sampling" -> Optional.of(Math.sqrt(extended.sampleVariance()) / unit);
      case "sum_of_squares" -> Optional.of(extended.sumOfSquares() / unit / unit);
      default -> of(extended.stats(), property, unit);
    };
  }

  private MetricNumbers() {}
}
