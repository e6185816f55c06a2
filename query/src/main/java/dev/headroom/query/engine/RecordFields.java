package dev.headroom.query.engine;

import dev.headroom.query.lang.Glob;
import dev.headroom.query.lang.Json;
import dev.headroom.storage.logs.LogHit;
import dev.headroom.storage.logs.LogSchema;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TimeRange;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The values of a hit by logical field name; dots go into objects. */
public final class RecordFields {
  private final LogHit hit;
  private final Json source;

  public RecordFields(LogHit hit) {
    this.hit = hit;
    this.source = parse(hit.source());
  }

  private static Json parse(byte[] source) {
    try {
      return Json.read(source, 0, source.length);
    } catch (HeadroomException _) {
      return new Json.Members(Map.of());
    }
  }

  Json source() {
    return source;
  }

  public Optional<Json> get(String name) {
    return switch (name) {
      case LogSchema.TIMESTAMP -> text(TimeRange.format(hit.eventTimeNanos()));
      case "_id" -> text(hit.id());
      case "_index" -> text(hit.index());
      case "_stream" -> text(hit.stream());
      default -> find(source, name);
    };
  }

  /** Of names and patterns with {@code *}, the fields that this record has for them, in order. */
  public List<String> names(List<String> patterns) {
    Set<String> names = new LinkedHashSet<>();
    for (String pattern : patterns) {
      if (pattern.indexOf('*') < 0) {
        names.add(pattern);
      } else {
        if (Glob.matches(pattern, LogSchema.TIMESTAMP)) {
          names.add(LogSchema.TIMESTAMP);
        }
        collect("", source, pattern, names);
      }
    }
    return List.copyOf(names);
  }

  private static void collect(String path, Json json, String pattern, Set<String> names) {
    if (json instanceof Json.Members members) {
      members
          .fields()
          .forEach(
              (name, value) ->
                  collect(path.isEmpty() ? name : path + "." + name, value, pattern, names));
    } else if (!json.isNull() && Glob.matches(pattern, path)) {
      names.add(path);
    }
  }

  private static Optional<Json> text(String value) {
    return Optional.of(new Json.Scalar(value, Json.Kind.STRING));
  }

  static Optional<Json> find(Json json, String name) {
    if (json instanceof Json.Items items) {
      return inEach(items, name);
    }
    if (!(json instanceof Json.Members members)) {
      return Optional.empty();
    }
    Json whole = members.fields().get(name);
    if (whole != null) {
      return whole.isNull() ? Optional.empty() : Optional.of(whole);
    }
    for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      Json outer = members.fields().get(name.substring(0, dot));
      if (outer != null) {
        Optional<Json> inner = find(outer, name.substring(dot + 1));
        if (inner.isPresent()) {
          return inner;
        }
      }
    }
    return Optional.empty();
  }

  /** What the elements of an array have by that name, as one array. */
  private static Optional<Json> inEach(Json.Items items, String name) {
    List<Json> found =
        items.values().stream().map(item -> find(item, name)).flatMap(Optional::stream).toList();
    return found.isEmpty() ? Optional.empty() : Optional.of(new Json.Items(found));
  }
}
