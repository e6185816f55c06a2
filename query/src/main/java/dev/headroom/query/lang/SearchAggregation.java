package dev.headroom.query.lang;

import dev.headroom.storage.logs.LogAggregate;
import java.util.List;
import java.util.Optional;

/** An Elasticsearch aggregation: what the store computes, and how the answer shows it. */
public sealed interface SearchAggregation {
  String name();

  /** What the store is asked for. */
  LogAggregate toStore();

  /**
   * @param minDocCount buckets with fewer records are left out; 0 fills the gaps
   * @param bounds with a {@code minDocCount} of 0, buckets reach at least so far
   * @param showMillis whether {@code key_as_string} is epoch milliseconds instead of ISO
   */
  record DateHistogram(
      String name,
      long intervalNanos,
      long offsetNanos,
      long minDocCount,
      Optional<Bounds> bounds,
      boolean showMillis,
      List<SearchAggregation> children)
      implements SearchAggregation {
    @Override
    public LogAggregate toStore() {
      return new LogAggregate.DateHistogram(
          name, intervalNanos, offsetNanos, SearchAggregation.toStore(children));
    }
  }

  /** Event times, both inclusive, epoch nanoseconds. */
  record Bounds(long fromNanos, long toNanos) {}

  record Terms(
      String name,
      String field,
      int size,
      LogAggregate.Order order,
      long minDocCount,
      List<SearchAggregation> children)
      implements SearchAggregation {
    @Override
    public LogAggregate toStore() {
      return new LogAggregate.Terms(name, field, size, order, SearchAggregation.toStore(children));
    }
  }

  record Metric(String name, MetricKind kind, String field) implements SearchAggregation {
    @Override
    public LogAggregate toStore() {
      return kind == MetricKind.VALUE_COUNT
          ? new LogAggregate.ValueCount(name, field)
          : new LogAggregate.Stats(name, field);
    }
  }

  enum MetricKind {
    AVG,
    SUM,
    MIN,
    MAX,
    STATS,
    VALUE_COUNT
  }

  static List<LogAggregate> toStore(List<SearchAggregation> aggregations) {
    return aggregations.stream().map(SearchAggregation::toStore).toList();
  }
}
