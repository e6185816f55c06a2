package dev.headroom.query.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** {@code _cat/indices}: a row an index, as text or JSON. Sizes are kept by stream, not shown. */
record CatIndices(Map<String, Long> recordsByIndex, List<String> columns) {
  private static final List<String> ALL =
      List.of(
          "health",
          "status",
          "index",
          "uuid",
          "pri",
          "rep",
          "docs.count",
          "docs.deleted",
          "store.size",
          "pri.store.size");

  private static final Map<String, String> ALIASES =
      Map.of(
          "h",
          "health",
          "s",
          "status",
          "i",
          "index",
          "idx",
          "index",
          "id",
          "uuid",
          "p",
          "pri",
          "r",
          "rep",
          "dc",
          "docs.count",
          "dd",
          "docs.deleted",
          "ss",
          "store.size");

  static CatIndices of(Map<String, Long> recordsByIndex, List<String> asked) {
    var columns = new ArrayList<String>();
    for (String name : asked) {
      String column = ALIASES.getOrDefault(name, name);
      if (name.equals("*")) {
        columns.addAll(ALL);
      } else if (ALL.contains(column)) {
        columns.add(column);
      } else {
        throw new ElasticException(
            400,
            "illegal_argument_exception",
            "unknown column [" + name + "] in [h]; there are " + String.join(", ", ALL),
            null);
      }
    }
    return new CatIndices(recordsByIndex, columns.isEmpty() ? ALL : columns);
  }

  private List<@Nullable String> row(String index, long records) {
    Map<String, String> row = new LinkedHashMap<>();
    row.put("health", "green");
    row.put("status", "open");
    row.put("index", index);
    row.put("uuid", uuid(index));
    row.put("pri", "1");
    row.put("rep", "0");
    row.put("docs.count", Long.toString(records));
    row.put("docs.deleted", "0");
    var cells = new ArrayList<@Nullable String>();
    columns.forEach(column -> cells.add(row.get(column)));
    return cells;
  }

  /** An index has no id of its own here; one that stays the same does. */
  private static String uuid(String index) {
    var crc = new CRC32C();
    crc.update(index.getBytes(UTF_8));
    return "headroom-" + Long.toHexString(crc.getValue());
  }

  void json(JsonGenerator out) throws IOException {
    out.writeStartArray();
    for (var index : recordsByIndex.entrySet()) {
      out.writeStartObject();
      List<@Nullable String> cells = row(index.getKey(), index.getValue());
      for (int i = 0; i < columns.size(); i++) {
        String cell = cells.get(i);
        if (cell == null) {
          out.writeNullField(columns.get(i));
        } else {
          out.writeStringField(columns.get(i), cell);
        }
      }
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  String text(boolean heading) {
    var rows = new ArrayList<List<@Nullable String>>();
    if (heading) {
      rows.add(new ArrayList<>(columns));
    }
    recordsByIndex.forEach((index, records) -> rows.add(row(index, records)));
    var widths = new int[columns.size()];
    for (List<@Nullable String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        String cell = row.get(i);
        widths[i] = Math.max(widths[i], cell == null ? 0 : cell.length());
      }
    }
    var text = new StringBuilder();
    for (List<@Nullable String> row : rows) {
      var line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String cell = row.get(i) == null ? "" : row.get(i);
        line.append(cell).append(" ".repeat(widths[i] - (cell == null ? 0 : cell.length()) + 1));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
