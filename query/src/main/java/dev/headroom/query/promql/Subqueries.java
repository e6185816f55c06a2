package dev.headroom.query.promql;

import java.util.List;

/** Subqueries: the inner expression over a finer grid, whose points become samples. */
final class Subqueries {
  /** What Prometheus uses where neither query nor configuration say. */
  private static final long DEFAULT_STEP_MILLIS = 60_000;

  /** Points are at whole multiples of the step, so that they do not depend on the query's start. */
  static WindowSource windows(Evaluation evaluation, Expr.Subquery subquery, Grid grid) {
    Times times = new Times(subquery.timing(), evaluation.query());
    long step = subquery.stepMillis() == 0 ? DEFAULT_STEP_MILLIS : subquery.stepMillis();
    long after = times.first(grid) - subquery.rangeMillis();
    long start = (Math.floorDiv(after, step) + 1) * step;
    long end = times.last(grid);
    if (start > end) {
      return new WindowSource(List.of(), subquery.rangeMillis(), times);
    }
    long steps = (end - start) / step;
    if (steps >= Integer.MAX_VALUE - 8) {
      throw Evaluation.failed("subquery has too many steps; make its step larger");
    }
    Grid inner = new Grid(start, step, (int) steps + 1);
    List<Row> rows = evaluation.rows(subquery.inner(), inner);
    return new WindowSource(
        SampleArrays.of(evaluation, rows, inner), subquery.rangeMillis(), times);
  }

  private Subqueries() {}
}
