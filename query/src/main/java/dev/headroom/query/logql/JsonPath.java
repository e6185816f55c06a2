package dev.headroom.query.logql;

import dev.headroom.query.lang.Json;
import dev.headroom.storage.model.HeadroomException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Places in a JSON value: {@code a.b[0]["c d"]}. */
final class JsonPath {
  private final String text;
  private int at;

  private JsonPath(String text) {
    this.text = text;
  }

  /**
   * Names as {@code String}, places in arrays as {@code Integer}.
   *
   * @throws HeadroomException INVALID when it is none
   */
  static List<Object> parse(String text) {
    return new JsonPath(text).parse();
  }

  private List<Object> parse() {
    List<Object> path = new ArrayList<>();
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '[') {
        path.add(bracket());
      } else {
        if (c == '.' && !path.isEmpty()) {
          at++;
        }
        int start = at;
        while (at < text.length() && ".[".indexOf(text.charAt(at)) < 0) {
          at++;
        }
        if (start == at) {
          throw invalid();
        }
        path.add(text.substring(start, at));
      }
    }
    if (path.isEmpty()) {
      throw invalid();
    }
    return path;
  }

  private Object bracket() {
    int close;
    if (text.startsWith("[\"", at)) {
      close = text.indexOf("\"]", at + 2);
      if (close < 0) {
        throw invalid();
      }
      String name = text.substring(at + 2, close);
      at = close + 2;
      return name;
    }
    close = text.indexOf(']', at);
    String number = close < 0 ? "" : text.substring(at + 1, close);
    if (!number.matches("\\d{1,6}")) {
      throw invalid();
    }
    at = close + 1;
    return Integer.valueOf(number);
  }

  private HeadroomException invalid() {
    return HeadroomException.invalid(
        "cannot read JSON expression at character " + (at + 1) + ", expected one such as a.b[0]");
  }

  static Optional<Json> find(Json json, List<Object> path) {
    Json current = json;
    for (Object step : path) {
      Json inner = null;
      if (step instanceof Integer place && current instanceof Json.Items items) {
        inner = place < items.values().size() ? items.values().get(place) : null;
      } else if (step instanceof String name && current instanceof Json.Members members) {
        inner = members.fields().get(name);
      }
      if (inner == null) {
        return Optional.empty();
      }
      current = inner;
    }
    return Optional.of(current);
  }
}
