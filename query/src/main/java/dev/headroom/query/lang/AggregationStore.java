package dev.headroom.query.lang;

import dev.headroom.storage.logs.BucketOrder;
import dev.headroom.storage.logs.LogAggregate;
import dev.headroom.storage.logs.LogFilter;
import dev.headroom.storage.logs.LogSchema;
import dev.headroom.storage.logs.TimeRounding;
import dev.headroom.storage.model.TimeRange;
import java.util.List;
import java.util.Optional;

/** What the store is asked for, so that an aggregation can be answered. */
final class AggregationStore {
  /** So many different values among the matches are weighed for their significance. */
  private static final int MAX_CANDIDATES = 10_000;

  static Optional<LogAggregate> of(AggregationKind kind, String name, List<LogAggregate> children) {
    return switch (kind) {
      case AggregationKind.Pipeline _ -> Optional.empty();
      case AggregationKind.Rate rate -> rate(rate, name);
      case AggregationKind.DateHistogram a ->
          Optional.of(
              a.rounding() instanceof TimeRounding.Fixed(long interval, long offset)
                  ? new LogAggregate.DateHistogram(name, interval, offset, children)
                  : new LogAggregate.CalendarHistogram(name, a.rounding(), children));
      case AggregationKind.Histogram a ->
          Optional.of(
              new LogAggregate.Histogram(
                  name, a.field(), a.interval(), a.offset(), a.missing(), children));
      case AggregationKind.Terms a ->
          Optional.of(
              new LogAggregate.Terms(
                  name,
                  a.field(),
                  a.size(),
                  a.orders(),
                  a.minDocCount(),
                  a.missing(),
                  a.keys(),
                  children));
      case AggregationKind.SignificantTerms a ->
          Optional.of(
              new LogAggregate.Terms(
                  name,
                  a.field(),
                  MAX_CANDIDATES,
                  List.of(new BucketOrder.ByCount(false)),
                  a.minDocCount(),
                  Optional.empty(),
                  a.keys(),
                  children));
      case AggregationKind.Single a ->
          Optional.of(new LogAggregate.Filters(name, List.of(a.filter()), children));
      case AggregationKind.Filters a ->
          Optional.of(new LogAggregate.Filters(name, a.filters(), children));
      case AggregationKind.Ranges a -> Optional.of(ranges(a, name, children));
      case AggregationKind.Composite a ->
          Optional.of(new LogAggregate.Composite(name, a.sources(), a.size(), a.after(), children));
      case AggregationKind.Metric a -> Optional.of(metric(a, name));
      case AggregationKind.Percentiles a ->
          Optional.of(new LogAggregate.Percentiles(name, a.field(), a.missing()));
      case AggregationKind.TopHits a ->
          Optional.of(new LogAggregate.TopHits(name, a.sort(), a.from() + a.size()));
      case AggregationKind.TopMetrics a ->
          Optional.of(new LogAggregate.TopHits(name, List.of(a.sort()), a.size()));
    };
  }

  private static Optional<LogAggregate> rate(AggregationKind.Rate rate, String name) {
    return rate.field()
        .map(
            field ->
                rate.countsValues()
                    ? new LogAggregate.ValueCount(name, field)
                    : new LogAggregate.Stats(name, field));
  }

  private static LogAggregate metric(AggregationKind.Metric metric, String name) {
    return switch (metric.kind()) {
      case AVG, SUM, MIN, MAX, STATS ->
          new LogAggregate.Stats(name, metric.field(), metric.missing());
      case EXTENDED_STATS -> new LogAggregate.ExtendedStats(name, metric.field(), metric.missing());
      case VALUE_COUNT -> new LogAggregate.ValueCount(name, metric.field(), metric.missing());
      case CARDINALITY -> new LogAggregate.Distinct(name, metric.field(), metric.missing());
    };
  }

  private static LogAggregate ranges(
      AggregationKind.Ranges ranges, String name, List<LogAggregate> children) {
    if (ranges.time().isEmpty()) {
      return new LogAggregate.Ranges(
          name,
          ranges.field(),
          ranges.ranges().stream()
              .map(
                  range ->
                      new LogAggregate.Range(
                          range.from().orElse(Double.NEGATIVE_INFINITY),
                          range.to().orElse(Double.POSITIVE_INFINITY)))
              .toList(),
          ranges.missing(),
          children);
    }
    return new LogAggregate.Filters(
        name, ranges.ranges().stream().map(AggregationStore::during).toList(), children);
  }

  private static LogFilter during(AggregationKind.NamedRange range) {
    return new LogFilter.Range(
        LogSchema.TIMESTAMP,
        range.from().map(_ -> TimeRange.format(range.fromNanos())).orElse(null),
        true,
        range.to().map(_ -> TimeRange.format(range.toNanos())).orElse(null),
        false);
  }

  private AggregationStore() {}
}
