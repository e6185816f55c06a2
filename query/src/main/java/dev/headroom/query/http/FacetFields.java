package dev.headroom.query.http;

import dev.headroom.storage.logs.FieldInfo;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which of the fields that are there people narrow a search by. */
final class FacetFields {
  /** In the names that senders use; those present come first. */
  private static final List<String> USUAL =
      List.of(
          "level",
          "log.level",
          "severity",
          "severity_text",
          "syslog.severity",
          "service",
          "service.name",
          "host",
          "host.name",
          "status",
          "http.response.status_code",
          "env",
          "environment",
          "region",
          "logger");

  /** The stream, then usual fields that are there, then other fields of words, up to a few. */
  static List<String> of(List<FieldInfo> present, int max) {
    Set<String> names = new LinkedHashSet<>();
    names.add("_stream");
    for (String name : USUAL) {
      if (present.stream().anyMatch(field -> field.name().equals(name) && isFacet(field))) {
        names.add(name);
      }
    }
    for (FieldInfo field : present) {
      if (field.types().contains(FieldInfo.Type.KEYWORD)
          || field.types().contains(FieldInfo.Type.BOOLEAN)) {
        names.add(field.name());
      }
    }
    return names.stream().limit(max).toList();
  }

  private static boolean isFacet(FieldInfo field) {
    return field.types().stream()
        .anyMatch(
            type ->
                switch (type) {
                  case KEYWORD, LONG, BOOLEAN -> true;
                  case DOUBLE, TEXT, ID, DATE -> false;
                });
  }

  private FacetFields() {}
}
