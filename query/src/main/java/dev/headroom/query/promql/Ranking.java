package dev.headroom.query.promql;

import dev.headroom.storage.model.Labels;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** {@code topk} and {@code bottomk}: the rows of each group, cut to where they are among the k. */
final class Ranking {
  private final boolean largest;
  private final Grid grid;

  Ranking(boolean largest, Grid grid) {
    this.largest = largest;
    this.grid = grid;
  }

  /** Over a single point the rows come in order of their value. */
  StepValue of(Map<Labels, List<Row>> groups, double[] k) {
    var kept = new ArrayList<Row>();
    for (List<Row> members : groups.values()) {
      for (int i = 0; i < grid.count(); i++) {
        cut(members, i, limit(k[i]));
      }
      List<Row> rest = members.stream().filter(row -> !row.isEmpty()).toList();
      kept.addAll(grid.count() == 1 ? ranked(rest, 0) : rest);
    }
    return new StepValue.Rows(kept);
  }

  private static int limit(double k) {
    if (Double.isNaN(k)) {
      throw Evaluation.failed("parameter of topk or bottomk is NaN");
    }
    return (int) Math.max(0, Math.min(Integer.MAX_VALUE, k));
  }

  private void cut(List<Row> members, int i, int limit) {
    List<Row> present = members.stream().filter(row -> row.has(i)).toList();
    if (present.size() <= limit) {
      return;
    }
    for (Row row : ranked(present, i).subList(limit, present.size())) {
      row.values()[i] = Row.ABSENT;
    }
  }

  /** NaN is last either way. */
  private List<Row> ranked(List<Row> rows, int i) {
    Comparator<Row> byValue = Comparator.comparingDouble(row -> row.values()[i]);
    Comparator<Row> order = largest ? byValue.reversed() : byValue;
    var ranked = new ArrayList<>(rows);
    ranked.sort(
        Comparator.<Row>comparingInt(row -> Double.isNaN(row.values()[i]) ? 1 : 0)
            .thenComparing(order));
    return ranked;
  }
}
