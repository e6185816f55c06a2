package dev.headroom.query.lang;

import dev.headroom.storage.model.HeadroomException;
import java.util.ArrayList;
import java.util.List;

/** {@code _source}, {@code fields} and {@code docvalue_fields} of a body. */
final class SourceFilterParser {
  private static final int MAX_FIELDS = 100;

  static SourceFilter of(DslNode node) {
    if (node.isObject()) {
      DslAggregationBody.allow(
          node, java.util.Set.of("includes", "include", "excludes", "exclude"));
      return new SourceFilter(
          true,
          node.get("includes")
              .or(() -> node.get("include"))
              .map(SourceFilterParser::texts)
              .orElse(List.of()),
          node.get("excludes")
              .or(() -> node.get("exclude"))
              .map(SourceFilterParser::texts)
              .orElse(List.of()));
    }
    List<String> names = texts(node);
    return switch (node.isArray() ? "" : names.getFirst()) {
      case "true" -> SourceFilter.EVERYTHING;
      case "false" -> SourceFilter.NOTHING;
      default -> new SourceFilter(true, names, List.of());
    };
  }

  private static List<String> texts(DslNode node) {
    List<DslNode> nodes = node.oneOrMany();
    if (nodes.size() > MAX_FIELDS) {
      throw node.wrong("at most " + MAX_FIELDS + " names");
    }
    return nodes.stream().map(DslNode::text).toList();
  }

  /** Names, or objects with a name and a format. */
  static List<String> fields(DslNode node) {
    var names = new ArrayList<String>();
    for (String member : List.of("fields", "docvalue_fields")) {
      for (DslNode item : node.get(member).map(DslNode::oneOrMany).orElse(List.of())) {
        String name = item.isObject() ? item.require("field").text() : item.text();
        if (!names.contains(name)) {
          names.add(name);
        }
      }
    }
    if (names.size() > MAX_FIELDS) {
      throw HeadroomException.invalid("[fields] takes at most " + MAX_FIELDS + " names");
    }
    return names;
  }

  private SourceFilterParser() {}
}
