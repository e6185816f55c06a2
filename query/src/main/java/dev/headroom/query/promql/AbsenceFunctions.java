package dev.headroom.query.promql;

import dev.headroom.storage.metrics.LabelMatcher;
import dev.headroom.storage.model.Labels;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code absent} and {@code absent_over_time}: 1 where there is nothing. */
final class AbsenceFunctions {
  static StepValue absent(Evaluation evaluation, Expr.Call call, Grid grid) {
    Expr argument = call.arguments().getFirst();
    return absence(evaluation, evaluation.rows(argument, grid), argument, grid);
  }

  static StepValue overTime(Evaluation evaluation, Expr.Call call, Grid grid) {
    Expr argument = call.arguments().getFirst();
    List<Row> present =
        evaluation
            .windows(argument, grid)
            .rows(evaluation, grid, w -> w.of(Statistics::one), new double[0][]);
    return absence(evaluation, present, argument, grid);
  }

  private static StepValue absence(
      Evaluation evaluation, List<Row> present, Expr argument, Grid grid) {
    double[] out = evaluation.absentArray(grid);
    for (int i = 0; i < out.length; i++) {
      int step = i;
      if (present.stream().noneMatch(row -> row.has(step))) {
        out[i] = 1;
      }
    }
    Row row = new Row(labels(argument.unwrapped()), out);
    return row.isEmpty() ? StepValue.Rows.EMPTY : new StepValue.Rows(List.of(row));
  }

  /** Labels that the selector sets to one value; a label with two conditions tells nothing. */
  private static Labels labels(Expr expr) {
    List<LabelMatcher> matchers =
        switch (expr) {
          case Expr.Selector selector -> selector.matchers();
          case Expr.Range(Expr.Selector selector, long _) -> selector.matchers();
          case Expr.Num _,
              Expr.Text _,
              Expr.Paren _,
              Expr.Subquery _,
              Expr.Negation _,
              Expr.Binary _,
              Expr.Aggregate _,
              Expr.Call _ ->
              List.of();
        };
    Map<String, String> labels = new TreeMap<>();
    var seen = new HashSet<String>();
    for (LabelMatcher matcher : matchers) {
      if (matcher.name().equals(Labels.METRIC_NAME)) {
        continue;
      }
      if (matcher.op() == LabelMatcher.Op.EQUAL && seen.add(matcher.name())) {
        labels.put(matcher.name(), matcher.value());
      } else {
        labels.remove(matcher.name());
      }
    }
    return Labels.of(labels);
  }

  private AbsenceFunctions() {}
}
