package dev.headroom.query.promql;

import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Labels;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Arithmetic and comparisons between two vectors. Elements find one another by {@link Signature};
 * one side, the "one", must have at most one element a signature at every step. Which series have a
 * value differs from step to step, so all of this is decided step by step.
 */
final class VectorMatching {
  private static final List<Row> NONE = List.of();

  private final Evaluation evaluation;
  private final Expr.Binary binary;
  private final Matching matching;
  private final Grid grid;
  private final Signature signature;
  private final RowMerge merge;
  private final boolean oneIsLeft;

  VectorMatching(Evaluation evaluation, Expr.Binary binary, Grid grid) {
    this.evaluation = evaluation;
    this.binary = binary;
    this.matching = binary.matching();
    this.grid = grid;
    this.signature = new Signature(matching);
    this.merge = new RowMerge(evaluation, grid);
    this.oneIsLeft = matching.cardinality() == Matching.Cardinality.ONE_TO_MANY;
  }

  StepValue match(List<Row> left, List<Row> right) {
    List<Row> many = oneIsLeft ? right : left;
    List<Row> one = oneIsLeft ? left : right;
    Map<Labels, List<Row>> ones = signature.groups(one);
    for (Map.Entry<Labels, List<Row>> group : ones.entrySet()) {
      requireUnique(group.getKey(), group.getValue(), many);
    }
    var taken = new HashMap<Labels, boolean[]>();
    for (Row row : many) {
      evaluation.checkDeadline();
      Labels key = signature.of(row.labels());
      for (Row partner : ones.getOrDefault(key, NONE)) {
        combine(row, partner, taken.computeIfAbsent(key, _ -> new boolean[grid.count()]));
      }
    }
    return merge.rows();
  }

  private void combine(Row many, Row one, boolean[] taken) {
    boolean oneToOne = matching.cardinality() == Matching.Cardinality.ONE_TO_ONE;
    Labels labels = resultLabels(many.labels(), one.labels());
    double[] out = null;
    for (int i = 0; i < grid.count(); i++) {
      if (!many.has(i) || !one.has(i)) {
        continue;
      }
      double value = element(many.values()[i], one.values()[i]);
      if (Row.isAbsent(value)) {
        continue;
      }
      if (oneToOne && taken[i]) {
        throw Evaluation.failed(
            "multiple matches for labels: many-to-one matching must be explicit"
                + " (group_left/group_right)");
      }
      taken[i] = true;
      out = out == null ? merge.values(labels) : out;
      if (!oneToOne && !Row.isAbsent(out[i])) {
        throw Evaluation.failed(
            "multiple matches for labels: grouping labels must ensure unique matches, two give "
                + LabelText.of(labels));
      }
      RowMerge.put(out, labels, i, value);
    }
  }

  private double element(double many, double one) {
    double left = oneIsLeft ? one : many;
    double right = oneIsLeft ? many : one;
    return Arithmetic.element(binary, left, right, left);
  }

  private Labels resultLabels(Labels many, Labels one) {
    Labels labels = many;
    if (binary.operator().isArithmetic() || binary.returnBool()) {
      labels = labels.withoutMetricName();
    }
    if (matching.cardinality() == Matching.Cardinality.ONE_TO_ONE) {
      labels = matching.on() ? labels.keep(matching.labels()) : labels.without(matching.labels());
    }
    for (String name : matching.include()) {
      labels = labels.with(name, one.get(name));
    }
    return labels;
  }

  private void requireUnique(Labels key, List<Row> group, List<Row> many) {
    for (int i = 0; group.size() > 1 && i < grid.count(); i++) {
      Row first = null;
      for (Row row : group) {
        if (row.has(i) && first != null && anyAt(many, i)) {
          throw duplicate(key, first, row);
        }
        first = row.has(i) ? row : first;
      }
    }
  }

  private static boolean anyAt(List<Row> rows, int i) {
    return rows.stream().anyMatch(row -> row.has(i));
  }

  private HeadroomException duplicate(Labels key, Row first, Row second) {
    return Evaluation.failed(
        "found duplicate series for the match group "
            + LabelText.of(key)
            + " on the "
            + (oneIsLeft ? "left" : "right")
            + " hand-side of the operation: ["
            + LabelText.of(second.labels())
            + ", "
            + LabelText.of(first.labels())
            + "];many-to-many matching not allowed: matching labels must be unique on one side");
  }
}
