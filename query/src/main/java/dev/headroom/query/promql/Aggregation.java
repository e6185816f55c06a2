package dev.headroom.query.promql;

import dev.headroom.storage.model.Labels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Aggregations: rows grouped by labels, then a statistic of each group at each step. */
final class Aggregation {
  static StepValue of(Evaluation evaluation, Expr.Aggregate aggregate, Grid grid) {
    Map<Labels, List<Row>> groups = groups(aggregate, evaluation.rows(aggregate.inner(), grid));
    return switch (aggregate.operator()) {
      case SUM -> statistic(evaluation, groups, grid, Statistics::sum);
      case AVG -> statistic(evaluation, groups, grid, Statistics::average);
      case COUNT -> statistic(evaluation, groups, grid, Statistics::count);
      case MIN -> statistic(evaluation, groups, grid, Statistics::min);
      case MAX -> statistic(evaluation, groups, grid, Statistics::max);
      case GROUP -> statistic(evaluation, groups, grid, Statistics::one);
      case STDDEV -> statistic(evaluation, groups, grid, Statistics::deviation);
      case STDVAR -> statistic(evaluation, groups, grid, Statistics::variance);
      case QUANTILE -> quantile(evaluation, groups, grid, parameters(evaluation, aggregate, grid));
      case TOPK -> new Ranking(true, grid).of(groups, parameters(evaluation, aggregate, grid));
      case BOTTOMK -> new Ranking(false, grid).of(groups, parameters(evaluation, aggregate, grid));
      case COUNT_VALUES -> countValues(evaluation, aggregate, groups, grid);
    };
  }

  private static Map<Labels, List<Row>> groups(Expr.Aggregate aggregate, List<Row> rows) {
    var dropped = new ArrayList<>(aggregate.labels());
    dropped.add(Labels.METRIC_NAME);
    var groups = new LinkedHashMap<Labels, List<Row>>();
    for (Row row : rows) {
      Labels key =
          aggregate.without()
              ? row.labels().without(dropped)
              : row.labels().keep(aggregate.labels());
      groups.computeIfAbsent(key, _ -> new ArrayList<>()).add(row);
    }
    return groups;
  }

  private static double[] parameters(Evaluation evaluation, Expr.Aggregate aggregate, Grid grid) {
    Expr parameter = aggregate.parameter();
    if (parameter == null) {
      throw new IllegalStateException("no parameter: " + aggregate);
    }
    return evaluation.numbers(parameter, grid);
  }

  private static StepValue statistic(
      Evaluation evaluation, Map<Labels, List<Row>> groups, Grid grid, Window.Statistic statistic) {
    return perStep(evaluation, groups, grid, (values, n, _) -> statistic.of(values, 0, n));
  }

  private static StepValue quantile(
      Evaluation evaluation, Map<Labels, List<Row>> groups, Grid grid, double[] q) {
    for (double each : q) {
      if (!(each >= 0 && each <= 1)) {
        evaluation.warn("quantile value should be between 0 and 1, got " + NumberText.plain(each));
      }
    }
    return perStep(
        evaluation, groups, grid, (values, n, i) -> Statistics.quantile(q[i], values, 0, n));
  }

  private interface StepFunction {
    double of(double[] values, int count, int step);
  }

  private static StepValue perStep(
      Evaluation evaluation, Map<Labels, List<Row>> groups, Grid grid, StepFunction function) {
    var rows = new ArrayList<Row>(groups.size());
    groups.forEach(
        (labels, members) -> {
          double[] out = evaluation.absentArray(grid);
          double[] present = new double[members.size()];
          for (int i = 0; i < grid.count(); i++) {
            int n = 0;
            for (Row member : members) {
              double value = member.values()[i];
              if (!Row.isAbsent(value)) {
                present[n++] = value;
              }
            }
            if (n > 0) {
              out[i] = function.of(present, n, i);
            }
          }
          rows.add(new Row(labels, out));
        });
    return new StepValue.Rows(rows);
  }

  private static StepValue countValues(
      Evaluation evaluation, Expr.Aggregate aggregate, Map<Labels, List<Row>> groups, Grid grid) {
    String name = parameterText(aggregate);
    if (name.isEmpty()) {
      throw Evaluation.failed("invalid label name \"\" in count_values");
    }
    var merge = new RowMerge(evaluation, grid);
    groups.forEach(
        (labels, members) -> {
          for (int i = 0; i < grid.count(); i++) {
            for (Map.Entry<String, Integer> count : counts(members, i).entrySet()) {
              Labels key = labels.with(name, count.getKey());
              RowMerge.put(merge.values(key), key, i, count.getValue());
            }
          }
        });
    return merge.rows();
  }

  private static String parameterText(Expr.Aggregate aggregate) {
    Expr parameter = aggregate.parameter();
    if (parameter == null) {
      throw new IllegalStateException("no parameter: " + aggregate);
    }
    return Evaluation.text(parameter);
  }

  private static Map<String, Integer> counts(List<Row> members, int i) {
    var counts = new TreeMap<String, Integer>();
    for (Row member : members) {
      if (member.has(i)) {
        counts.merge(NumberText.plain(member.values()[i]), 1, Integer::sum);
      }
    }
    return counts;
  }

  private Aggregation() {}
}
