package dev.headroom.query.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.linecorp.armeria.common.QueryParams;
import dev.headroom.query.lang.Json;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Printable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What a request asks, from its URL and its body, a form or a JSON object. The URL wins. Errors
 * name the parameter.
 */
final class Parameters {
  private static final int MAX_LIST = 100;

  private final Map<String, List<String>> values;

  private Parameters(Map<String, List<String>> values) {
    this.values = values;
  }

  /**
   * @param known every name that may be given
   * @throws HeadroomException INVALID for any other name
   */
  static Parameters of(QueryParams url, byte[] body, Set<String> known) {
    Map<String, List<String>> values = new LinkedHashMap<>(body(body));
    url.forEach((name, _) -> values.put(name, url.getAll(name)));
    for (String name : values.keySet()) {
      if (!known.contains(name)) {
        throw HeadroomException.invalid(
            "unknown parameter "
                + Printable.quote(name)
                + "; there are "
                + String.join(", ", known.stream().sorted().toList()));
      }
    }
    return new Parameters(values);
  }

  /** By its first character, as a shell's client calls everything a form. */
  private static Map<String, List<String>> body(byte[] body) {
    String text = new String(body, UTF_8).trim();
    if (text.isEmpty()) {
      return Map.of();
    }
    if (text.startsWith("{")) {
      return json(Json.read(body, 0, body.length));
    }
    Map<String, List<String>> values = new LinkedHashMap<>();
    QueryParams form = QueryParams.fromQueryString(text);
    form.forEach((name, _) -> values.put(name, form.getAll(name)));
    return values;
  }

  private static Map<String, List<String>> json(Json body) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    if (body instanceof Json.Members members) {
      members.fields().forEach((name, value) -> values.put(name, texts(name, value)));
    }
    values.values().removeIf(List::isEmpty);
    return values;
  }

  private static List<String> texts(String name, Json value) {
    return switch (value) {
      case Json.Scalar scalar when scalar.kind() == Json.Kind.NULL -> List.of();
      case Json.Scalar scalar -> List.of(scalar.text());
      case Json.Items items -> {
        var texts = new ArrayList<String>();
        items.values().forEach(item -> texts.addAll(texts(name, item)));
        yield texts;
      }
      case Json.Members _ ->
          throw HeadroomException.invalid(name + ": expected a value, found an object");
    };
  }

  Optional<String> text(String name) {
    List<String> given = values.getOrDefault(name, List.of());
    return given.isEmpty() || given.getFirst().isEmpty()
        ? Optional.empty()
        : Optional.of(given.getFirst());
  }

  /** What {@code read} makes of the text; its complaints get the parameter's name. */
  <T> Optional<T> read(String name, Function<String, T> read) {
    return text(name).map(text -> named(name, () -> read.apply(text)));
  }

  interface Reading<T> {
    T read();
  }

  static <T> T named(String name, Reading<T> reading) {
    try {
      return reading.read();
    } catch (HeadroomException e) {
      throw new HeadroomException(e.category(), name + ": " + e.getMessage(), e);
    }
  }

  int number(String name, int min, int max, int otherwise) {
    return text(name)
        .map(
            text -> {
              try {
                int value = Integer.parseInt(text);
                if (value >= min && value <= max) {
                  return value;
                }
              } catch (NumberFormatException _) {
                // said below
              }
              throw HeadroomException.invalid(
                  name
                      + ": expected a whole number from "
                      + min
                      + " to "
                      + max
                      + ", found "
                      + Printable.quote(text));
            })
        .orElse(otherwise);
  }

  String oneOf(String name, String otherwise, String... choices) {
    String text = text(name).orElse(otherwise);
    if (!List.of(choices).contains(text)) {
      throw HeadroomException.invalid(
          name + ": expected " + String.join(" or ", choices) + ", found " + Printable.quote(text));
    }
    return text;
  }

  /** Values separated by commas or given several times. */
  List<String> list(String name) {
    var all = new ArrayList<String>();
    for (String given : values.getOrDefault(name, List.of())) {
      for (String part : given.split(",", -1)) {
        if (!part.isBlank() && !all.contains(part.trim())) {
          all.add(part.trim());
        }
      }
    }
    if (all.size() > MAX_LIST) {
      throw HeadroomException.invalid(name + ": more than " + MAX_LIST + " values");
    }
    return all;
  }
}
