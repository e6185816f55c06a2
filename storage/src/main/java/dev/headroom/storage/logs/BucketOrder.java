package dev.headroom.storage.logs;

import dev.headroom.storage.logs.LogAggregateResult.Bucket;
import dev.headroom.storage.logs.LogAggregateResult.Buckets;
import java.util.Comparator;
import java.util.List;

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
            case ByMetric metric -> (a, b) -> compare(metric, a, b);
          };
      all = all == null ? one : all.thenComparing(one);
    }
    return all == null ? KeyOrder.ASCENDING : all.thenComparing(KeyOrder.ASCENDING);
  }

  private static Comparator<Bucket> directed(Comparator<Bucket> order, boolean ascending) {
    return ascending ? order : order.reversed();
  }

  private static int compare(ByMetric order, Bucket a, Bucket b) {
    double x = number(a.children(), order, 0);
    double y = number(b.children(), order, 0);
    if (Double.isNaN(x) || Double.isNaN(y)) {
      return Boolean.compare(Double.isNaN(x), Double.isNaN(y));
    }
    return order.ascending() ? Double.compare(x, y) : Double.compare(y, x);
  }

  private static double number(List<LogAggregateResult> results, ByMetric order, int depth) {
    for (LogAggregateResult result : results) {
      if (result.name().equals(order.path().get(depth))) {
        boolean isLast = depth + 1 == order.path().size();
        if (result instanceof Buckets(_, var buckets, _) && buckets.size() == 1) {
          Bucket only = buckets.getFirst();
          return isLast ? only.count() : number(only.children(), order, depth + 1);
        }
        return isLast ? number(result, order.metric()) : Double.NaN;
      }
    }
    return Double.NaN;
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
