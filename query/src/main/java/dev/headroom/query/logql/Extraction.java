package dev.headroom.query.logql;

import dev.headroom.query.promql.StringText;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A label and where its value is found: {@code json first="servers[0].name"}.
 *
 * @param path names and, in brackets, numbers; for logfmt only one name
 */
record Extraction(String label, String expression, List<Object> path) {
  Extraction {
    path = List.copyOf(path);
  }

  static String text(List<Extraction> all) {
    return all.isEmpty()
        ? ""
        : all.stream().map(Extraction::toString).collect(Collectors.joining(", ", " ", ""));
  }

  @Override
  public String toString() {
    return label + "=" + StringText.quote(expression);
  }
}
