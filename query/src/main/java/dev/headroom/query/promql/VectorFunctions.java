package dev.headroom.query.promql;

import dev.headroom.storage.model.Labels;
import java.util.List;

/** Functions between scalars, vectors and time. */
final class VectorFunctions {
  static StepValue pi(Evaluation evaluation, Expr.Call call, Grid grid) {
    return evaluation.constant(Math.PI, grid);
  }

  static StepValue time(Evaluation evaluation, Expr.Call call, Grid grid) {
    return new StepValue.Numbers(seconds(evaluation, grid));
  }

  static double[] seconds(Evaluation evaluation, Grid grid) {
    double[] seconds = evaluation.array(grid);
    for (int i = 0; i < seconds.length; i++) {
      seconds[i] = grid.time(i) / 1000.0;
    }
    return seconds;
  }

  /** The value of the only element; NaN where there is none or are several. */
  static StepValue scalar(Evaluation evaluation, Expr.Call call, Grid grid) {
    List<Row> rows = evaluation.rows(call.arguments().getFirst(), grid);
    double[] out = evaluation.array(grid);
    for (int i = 0; i < out.length; i++) {
      int elements = 0;
      out[i] = Double.NaN;
      for (Row row : rows) {
        if (row.has(i)) {
          out[i] = ++elements == 1 ? row.values()[i] : Double.NaN;
        }
      }
    }
    return new StepValue.Numbers(out);
  }

  static StepValue vector(Evaluation evaluation, Expr.Call call, Grid grid) {
    double[] values = evaluation.numbers(call.arguments().getFirst(), grid);
    return new StepValue.Rows(List.of(new Row(Labels.EMPTY, values)));
  }

  /** Of a plain selector the times of the samples, of all else the time of evaluation. */
  static StepValue timestamp(Evaluation evaluation, Expr.Call call, Grid grid) {
    Expr argument = call.arguments().getFirst();
    if (argument.unwrapped() instanceof Expr.Selector selector) {
      return Calls.mergedWithoutNames(
          evaluation, Lookback.lastTimes(evaluation, selector, grid), grid);
    }
    List<Row> rows = evaluation.rows(argument, grid);
    for (Row row : rows) {
      for (int i = 0; i < grid.count(); i++) {
        row.values()[i] = row.has(i) ? grid.time(i) / 1000.0 : Row.ABSENT;
      }
    }
    return Calls.mergedWithoutNames(evaluation, rows, grid);
  }

  static StepValue nothing(Evaluation evaluation, Expr.Call call, Grid grid) {
    evaluation.rows(call.arguments().getFirst(), grid);
    return StepValue.Rows.EMPTY;
  }

  private VectorFunctions() {}
}
