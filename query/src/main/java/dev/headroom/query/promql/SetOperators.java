package dev.headroom.query.promql;

import dev.headroom.storage.model.Labels;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code and}, {@code or}, {@code unless}: which elements there are, step by step. */
final class SetOperators {
  static StepValue of(
      Evaluation evaluation, Expr.Binary binary, List<Row> left, List<Row> right, Grid grid) {
    var signature = new Signature(binary.matching());
    var merge = new RowMerge(evaluation, grid);
    if (binary.operator() == BinaryOperator.OR) {
      Map<Labels, boolean[]> presence = presence(signature, left, grid);
      left.forEach(merge::add);
      for (Row row : right) {
        mask(row, presence.get(signature.of(row.labels())), false);
        merge.add(row);
      }
      return merge.rows();
    }
    Map<Labels, boolean[]> presence = presence(signature, right, grid);
    for (Row row : left) {
      boolean keepPresent = binary.operator() == BinaryOperator.AND;
      mask(row, presence.get(signature.of(row.labels())), keepPresent);
      merge.add(row);
    }
    return merge.rows();
  }

  private static Map<Labels, boolean[]> presence(Signature signature, List<Row> rows, Grid grid) {
    var presence = new HashMap<Labels, boolean[]>();
    for (Row row : rows) {
      boolean[] present =
          presence.computeIfAbsent(signature.of(row.labels()), _ -> new boolean[grid.count()]);
      for (int i = 0; i < present.length; i++) {
        present[i] |= row.has(i);
      }
    }
    return presence;
  }

  /** Keeps the points where presence is as asked; no array means nothing is present. */
  private static void mask(Row row, boolean @Nullable [] present, boolean keepPresent) {
    for (int i = 0; i < row.values().length; i++) {
      if ((present != null && present[i]) != keepPresent) {
        row.values()[i] = Row.ABSENT;
      }
    }
  }

  private SetOperators() {}
}
