package dev.headroom.query.logql;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headroom.query.lang.Json;
import dev.headroom.storage.logs.LogHit;
import dev.headroom.storage.model.HeadroomException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A record as a log line with labels. The line of a syslog record is its message, and its other
 * fields are labels of the record; the line of any other is its JSON as it came.
 */
final class RecordEntry {
  /** What a syslog record says elsewhere: in the line, the time or a stream label. */
  private static final Set<String> SAID =
      Set.of("@timestamp", "message", "event_original", "log_level", "host_name", "service_name");

  private static final Json.Members EMPTY = new Json.Members(Map.of());

  static Entry of(LogHit hit) {
    Json.Members source = parse(hit.source());
    Map<String, String> stream = stream(hit, source);
    Map<String, String> metadata = new TreeMap<>();
    String level = stream.getOrDefault(LabelTable.LEVEL, "");
    metadata.put(LabelTable.DETECTED_LEVEL, DetectedLevel.of(level));
    String line = new String(hit.source(), UTF_8);
    if (isSyslog(source)) {
      line = scalar(source.fields().get("message"), "");
      flatten("", source, metadata);
    }
    return new Entry(hit.position(), hit.eventTimeNanos(), line, stream, metadata);
  }

  /** Only the labels of its stream. */
  static Map<String, String> stream(LogHit hit) {
    return stream(hit, parse(hit.source()));
  }

  private static Json.Members parse(byte[] source) {
    try {
      return Json.read(source, 0, source.length) instanceof Json.Members members ? members : EMPTY;
    } catch (HeadroomException _) {
      return EMPTY;
    }
  }

  private static boolean isSyslog(Json.Members source) {
    return source.fields().get("syslog") instanceof Json.Members syslog
        && syslog.fields().containsKey("facility")
        && syslog.fields().containsKey("severity");
  }

  private static Map<String, String> stream(LogHit hit, Json.Members source) {
    Map<String, String> labels = new TreeMap<>();
    labels.put(LabelTable.STREAM, hit.stream());
    labels.put(LabelTable.INDEX, hit.index());
    labels.put(LabelTable.SERVICE_NAME, hit.stream());
    for (String name : LabelTable.names()) {
      if (name.equals(LabelTable.STREAM) || name.equals(LabelTable.INDEX)) {
        continue; // of the store, whatever the source says
      }
      for (String field : LabelTable.fields(name)) {
        String value = find(source, field);
        if (value != null) {
          put(labels, name, value);
          break;
        }
      }
    }
    return labels;
  }

  private static void put(Map<String, String> labels, String name, String value) {
    if (value.isEmpty()) {
      labels.remove(name);
    } else {
      labels.put(name, value);
    }
  }

  /** The first value of a field, whose dots may stand in names or go into objects; or null. */
  private static @Nullable String find(Json.Members members, String name) {
    Json whole = members.fields().get(name);
    if (whole != null && first(whole) != null) {
      return first(whole);
    }
    for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      if (members.fields().get(name.substring(0, dot)) instanceof Json.Members inner) {
        String value = find(inner, name.substring(dot + 1));
        if (value != null) {
          return value;
        }
      }
    }
    return null;
  }

  private static @Nullable String first(Json json) {
    return switch (json) {
      case Json.Scalar scalar -> scalar.isNull() ? null : scalar.text();
      case Json.Items(List<Json> items) -> {
        String found = null;
        for (int i = 0; i < items.size() && found == null; i++) {
          found = first(items.get(i));
        }
        yield found;
      }
      case Json.Members _ -> null;
    };
  }

  private static String scalar(@Nullable Json json, String otherwise) {
    return json instanceof Json.Scalar scalar ? scalar.text() : otherwise;
  }

  private static void flatten(String prefix, Json json, Map<String, String> labels) {
    if (json instanceof Json.Members members) {
      members
          .fields()
          .forEach(
              (name, value) ->
                  flatten(prefix.isEmpty() ? name : prefix + "_" + name, value, labels));
      return;
    }
    String value = first(json);
    if (value != null && !value.isEmpty() && !SAID.contains(prefix)) {
      labels.put(Entry.labelName(prefix), value);
    }
  }

  private RecordEntry() {}
}
