package dev.headroom.query.engine;

import dev.headroom.query.lang.PipeStage;
import dev.headroom.query.lang.PipeStage.Group;
import dev.headroom.query.lang.PipeStage.Measure;
import dev.headroom.storage.logs.LogAggregate;
import dev.headroom.storage.logs.LogAggregateResult;
import dev.headroom.storage.logs.LogAggregateResult.Bucket;
import dev.headroom.storage.logs.LogAggregateResult.Buckets;
import dev.headroom.storage.logs.LogAnswer;
import dev.headroom.storage.logs.TimeRounding;
import dev.headroom.storage.model.TimeRange;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code stats} as aggregates of the store: terms of the first {@code by} field hold those of the
 * second and so on, the innermost hold the measures. Records without one of the {@code by} fields
 * are in no group.
 */
final class StoreStats {
  private final PipeStage.Stats stage;
  private final int maxGroups;
  private boolean cut;

  StoreStats(PipeStage.Stats stage, int maxGroups) {
    this.stage = stage;
    this.maxGroups = maxGroups;
  }

  List<LogAggregate> aggregates() {
    Map<String, LogAggregate> measures = new LinkedHashMap<>();
    for (Measure measure : stage.measures()) {
      if (!measure.field().isEmpty()) {
        measures.put(name(measure), aggregate(measure));
      }
    }
    List<LogAggregate> inner = List.copyOf(measures.values());
    for (Group group : stage.by().reversed()) {
      inner = List.of(buckets(group, inner));
    }
    return inner;
  }

  private LogAggregate buckets(Group group, List<LogAggregate> inner) {
    return switch (group) {
      case PipeStage.ByField field ->
          new LogAggregate.Terms(
              field.name(), field.name(), maxGroups, LogAggregate.Order.COUNT_DESCENDING, inner);
      case PipeStage.ByTime time ->
          switch (time.span().rounding()) {
            case TimeRounding.Fixed(long interval, long offset) ->
                new LogAggregate.DateHistogram(time.name(), interval, offset, inner);
            case TimeRounding other ->
                new LogAggregate.CalendarHistogram(time.name(), other, inner);
          };
    };
  }

  /** Measures that one aggregate answers share its name. */
  private static String name(Measure measure) {
    String kind =
        switch (measure.function()) {
          case COUNT -> "count";
          case UNIQ -> "uniq";
          case PERCENTILE -> "percentiles";
          case STDDEV -> "spread";
          default -> "stats";
        };
    return kind + " " + measure.field();
  }

  private static LogAggregate aggregate(Measure measure) {
    String name = name(measure);
    String field = measure.field();
    return switch (measure.function()) {
      case COUNT -> new LogAggregate.ValueCount(name, field);
      case UNIQ -> new LogAggregate.Distinct(name, field);
      case PERCENTILE -> new LogAggregate.Percentiles(name, field);
      case SUM, AVG, MIN, MAX -> new LogAggregate.Stats(name, field);
      case STDDEV -> new LogAggregate.ExtendedStats(name, field);
      case FIRST, LAST, VALUES ->
          throw new IllegalArgumentException(measure.function() + " is not the store's");
    };
  }

  /** The groups of an answer, the largest of each field first, and no more than the limit. */
  List<List<@Nullable Object>> rows(LogAnswer answer) {
    var rows = new ArrayList<List<@Nullable Object>>();
    collect(answer.aggregates(), answer.totalHits(), new ArrayList<>(), rows);
    return rows;
  }

  /** Whether groups were left out of {@link #rows}. */
  boolean isCut() {
    return cut;
  }

  private void collect(
      List<LogAggregateResult> results,
      long count,
      List<@Nullable Object> keys,
      List<List<@Nullable Object>> rows) {
    if (keys.size() == stage.by().size()) {
      if (rows.size() == maxGroups) {
        cut = true;
        return;
      }
      rows.add(row(results, count, keys));
      return;
    }
    Group group = stage.by().get(keys.size());
    for (LogAggregateResult result : results) {
      if (result instanceof Buckets buckets) {
        cut |= buckets.otherCount() > 0;
        for (Bucket bucket : buckets.buckets()) {
          keys.add(key(group, bucket.key()));
          collect(bucket.children(), bucket.count(), keys, rows);
          keys.removeLast();
        }
      }
    }
  }

  private static Object key(Group group, Object key) {
    return group instanceof PipeStage.ByTime && key instanceof Long nanos
        ? TimeRange.instant(nanos)
        : key;
  }

  private List<@Nullable Object> row(
      List<LogAggregateResult> results, long count, List<@Nullable Object> keys) {
    var row = new ArrayList<@Nullable Object>(keys);
    for (Measure measure : stage.measures()) {
      row.add(measure.field().isEmpty() ? Long.valueOf(count) : value(measure, results));
    }
    return row;
  }

  private static @Nullable Object value(Measure measure, List<LogAggregateResult> results) {
    String name = name(measure);
    for (LogAggregateResult result : results) {
      if (result.name().equals(name)) {
        return value(measure, result);
      }
    }
    return null;
  }

  private static @Nullable Object value(Measure measure, LogAggregateResult result) {
    return switch (result) {
      case LogAggregateResult.Stats stats ->
          stats.count() == 0 ? null : value(measure.function(), stats);
      case LogAggregateResult.ValueCount count -> count.count();
      case LogAggregateResult.Distinct distinct -> distinct.sketch().count();
      case LogAggregateResult.Percentiles percentiles ->
          percentiles.sketch().count() == 0
              ? null
              : percentiles.sketch().quantile(measure.argument() / 100);
      case LogAggregateResult.ExtendedStats spread ->
          spread.stats().count() == 0 ? null : Math.sqrt(spread.variance());
      case Buckets _, LogAggregateResult.TopHits _ -> null;
    };
  }

  private static @Nullable Object value(
      PipeStage.Function function, LogAggregateResult.Stats stats) {
    return switch (function) {
      case SUM -> stats.sum();
      case AVG -> stats.average();
      case MIN -> stats.min();
      case MAX -> stats.max();
      case COUNT, STDDEV, PERCENTILE, UNIQ, FIRST, LAST, VALUES -> null;
    };
  }
}
