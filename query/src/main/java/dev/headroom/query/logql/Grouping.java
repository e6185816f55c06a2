package dev.headroom.query.logql;

import dev.headroom.storage.model.Labels;
import java.util.List;

/**
 * {@code by (a, b)} or {@code without (a, b)}.
 *
 * @param without whether the labels are those to leave out
 */
record Grouping(List<String> labels, boolean without) {
  static final Grouping NONE = new Grouping(List.of(), true);

  Grouping {
    labels = List.copyOf(labels);
  }

  Labels of(Labels all) {
    return without ? labels.isEmpty() ? all : all.without(labels) : all.keep(labels);
  }

  @Override
  public String toString() {
    return (without ? " without (" : " by (") + String.join(", ", labels) + ")";
  }
}
