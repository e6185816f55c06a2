package dev.headroom.query.lang;

import dev.headroom.storage.logs.LogFilter;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Printable;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A value of an Elasticsearch request body with its path, so that an error can name where it is.
 */
record DslNode(String path, Json json) {
  Map<String, Json> fields() {
    if (json instanceof Json.Members members) {
      return members.fields();
    }
    throw wrong("an object");
  }

  boolean isObject() {
    return json instanceof Json.Members;
  }

  boolean isArray() {
    return json instanceof Json.Items;
  }

  Optional<DslNode> get(String name) {
    Json value = fields().get(name);
    return value == null || value.isNull() ? Optional.empty() : Optional.of(child(name, value));
  }

  DslNode require(String name) {
    return get(name)
        .orElseThrow(() -> HeadroomException.invalid("[" + path + "] requires [" + name + "]"));
  }

  DslNode child(String name, Json value) {
    return new DslNode(path.isEmpty() ? name : path + "." + name, value);
  }

  /** The elements of an array, or the value itself. */
  List<DslNode> oneOrMany() {
    return json instanceof Json.Items items
        ? items.values().stream().map(item -> new DslNode(path, item)).toList()
        : List.of(this);
  }

  /** The only member of an object, besides those that change scores. */
  Map.Entry<String, DslNode> only(String what) {
    List<Map.Entry<String, Json>> named =
        fields().entrySet().stream()
            .filter(e -> !e.getKey().equals("boost") && !e.getKey().equals("_name"))
            .toList();
    if (named.size() != 1) {
      throw HeadroomException.invalid(
          "[" + path + "] takes exactly one " + what + ", found " + named.size());
    }
    return Map.entry(
        named.getFirst().getKey(), child(named.getFirst().getKey(), named.getFirst().getValue()));
  }

  String text() {
    if (json instanceof Json.Scalar scalar && scalar.kind() != Json.Kind.NULL) {
      return scalar.text();
    }
    throw wrong("a string or number");
  }

  boolean isNumber() {
    return json instanceof Json.Scalar scalar && scalar.kind() == Json.Kind.NUMBER;
  }

  boolean flag() {
    return switch (text()) {
      case "true" -> true;
      case "false" -> false;
      default -> throw wrong("true or false");
    };
  }

  int number(int min, int max) {
    try {
      int value = Integer.parseInt(text());
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException _) {
      // said below
    }
    throw wrong("a whole number from " + min + " to " + max);
  }

  HeadroomException wrong(String expected) {
    String found =
        json instanceof Json.Scalar scalar && scalar.kind() != Json.Kind.NULL
            ? Printable.quote(scalar.text())
            : json.kindName();
    return HeadroomException.invalid("[" + path + "] expected " + expected + ", found " + found);
  }

  /** The logical name: {@code f.keyword} is {@code f}, {@code *} any field; boosts are dropped. */
  static String field(String name) {
    int boost = name.indexOf('^');
    String plain = boost > 0 ? name.substring(0, boost) : name;
    if (plain.equals("*") || plain.equals("_all")) {
      return LogFilter.ANY_FIELD;
    }
    return plain.endsWith(".keyword")
        ? plain.substring(0, plain.length() - ".keyword".length())
        : plain;
  }
}
