package dev.headroom.query.lang;

import dev.headroom.query.lang.ExtractPattern.Capture;
import dev.headroom.query.lang.ExtractPattern.Type;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Printable;
import java.util.List;

/**
 * Turns a pattern into a regular expression of RE2: {@code %{NAME:field:type}} becomes what {@link
 * GrokLibrary} has under the name, and named groups get names that RE2 allows, {@code g0}, {@code
 * g1} and so on, in the order of their fields. One use.
 */
final class GrokText {
  private static final int MAX_DEPTH = 10;
  private static final int MAX_CHARS = 16_384;

  private final List<Capture> captures;
  private final StringBuilder regex = new StringBuilder();

  GrokText(List<Capture> captures) {
    this.captures = captures;
  }

  static String group(int number) {
    return "g" + number;
  }

  String regex(String text) {
    append(text, 0);
    return regex.toString();
  }

  private void append(String text, int depth) {
    int at = 0;
    while (at < text.length()) {
      if (regex.length() > MAX_CHARS) {
        throw HeadroomException.invalid(
            "the pattern unfolds to more than " + MAX_CHARS + " characters");
      }
      if (text.charAt(at) == '\\' && at + 1 < text.length()) {
        regex.append(text, at, at + 2);
        at += 2;
      } else if (text.startsWith("%{", at)) {
        at = reference(text, at, depth);
      } else if (text.startsWith("(?<", at) || text.startsWith("(?P<", at)) {
        at = named(text, at);
      } else {
        regex.append(text.charAt(at++));
      }
    }
  }

  private int reference(String text, int start, int depth) {
    int end = text.indexOf('}', start);
    if (end < 0) {
      throw HeadroomException.invalid(
          "%{ is not closed; expected one such as %{IP:client}, or \\%{ for the signs themselves");
    }
    String[] parts = text.substring(start + 2, end).split(":", -1);
    String known = GrokLibrary.PATTERNS.get(parts[0]);
    if (known == null || parts.length > 3) {
      throw HeadroomException.invalid(
          "there is no grok pattern "
              + Printable.quote(text.substring(start, end + 1))
              + "; there are "
              + String.join(", ", GrokLibrary.PATTERNS.keySet()));
    }
    if (depth == MAX_DEPTH) {
      throw new IllegalStateException("grok patterns go in circles at " + parts[0]);
    }
    if (parts.length == 1 || parts[1].isEmpty()) {
      regex.append("(?:");
    } else {
      open(field(parts[1]), parts.length == 3 ? type(parts[2]) : Type.ANY);
    }
    append(known, depth + 1);
    regex.append(')');
    return end + 1;
  }

  private int named(String text, int start) {
    int name = text.indexOf('<', start) + 1;
    if (text.startsWith("=", name) || text.startsWith("!", name)) {
      throw HeadroomException.invalid(
          "look-behind such as " + text.substring(start, name + 1) + " is not supported");
    }
    int end = text.indexOf('>', name);
    if (end <= name) {
      throw HeadroomException.invalid("a group's name is not closed; expected (?<name>…)");
    }
    open(field(text.substring(name, end)), Type.ANY);
    return end + 1;
  }

  private void open(String field, Type type) {
    regex.append("(?P<").append(group(captures.size())).append('>');
    captures.add(new Capture(field, type));
  }

  /** {@code [http][status]} is how Logstash writes {@code http.status}. */
  private static String field(String text) {
    String dotted =
        text.startsWith("[") && text.endsWith("]")
            ? text.substring(1, text.length() - 1).replace("][", ".")
            : text;
    boolean plain =
        !dotted.isEmpty()
            && dotted.chars().allMatch(c -> Character.isLetterOrDigit(c) || "_.@-".indexOf(c) >= 0);
    if (!plain) {
      throw HeadroomException.invalid(
          Printable.quote(text) + " is no field name; expected letters, digits, _ and .");
    }
    return dotted;
  }

  private static Type type(String text) {
    return switch (text) {
      case "int", "long", "float", "double", "number" -> Type.NUMBER;
      case "text", "string" -> Type.TEXT;
      default ->
          throw HeadroomException.invalid(
              "a field is of the type number or text, found " + Printable.quote(text));
    };
  }
}
