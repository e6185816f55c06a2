package dev.headroom.query.promql;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Orders the elements of an instant query; the series of a range query are ordered by labels. */
final class SortFunctions {
  static StepValue ascending(Evaluation evaluation, Expr.Call call, Grid grid) {
    return sorted(evaluation, call, grid, nanLast().thenComparing(byValue()));
  }

  static StepValue descending(Evaluation evaluation, Expr.Call call, Grid grid) {
    return sorted(evaluation, call, grid, nanLast().thenComparing(byValue().reversed()));
  }

  static StepValue byLabel(Evaluation evaluation, Expr.Call call, Grid grid) {
    return sorted(evaluation, call, grid, byLabels(call));
  }

  static StepValue byLabelDescending(Evaluation evaluation, Expr.Call call, Grid grid) {
    return sorted(evaluation, call, grid, byLabels(call).reversed());
  }

  private static Comparator<Row> nanLast() {
    return Comparator.comparingInt(row -> Double.isNaN(row.values()[0]) ? 1 : 0);
  }

  private static Comparator<Row> byValue() {
    return Comparator.comparingDouble(row -> row.values()[0]);
  }

  /** By the labels named, then by all. */
  private static Comparator<Row> byLabels(Expr.Call call) {
    Comparator<Row> order = (_, _) -> 0;
    for (Expr argument : call.arguments().subList(1, call.arguments().size())) {
      String name = Evaluation.text(argument);
      order =
          order.thenComparing(
              (Row a, Row b) -> NaturalOrder.compare(a.labels().get(name), b.labels().get(name)));
    }
    return order.thenComparing(Row::labels);
  }

  private static StepValue sorted(
      Evaluation evaluation, Expr.Call call, Grid grid, Comparator<Row> order) {
    List<Row> rows = evaluation.rows(call.arguments().getFirst(), grid);
    if (grid.count() > 1) {
      return new StepValue.Rows(rows);
    }
    var sorted = new ArrayList<>(rows);
    sorted.sort(order);
    return new StepValue.Rows(sorted);
  }

  private SortFunctions() {}
}
