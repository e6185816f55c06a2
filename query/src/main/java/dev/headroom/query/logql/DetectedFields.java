package dev.headroom.query.logql;

import dev.headroom.query.promql.NumberText;
import dev.headroom.storage.logs.LogHit;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What fields the newest lines of a query hold, as labels that a parser would make of them. */
public final class DetectedFields {
  private static final int MAX_VALUES = 1000;

  private final SortedMap<String, Field> fields = new TreeMap<>();

  /** One field; values are kept up to a bound. */
  public static final class Field {
    private final Set<String> values = new TreeSet<>();
    private final Set<String> parsers = new TreeSet<>();
    private @Nullable String type;

    private void add(String value, String parser) {
      if (values.size() < MAX_VALUES) {
        values.add(value);
      }
      if (!parser.isEmpty()) {
        parsers.add(parser);
      }
      String now = typeOf(value);
      type = type == null || type.equals(now) ? now : "string";
    }

    public Set<String> values() {
      return values;
    }

    /** Of {@code json} and {@code logfmt}; none for labels of the record. */
    public Set<String> parsers() {
      return parsers;
    }

    /** {@code int}, {@code float}, {@code boolean}, {@code duration}, {@code bytes} or string. */
    public String type() {
      return type == null ? "string" : type;
    }
  }

  public static DetectedFields of(
      LogQlEngine engine, TenantId tenant, LogQl.Lines query, TimeRange range, int lines) {
    var detected = new DetectedFields();
    var pipeline = new Pipeline(query);
    for (LogHit hit : engine.catalog(tenant).newest(query, range, lines)) {
      Entry entry = RecordEntry.of(hit);
      if (pipeline.process(entry)) {
        detected.add(entry);
      }
    }
    return detected;
  }

  public SortedMap<String, Field> fields() {
    return fields;
  }

  private void add(Entry entry) {
    entry.metadata().forEach((name, value) -> field(name).add(value, ""));
    Set<String> parsed = new HashSet<>(entry.parsed().keySet());
    boolean json = entry.line().startsWith("{");
    Stage parser = json ? new JsonStage(List.of()) : new LogfmtStage(false, false, List.of());
    var _ = parser.process(entry);
    for (Map.Entry<String, String> label : new ArrayList<>(entry.parsed().entrySet())) {
      boolean isError =
          label.getKey().equals(Entry.ERROR) || label.getKey().equals(Entry.ERROR_DETAILS);
      boolean own = parsed.contains(label.getKey());
      if (!isError && (json || own || entry.line().indexOf('=') >= 0)) {
        field(label.getKey()).add(label.getValue(), json ? "json" : "logfmt");
      }
    }
  }

  private Field field(String name) {
    return fields.computeIfAbsent(name, _ -> new Field());
  }

  private static String typeOf(String value) {
    if (value.matches("[+-]?\\d{1,18}")) {
      return "int";
    }
    if (NumberText.number(value).isPresent()) {
      return "float";
    }
    if (value.equals("true") || value.equals("false")) {
      return "boolean";
    }
    if (Units.durationNanos(value).isPresent()) {
      return "duration";
    }
    return Units.bytes(value).isPresent() ? "bytes" : "string";
  }
}
