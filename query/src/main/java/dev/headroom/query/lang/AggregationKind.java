package dev.headroom.query.lang;

import dev.headroom.storage.logs.BucketOrder;
import dev.headroom.storage.logs.CompositeSource;
import dev.headroom.storage.logs.KeyFilter;
import dev.headroom.storage.logs.LogAggregate;
import dev.headroom.storage.logs.LogFilter;
import dev.headroom.storage.logs.LogSchema;
import dev.headroom.storage.logs.LogSort;
import dev.headroom.storage.logs.TimeRounding;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an Elasticsearch aggregation computes, and how its answer looks. */
public sealed interface AggregationKind {
  /**
   * Both inclusive, or open.
   *
   * @param from epoch nanoseconds, or a number
   */
  record Bounds<T>(Optional<T> from, Optional<T> to) {}

  /** How the buckets of a histogram are given. */
  record Shown(long minDocCount, boolean keyed, List<BucketOrder> orders) {}

  /**
   * @param extended with a {@code minDocCount} of 0, buckets reach at least so far
   * @param hard buckets that start outside are left out
   */
  record DateHistogram(
      TimeRounding rounding,
      Shown shown,
      Optional<Bounds<Long>> extended,
      Optional<Bounds<Long>> hard,
      TimeFormat format)
      implements AggregationKind {}

  record Histogram(
      String field,
      double interval,
      double offset,
      Optional<Object> missing,
      Shown shown,
      Optional<Bounds<Double>> extended,
      Optional<Bounds<Double>> hard)
      implements AggregationKind {}

  record Terms(
      String field,
      int size,
      List<BucketOrder> orders,
      long minDocCount,
      Optional<Object> missing,
      KeyFilter keys)
      implements AggregationKind {}

  /** Terms that are more frequent among the matches than elsewhere. Stands at the top only. */
  record SignificantTerms(
      String field, int size, long minDocCount, LogFilter background, KeyFilter keys)
      implements AggregationKind {}

  /**
   * One bucket without a key.
   *
   * @param type as a client names it: filter, missing, nested …
   */
  record Single(String type, LogFilter filter) implements AggregationKind {}

  /**
   * @param names of the buckets in order, or null where they have none
   */
  record Filters(List<LogFilter> filters, List<@Nullable String> names, boolean keyed)
      implements AggregationKind {}

  /**
   * @param type range or date_range
   * @param time whether bounds are epoch nanoseconds
   */
  record Ranges(
      String type,
      String field,
      List<NamedRange> ranges,
      boolean keyed,
      Optional<Object> missing,
      Optional<TimeFormat> time)
      implements AggregationKind {}

  record NamedRange(
      String key, Optional<Double> from, Optional<Double> to, long fromNanos, long toNanos) {}

  /**
   * @param formats of sources that are times and are shown as text
   */
  record Composite(
      List<CompositeSource> sources,
      int size,
      Optional<List<@Nullable Object>> after,
      Map<String, TimeFormat> formats)
      implements AggregationKind {}

  record Metric(MetricKind kind, String field, Optional<Object> missing, double sigma)
      implements AggregationKind {}

  enum MetricKind {
    AVG,
    SUM,
    MIN,
    MAX,
    STATS,
    EXTENDED_STATS,
    VALUE_COUNT,
    CARDINALITY
  }

  /**
   * @param isRanks whether the points are values whose rank is asked for, instead of percents
   */
  record Percentiles(
      String field, List<Double> points, boolean isRanks, boolean keyed, Optional<Object> missing)
      implements AggregationKind {}

  record TopHits(
      List<LogSort> sort,
      boolean showScore,
      int from,
      int size,
      SourceFilter source,
      List<String> fields)
      implements AggregationKind {}

  record TopMetrics(LogSort sort, List<String> fields, int size) implements AggregationKind {}

  /**
   * Records, or a field's sum or number of values, per unit of the histogram around it.
   *
   * @param unit empty for the histogram's own interval
   */
  record Rate(Optional<String> field, boolean countsValues, Optional<TimeRounding.Unit> unit)
      implements AggregationKind {}

  /** Computed from the buckets of others. */
  sealed interface Pipeline extends AggregationKind {
    /** Paths of what it is computed from, by the name that its script has for them. */
    Map<String, String> paths();

    Gap gap();
  }

  /** What becomes of a bucket without a value. */
  enum Gap {
    SKIP,
    INSERT_ZEROS,
    KEEP_VALUES
  }

  /** Stands inside of the aggregation whose buckets it reads. */
  sealed interface OfParent extends Pipeline {}

  /** Stands beside the aggregation whose buckets it reads. */
  record OfSibling(SiblingKind kind, Map<String, String> paths, Gap gap) implements Pipeline {}

  enum SiblingKind {
    AVG,
    SUM,
    MIN,
    MAX,
    STATS
  }

  record Derivative(Map<String, String> paths, Gap gap, Optional<Long> unitNanos)
      implements OfParent {}

  record CumulativeSum(Map<String, String> paths, Gap gap) implements OfParent {}

  record SerialDifference(Map<String, String> paths, Gap gap, int lag) implements OfParent {}

  record Moving(Map<String, String> paths, Gap gap, int window, int shift, MovingFunction function)
      implements OfParent {}

  record Script(
      Map<String, String> paths, Gap gap, Arithmetic.Expression script, Map<String, Double> params)
      implements OfParent {}

  record Selector(
      Map<String, String> paths, Gap gap, Arithmetic.Expression script, Map<String, Double> params)
      implements OfParent {}

  /**
   * @param descending by path, in order
   */
  record Sort(Map<String, String> paths, Gap gap, List<Boolean> descending, int from, int size)
      implements OfParent {}

  /** The aggregate of the store that this is made of; nothing for a pipeline. */
  default Optional<LogAggregate> toStore(String name, List<LogAggregate> children) {
    return AggregationStore.of(this, name, children);
  }

  /** The fields whose values it reads in the store. */
  default List<String> fields() {
    return switch (this) {
      case Histogram a -> List.of(a.field());
      case Terms a -> List.of(a.field());
      case SignificantTerms a -> List.of(a.field());
      case Ranges a -> List.of(a.field());
      case Composite a ->
          a.sources().stream()
              .map(
                  source ->
                      switch (source) {
                        case CompositeSource.Values of -> of.field();
                        case CompositeSource.Interval of -> of.field();
                        case CompositeSource.Time _ -> LogSchema.TIMESTAMP;
                      })
              .toList();
      case Metric a -> List.of(a.field());
      case Percentiles a -> List.of(a.field());
      case TopHits a -> a.sort().stream().map(LogSort::field).toList();
      case TopMetrics a -> List.of(a.sort().field());
      case Rate a -> a.field().stream().toList();
      case DateHistogram _, Single _, Filters _, Pipeline _ -> List.of();
    };
  }
}
