package dev.headroom.query.engine;

import dev.headroom.query.lang.PipeStage;
import dev.headroom.query.lang.PipeStage.Measure;
import dev.headroom.storage.logs.LogAggregate;
import dev.headroom.storage.logs.LogAggregateResult;
import dev.headroom.storage.logs.LogAggregateResult.Bucket;
import dev.headroom.storage.logs.LogAggregateResult.Buckets;
import dev.headroom.storage.logs.LogAnswer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code stats} as aggregates of the store: terms of the first {@code by} field hold those of the
 * second and so on, the innermost hold the statistics. Records without one of the {@code by} fields
 * are in no group.
 */
final class StatsPlan {
  private final PipeStage.Stats stage;
  private final int maxGroups;
  private boolean cut;

  StatsPlan(PipeStage.Stats stage, int maxGroups) {
    this.stage = stage;
    this.maxGroups = maxGroups;
  }

  List<String> columns() {
    return Stream.concat(stage.by().stream(), stage.measures().stream().map(Measure::name))
        .toList();
  }

  List<LogAggregate> aggregates() {
    List<LogAggregate> inner =
        stage.measures().stream()
            .map(Measure::field)
            .filter(field -> !field.isEmpty())
            .distinct()
            .map(field -> (LogAggregate) new LogAggregate.Stats(field, field))
            .toList();
    for (String field : stage.by().reversed()) {
      inner =
          List.of(
              new LogAggregate.Terms(
                  field, field, maxGroups, LogAggregate.Order.COUNT_DESCENDING, inner));
    }
    return inner;
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
    for (LogAggregateResult result : results) {
      if (result instanceof Buckets buckets) {
        cut |= buckets.otherCount() > 0;
        for (Bucket bucket : buckets.buckets()) {
          keys.add(bucket.key());
          collect(bucket.children(), bucket.count(), keys, rows);
          keys.removeLast();
        }
      }
    }
  }

  private List<@Nullable Object> row(
      List<LogAggregateResult> results, long count, List<@Nullable Object> keys) {
    var row = new ArrayList<@Nullable Object>(keys);
    for (Measure measure : stage.measures()) {
      row.add(measure.field().isEmpty() ? Long.valueOf(count) : value(measure, results));
    }
    return Collections.unmodifiableList(row);
  }

  private static @Nullable Object value(Measure measure, List<LogAggregateResult> results) {
    for (LogAggregateResult result : results) {
      if (result instanceof LogAggregateResult.Stats stats
          && stats.name().equals(measure.field())) {
        return value(measure.function(), stats);
      }
    }
    return null;
  }

  private static @Nullable Object value(
      PipeStage.Function function, LogAggregateResult.Stats stats) {
    if (stats.count() == 0) {
      return null;
    }
    return switch (function) {
      case COUNT -> stats.count();
      case SUM -> stats.sum();
      case AVG -> stats.average();
      case MIN -> stats.min();
      case MAX -> stats.max();
    };
  }
}
