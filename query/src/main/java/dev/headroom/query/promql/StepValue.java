package dev.headroom.query.promql;

import java.util.List;

/** What an expression gives over a grid. */
sealed interface StepValue {
  /** A scalar: one number a point, none absent. */
  record Numbers(double[] values) implements StepValue {}

  /** An instant vector: the labels of its rows differ. */
  record Rows(List<Row> rows) implements StepValue {
    static final Rows EMPTY = new Rows(List.of());
  }

  record Text(String value) implements StepValue {}
}
