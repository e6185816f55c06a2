package dev.headroom.query.promql;

import java.util.List;

/** Operators where at least one operand is a scalar; two vectors are {@link VectorMatching}'s. */
final class Arithmetic {
  static StepValue negate(StepValue value) {
    return switch (value) {
      case StepValue.Numbers(double[] values) -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = -values[i];
        }
        yield value;
      }
      case StepValue.Rows(List<Row> rows) -> {
        for (Row row : rows) {
          for (int i = 0; i < row.values().length; i++) {
            row.values()[i] = row.has(i) ? -row.values()[i] : Row.ABSENT;
          }
        }
        yield Calls.withoutNames(rows);
      }
      case StepValue.Text _ -> throw new IllegalStateException("minus of a string");
    };
  }

  static StepValue binary(Evaluation evaluation, Expr.Binary binary, Grid grid) {
    StepValue left = evaluation.value(binary.left(), grid);
    StepValue right = evaluation.value(binary.right(), grid);
    if (left instanceof StepValue.Numbers(double[] a)) {
      return right instanceof StepValue.Numbers(double[] b)
          ? scalars(binary.operator(), a, b)
          : withScalar(evaluation, binary, rows(right), a, true, grid);
    }
    if (right instanceof StepValue.Numbers(double[] b)) {
      return withScalar(evaluation, binary, rows(left), b, false, grid);
    }
    return binary.operator().isSet()
        ? SetOperators.of(evaluation, binary, rows(left), rows(right), grid)
        : new VectorMatching(evaluation, binary, grid).match(rows(left), rows(right));
  }

  private static List<Row> rows(StepValue value) {
    if (value instanceof StepValue.Rows(List<Row> rows)) {
      return rows;
    }
    throw new IllegalStateException("operand is no vector");
  }

  private static StepValue scalars(BinaryOperator operator, double[] left, double[] right) {
    for (int i = 0; i < left.length; i++) {
      left[i] =
          operator.isComparison()
              ? truth(operator.holds(left[i], right[i]))
              : operator.compute(left[i], right[i]);
    }
    return new StepValue.Numbers(left);
  }

  private static StepValue withScalar(
      Evaluation evaluation,
      Expr.Binary binary,
      List<Row> rows,
      double[] scalar,
      boolean scalarIsLeft,
      Grid grid) {
    for (Row row : rows) {
      double[] values = row.values();
      for (int i = 0; i < values.length; i++) {
        if (row.has(i)) {
          double left = scalarIsLeft ? scalar[i] : values[i];
          double right = scalarIsLeft ? values[i] : scalar[i];
          values[i] = element(binary, left, right, values[i]);
        }
      }
    }
    boolean keepsNames = binary.operator().isComparison() && !binary.returnBool();
    if (!keepsNames) {
      return Calls.mergedWithoutNames(evaluation, rows, grid);
    }
    return new StepValue.Rows(rows.stream().filter(row -> !row.isEmpty()).toList());
  }

  /**
   * One element of the result.
   *
   * @param kept what a comparison without {@code bool} gives where it holds
   */
  static double element(Expr.Binary binary, double left, double right, double kept) {
    BinaryOperator operator = binary.operator();
    if (!operator.isComparison()) {
      return operator.compute(left, right);
    }
    boolean holds = operator.holds(left, right);
    return binary.returnBool() ? truth(holds) : holds ? kept : Row.ABSENT;
  }

  private static double truth(boolean holds) {
    return holds ? 1 : 0;
  }

  private Arithmetic() {}
}
