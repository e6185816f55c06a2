package dev.headroom.query.http;

import dev.headroom.storage.logs.LogAggregate;
import dev.headroom.storage.logs.LogAggregateResult;
import dev.headroom.storage.logs.LogAggregateResult.Bucket;
import dev.headroom.storage.logs.LogAggregateResult.Buckets;
import dev.headroom.storage.sketch.DistinctSketch;
import dev.headroom.storage.sketch.QuantileSketch;
import java.util.ArrayList;
import java.util.List;

/** What the aggregates of a bucket without records give. */
final class EmptyResults {
  static List<LogAggregateResult> of(List<LogAggregate> aggregates) {
    List<LogAggregateResult> results = new ArrayList<>(aggregates.size());
    aggregates.forEach(aggregate -> results.add(of(aggregate)));
    return results;
  }

  private static LogAggregateResult of(LogAggregate aggregate) {
    return switch (aggregate) {
      case LogAggregate.Filters a -> dense(a, a.filters().size());
      case LogAggregate.Ranges a -> dense(a, a.ranges().size());
      case LogAggregate.DateHistogram a -> none(a);
      case LogAggregate.CalendarHistogram a -> none(a);
      case LogAggregate.Histogram a -> none(a);
      case LogAggregate.Terms a -> none(a);
      case LogAggregate.Composite a -> none(a);
      case LogAggregate.Stats a -> stats(a.name());
      case LogAggregate.ExtendedStats a ->
          new LogAggregateResult.ExtendedStats(a.name(), stats(a.name()), 0, 0);
      case LogAggregate.ValueCount a -> new LogAggregateResult.ValueCount(a.name(), 0);
      case LogAggregate.Percentiles a ->
          new LogAggregateResult.Percentiles(a.name(), new QuantileSketch());
      case LogAggregate.Distinct a ->
          new LogAggregateResult.Distinct(a.name(), new DistinctSketch());
      case LogAggregate.TopHits a ->
          new LogAggregateResult.TopHits(a.name(), List.of(), List.of(), 0);
    };
  }

  private static Buckets none(LogAggregate aggregate) {
    return new Buckets(aggregate.name(), List.of(), 0);
  }

  private static Buckets dense(LogAggregate aggregate, int size) {
    List<Bucket> buckets = new ArrayList<>(size);
    for (long key = 0; key < size; key++) {
      buckets.add(new Bucket(key, 0, of(aggregate.children())));
    }
    return new Buckets(aggregate.name(), buckets, 0);
  }

  private static LogAggregateResult.Stats stats(String name) {
    return new LogAggregateResult.Stats(name, 0, 0, Double.NaN, Double.NaN);
  }

  private EmptyResults() {}
}
