package dev.headroom.query.promql;

import dev.headroom.storage.model.Labels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The labels by which elements of two vectors find one another. */
final class Signature {
  private final Matching matching;
  private final List<String> ignored;

  Signature(Matching matching) {
    this.matching = matching;
    this.ignored = new ArrayList<>(matching.labels());
    this.ignored.add(Labels.METRIC_NAME);
  }

  Labels of(Labels labels) {
    return matching.on() ? labels.keep(matching.labels()) : labels.without(ignored);
  }

  Map<Labels, List<Row>> groups(List<Row> rows) {
    var groups = new HashMap<Labels, List<Row>>();
    for (Row row : rows) {
      groups.computeIfAbsent(of(row.labels()), _ -> new ArrayList<>()).add(row);
    }
    return groups;
  }
}
