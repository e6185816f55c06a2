package dev.headroom.storage.logs;

import dev.headroom.storage.logs.LogAggregateResult.Bucket;
import dev.headroom.storage.logs.LogAggregateResult.Buckets;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** By what the buckets of terms are put in order. */
public sealed interface BucketOrder {
  boolean ascending();

  record ByCount(boolean ascending) implements BucketOrder {}

  record ByKey(boolean ascending) implements BucketOrder {}

  /**
   * By a number of a child aggregate; buckets without it come last.
   *
   * @param path names of aggregates, from a child of the bucket on; those before the last have a
   *     single bucket
   * @param metric which of the aggregate's numbers
   */
  record ByMetric(List<String> path, Metric metric, boolean ascending) implements BucketOrder {}

  /** By a percentile (0 to 100) of a child; buckets without values come last. */
  record ByPercentile(List<String> path, double percent, boolean ascending)
      implements BucketOrder {}

  enum Metric {
    COUNT,
    SUM,
    AVG,
    MIN,
    MAX,
    VARIANCE,
    STD_DEVIATION,
    DISTINCT
  }

  static BucketOrder of(LogAggregate.Order order) {
    return switch (order) {
      case COUNT_DESCENDING -> new ByCount(false);
      case COUNT_ASCENDING -> new ByCount(true);
      case KEY_ASCENDING -> new ByKey(true);
      case KEY_DESCENDING -> new ByKey(false);
    };
  }

  /** One order behind the other, then by key. */
  static Comparator<Bucket> comparator(List<BucketOrder> orders) {
    Comparator<Bucket> all = null;
    for (BucketOrder order : orders) {
      Comparator<Bucket> one =
          switch (order) {
            case ByCount(boolean ascending) ->
                directed(Comparator.comparingLong(Bucket::count), ascending);
            case ByKey(boolean ascending) -> directed(KeyOrder.ASCENDING, ascending);
            case ByMetric(List<String> path, Metric metric, boolean ascending) ->
                byNumber(path, result -> number(result, metric), ascending);
            case ByPercentile(List<String> path, double percent, boolean ascending) ->
                byNumber(path, result -> percentile(result, percent), ascending);
          };
      all = all == null ? one : all.thenComparing(one);
    }
    return all == null ? KeyOrder.ASCENDING : all.thenComparing(KeyOrder.ASCENDING);
  }

  private static Comparator<Bucket> directed(Comparator<Bucket> order, boolean ascending) {
    return ascending ? order : order.reversed();
  }

  private static Comparator<Bucket> byNumber(
      List<String> path, ToDoubleFunction<LogAggregateResult> number, boolean ascending) {
    return (a, b) -> {
      double x = number(a.children(), path, number);
      double y = number(b.children(), path, number);
      if (Double.isNaN(x) || Double.isNaN(y)) {
        return Boolean.compare(Double.isNaN(x), Double.isNaN(y));
      }
      return ascending ? Double.compare(x, y) : Double.compare(y, x);
    };
  }

  private static double number(
      List<LogAggregateResult> results,
      List<String> path,
      ToDoubleFunction<LogAggregateResult> number) {
    for (LogAggregateResult result : results) {
      if (result.name().equals(path.getFirst())) {
        boolean isLast = path.size() == 1;
        if (result instanceof Buckets(_, var buckets, _) && buckets.size() == 1) {
          Bucket only = buckets.getFirst();
          return isLast
              ? only.count()
              : number(only.children(), path.subList(1, path.size()), number);
        }
        return isLast ? number.applyAsDouble(result) : Double.NaN;
      }
    }
    return Double.NaN;
  }

  private static double percentile(LogAggregateResult result, double percent) {
    return result instanceof LogAggregateResult.Percentiles(_, var sketch)
        ? sketch.quantile(percent / 100)
        : Double.NaN;
  }

  /** One of a result's numbers; NaN when it has none such. */
  static double number(LogAggregateResult result, Metric metric) {
    return switch (result) {
      case LogAggregateResult.Stats stats ->
          switch (metric) {
            case COUNT -> stats.count();
            case SUM -> stats.sum();
            case AVG -> stats.average();
            case MIN -> stats.min();
            case MAX -> stats.max();
            case VARIANCE, STD_DEVIATION, DISTINCT -> Double.NaN;
          };
      case LogAggregateResult.ExtendedStats extended ->
          switch (metric) {
            case VARIANCE -> extended.variance();
            case STD_DEVIATION -> Math.sqrt(extended.variance());
            case COUNT, SUM, AVG, MIN, MAX, DISTINCT -> number(extended.stats(), metric);
          };
      case LogAggregateResult.ValueCount count -> count.count();
      case LogAggregateResult.Distinct distinct -> distinct.sketch().count();
      case Buckets _, LogAggregateResult.Percentiles _, LogAggregateResult.TopHits _ -> Double.NaN;
    };
  }
}
