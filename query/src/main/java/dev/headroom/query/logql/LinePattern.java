package dev.headroom.query.logql;

import dev.headroom.storage.model.HeadroomException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A pattern of literals and captures: {@code <ip> - <_> [<time>] "<method> <path>"}. A capture
 * takes everything up to the literal behind it; {@code <_>} captures nothing.
 */
final class LinePattern {
  private final String text;
  private final List<Part> parts;

  /** A literal, or a capture with its name. */
  private record Part(boolean isCapture, String text) {}

  private LinePattern(String text, List<Part> parts) {
    this.text = text;
    this.parts = parts;
  }

  /**
   * Of the {@code pattern} stage: with at least one name, none twice.
   *
   * @throws HeadroomException INVALID with what is wrong
   */
  static LinePattern ofStage(String text) {
    LinePattern pattern = parse(text);
    Set<String> names = new HashSet<>();
    for (Part part : pattern.parts) {
      if (part.isCapture() && !part.text().equals("_") && !names.add(part.text())) {
        throw HeadroomException.invalid("duplicate capture name (" + part.text() + ")");
      }
    }
    if (names.isEmpty()) {
      throw HeadroomException.invalid("at least one capture is required");
    }
    return pattern;
  }

  /** Of a line filter: without names. */
  static LinePattern ofFilter(String text) {
    LinePattern pattern = parse(text);
    for (Part part : pattern.parts) {
      if (part.isCapture() && !part.text().equals("_")) {
        throw HeadroomException.invalid(
            "a pattern filter takes no named captures, found <" + part.text() + ">; write <_>");
      }
    }
    return pattern;
  }

  private static LinePattern parse(String text) {
    if (text.isEmpty()) {
      throw HeadroomException.invalid("a pattern must not be empty");
    }
    List<Part> parts = new ArrayList<>();
    var literal = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      int end = captureEnd(text, at);
      if (end < 0) {
        literal.append(text.charAt(at++));
        continue;
      }
      if (literal.isEmpty() && !parts.isEmpty()) {
        throw HeadroomException.invalid(
            "consecutive captures are not allowed: found "
                + text.substring(at, end)
                + " right behind another");
      }
      if (!literal.isEmpty()) {
        parts.add(new Part(false, literal.toString()));
        literal.setLength(0);
      }
      parts.add(new Part(true, text.substring(at + 1, end - 1)));
      at = end;
    }
    if (!literal.isEmpty()) {
      parts.add(new Part(false, literal.toString()));
    }
    return new LinePattern(text, List.copyOf(parts));
  }

  /** Behind the {@code >} of a capture that starts here, or −1. */
  private static int captureEnd(String text, int start) {
    if (text.charAt(start) != '<') {
      return -1;
    }
    int at = start + 1;
    while (at < text.length() && isNameChar(text.charAt(at), at == start + 1)) {
      at++;
    }
    boolean closed = at > start + 1 && at < text.length() && text.charAt(at) == '>';
    return closed ? at + 1 : -1;
  }

  private static boolean isNameChar(char c, boolean first) {
    boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
    return letter || !first && c >= '0' && c <= '9';
  }

  String text() {
    return text;
  }

  /** What the line holds for each name; a literal that is missing ends it. */
  void extract(String line, Map<String, String> found) {
    int at = 0;
    int next = 0;
    if (!parts.getFirst().isCapture()) {
      String literal = parts.getFirst().text();
      if (!line.startsWith(literal)) {
        return;
      }
      at = literal.length();
      next = 1;
    }
    while (next < parts.size()) {
      String name = parts.get(next).text();
      String behind = next + 1 < parts.size() ? parts.get(next + 1).text() : "";
      int end = behind.isEmpty() ? line.length() : line.indexOf(behind, at);
      boolean missing = end < 0;
      if (!name.equals("_")) {
        found.put(name, line.substring(at, missing ? line.length() : end));
      }
      if (missing) {
        return;
      }
      at = end + behind.length();
      next += 2;
    }
  }

  /** Whether the pattern, captures standing for anything, is the whole line. */
  boolean matchesWhole(String line) {
    int at = 0;
    int last = parts.size() - 1;
    for (int i = 0; i <= last; i++) {
      Part part = parts.get(i);
      if (part.isCapture()) {
        continue;
      }
      if (i == last) {
        int end = line.length() - part.text().length();
        return line.endsWith(part.text()) && (i == 0 ? end == 0 : end >= at);
      }
      int found = line.indexOf(part.text(), at);
      if (found < 0 || i == 0 && found != 0) {
        return false;
      }
      at = found + part.text().length();
    }
    return true;
  }
}
