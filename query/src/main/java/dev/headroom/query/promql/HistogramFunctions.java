package dev.headroom.query.promql;

import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.Printable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** Functions of classic histograms: series that differ in their upper bound, the label le. */
final class HistogramFunctions {
  private static final String BOUND = "le";

  private record Bounded(double upperBound, Row row) {}

  private interface OfBuckets {
    double of(Buckets buckets, int step);
  }

  static StepValue quantile(Evaluation evaluation, Expr.Call call, Grid grid) {
    double[] q = evaluation.numbers(call.arguments().get(0), grid);
    for (double each : q) {
      if (!(each >= 0 && each <= 1)) {
        evaluation.warn("quantile value should be between 0 and 1, got " + NumberText.plain(each));
      }
    }
    List<Row> rows = evaluation.rows(call.arguments().get(1), grid);
    return each(evaluation, rows, grid, (buckets, i) -> buckets.quantile(q[i]));
  }

  static StepValue fraction(Evaluation evaluation, Expr.Call call, Grid grid) {
    double[] lower = evaluation.numbers(call.arguments().get(0), grid);
    double[] upper = evaluation.numbers(call.arguments().get(1), grid);
    List<Row> rows = evaluation.rows(call.arguments().get(2), grid);
    return each(evaluation, rows, grid, (buckets, i) -> buckets.fraction(lower[i], upper[i]));
  }

  private static StepValue each(
      Evaluation evaluation, List<Row> rows, Grid grid, OfBuckets function) {
    var histograms = new LinkedHashMap<Labels, List<Bounded>>();
    for (Row row : rows) {
      OptionalDouble bound = bound(evaluation, row.labels());
      if (bound.isPresent()) {
        Labels key = row.labels().without(List.of(BOUND, Labels.METRIC_NAME));
        histograms
            .computeIfAbsent(key, _ -> new ArrayList<>())
            .add(new Bounded(bound.getAsDouble(), row));
      }
    }
    var results = new ArrayList<Row>(histograms.size());
    for (Map.Entry<Labels, List<Bounded>> histogram : histograms.entrySet()) {
      double[] out = evaluation.absentArray(grid);
      for (int i = 0; i < grid.count(); i++) {
        out[i] = at(evaluation, histogram.getValue(), i, function);
      }
      results.add(new Row(histogram.getKey(), out));
    }
    return new StepValue.Rows(results.stream().filter(row -> !row.isEmpty()).toList());
  }

  private static double at(
      Evaluation evaluation, List<Bounded> bounded, int i, OfBuckets function) {
    var present = new ArrayList<Buckets.Bucket>(bounded.size());
    for (Bounded one : bounded) {
      if (one.row().has(i)) {
        present.add(new Buckets.Bucket(one.upperBound(), one.row().values()[i]));
      }
    }
    if (present.isEmpty()) {
      return Row.ABSENT;
    }
    Buckets buckets = Buckets.of(present);
    double result = function.of(buckets, i);
    if (buckets.isRepaired()) {
      evaluation.warn(
          "input to histogram function needed to be fixed for monotonicity: counts must not fall as"
              + " le rises");
    }
    return result;
  }

  private static OptionalDouble bound(Evaluation evaluation, Labels labels) {
    String text = labels.get(BOUND);
    OptionalDouble bound = NumberText.number(text);
    if (bound.isEmpty()) {
      evaluation.warn(
          "bucket label \"le\" is missing or has a malformed value of " + Printable.quote(text));
    }
    return bound;
  }

  private HistogramFunctions() {}
}
