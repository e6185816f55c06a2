package dev.headroom.query.promql;

import dev.headroom.storage.model.Labels;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** Function calls. Whatever computes a new value drops the metric's name. */
final class Calls {
  static StepValue of(Evaluation evaluation, Expr.Call call, Grid grid) {
    return switch (call.function().body()) {
      case FunctionBody.Whole(FunctionBody.WholeFunction function) ->
          function.of(evaluation, call, grid);
      case FunctionBody.OverWindow(FunctionBody.WindowFunction function, boolean keepsName) ->
          overWindow(evaluation, call, grid, function, keepsName);
      case FunctionBody.OverValue(FunctionBody.ValueFunction function) ->
          overValue(evaluation, call, grid, function);
    };
  }

  private static StepValue overWindow(
      Evaluation evaluation,
      Expr.Call call,
      Grid grid,
      FunctionBody.WindowFunction function,
      boolean keepsName) {
    var parameters = new ArrayList<double[]>();
    WindowSource source = null;
    for (Expr argument : call.arguments()) {
      if (argument.type() == ExprType.MATRIX) {
        source = evaluation.windows(argument, grid);
      } else {
        parameters.add(evaluation.numbers(argument, grid));
      }
    }
    if (source == null) {
      throw new IllegalStateException("no range vector: " + call);
    }
    double[][] arrays = parameters.toArray(double[][]::new);
    List<Row> rows = source.rows(evaluation, grid, function, arrays);
    return keepsName ? new StepValue.Rows(rows) : withoutNames(rows);
  }

  private static StepValue overValue(
      Evaluation evaluation, Expr.Call call, Grid grid, FunctionBody.ValueFunction function) {
    List<Row> rows =
        call.arguments().isEmpty()
            ? List.of(new Row(Labels.EMPTY, VectorFunctions.seconds(evaluation, grid)))
            : evaluation.rows(call.arguments().getFirst(), grid);
    double[][] parameters = new double[Math.max(0, call.arguments().size() - 1)][];
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = evaluation.numbers(call.arguments().get(i + 1), grid);
    }
    double[] atStep = new double[parameters.length];
    for (int i = 0; i < grid.count(); i++) {
      for (int p = 0; p < atStep.length; p++) {
        atStep[p] = parameters[p][i];
      }
      for (Row row : rows) {
        if (row.has(i)) {
          row.values()[i] = function.of(row.values()[i], atStep);
        }
      }
    }
    return mergedWithoutNames(evaluation, rows, grid);
  }

  /** Fails when two rows then have the same labels. */
  static StepValue.Rows withoutNames(List<Row> rows) {
    var seen = new HashSet<Labels>();
    var named = new ArrayList<Row>(rows.size());
    for (Row row : rows) {
      Labels labels = row.labels().withoutMetricName();
      if (!seen.add(labels)) {
        throw RowMerge.sameLabels(labels);
      }
      named.add(row.withLabels(labels));
    }
    return new StepValue.Rows(named);
  }

  /** Rows that then have the same labels become one, as long as they share no point. */
  static StepValue.Rows mergedWithoutNames(Evaluation evaluation, List<Row> rows, Grid grid) {
    var merge = new RowMerge(evaluation, grid);
    for (Row row : rows) {
      merge.add(row.withLabels(row.labels().withoutMetricName()));
    }
    return merge.rows();
  }

  private Calls() {}
}
