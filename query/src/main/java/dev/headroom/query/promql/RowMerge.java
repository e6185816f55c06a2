package dev.headroom.query.promql;

import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Labels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Collects rows whose labels may be the same: which element of an operand a result comes from can
 * change from step to step. Two at the same step are an error.
 */
final class RowMerge {
  private final Evaluation evaluation;
  private final Grid grid;
  private final Map<Labels, double[]> values = new LinkedHashMap<>();

  RowMerge(Evaluation evaluation, Grid grid) {
    this.evaluation = evaluation;
    this.grid = grid;
  }

  /** Takes the row over. */
  void add(Row row) {
    double[] before = values.putIfAbsent(row.labels(), row.values());
    if (before == null) {
      return;
    }
    for (int i = 0; i < grid.count(); i++) {
      if (row.has(i)) {
        put(before, row.labels(), i, row.values()[i]);
      }
    }
  }

  /** Values of the result with those labels, to be changed by {@link #put}. */
  double[] values(Labels labels) {
    return values.computeIfAbsent(labels, _ -> evaluation.absentArray(grid));
  }

  static void put(double[] values, Labels labels, int i, double value) {
    if (!Row.isAbsent(values[i])) {
      throw sameLabels(labels);
    }
    values[i] = value;
  }

  static HeadroomException sameLabels(Labels labels) {
    return Evaluation.failed(
        "vector cannot contain metrics with the same labelset, two have " + LabelText.of(labels));
  }

  /** In the order their labels came; those without a value are left out. */
  StepValue.Rows rows() {
    List<Row> rows = new ArrayList<>(values.size());
    values.forEach(
        (labels, array) -> {
          Row row = new Row(labels, array);
          if (!row.isEmpty()) {
            rows.add(row);
          }
        });
    return new StepValue.Rows(rows);
  }
}
