package dev.headroom.query.promql;

import java.util.List;

/**
 * How elements of two vectors find one another.
 *
 * @param on whether only these labels count; otherwise all but these
 * @param include labels that {@code group_left} and {@code group_right} copy from the "one" side
 */
public record Matching(
    Cardinality cardinality, boolean on, List<String> labels, List<String> include) {
  public static final Matching DEFAULT =
      new Matching(Cardinality.ONE_TO_ONE, false, List.of(), List.of());

  public enum Cardinality {
    ONE_TO_ONE,
    /** {@code group_left}. */
    MANY_TO_ONE,
    /** {@code group_right}. */
    ONE_TO_MANY
  }

  public Matching {
    labels = List.copyOf(labels);
    include = List.copyOf(include);
  }
}
