package dev.headroom.query.logql;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads {@code key=value key="quoted value" flag}. What is malformed is passed over, or with {@code
 * strict} ends the reading. Of one key given twice the last counts.
 */
final class LogfmtReader {
  private final String line;
  private final boolean strict;
  private final Map<String, String> pairs = new LinkedHashMap<>();
  private Optional<String> error = Optional.empty();
  private int at;

  LogfmtReader(String line, boolean strict) {
    this.line = line;
    this.strict = strict;
    while (at < line.length() && (error.isEmpty() || !strict)) {
      pair();
    }
    if (!strict) {
      error = Optional.empty();
    }
  }

  Map<String, String> pairs() {
    return pairs;
  }

  /** With {@code strict}, the first thing that is wrong. */
  Optional<String> error() {
    return error;
  }

  private void pair() {
    while (at < line.length() && line.charAt(at) <= ' ') {
      at++;
    }
    int start = at;
    while (at < line.length() && line.charAt(at) > ' ' && "=\"".indexOf(line.charAt(at)) < 0) {
      at++;
    }
    String key = line.substring(start, at);
    if (at < line.length() && line.charAt(at) == '"') {
      fail("unexpected '\"'");
      skipWord();
      return;
    }
    if (at >= line.length() || line.charAt(at) != '=') {
      if (!key.isEmpty()) {
        pairs.put(key, "");
      }
      return;
    }
    if (key.isEmpty()) {
      fail("unexpected '='");
      skipWord();
      return;
    }
    at++;
    if (at < line.length() && line.charAt(at) == '"') {
      quoted(key);
    } else {
      bare(key);
    }
  }

  private void bare(String key) {
    int start = at;
    while (at < line.length() && line.charAt(at) > ' ') {
      char c = line.charAt(at);
      if (c == '=' || c == '"') {
        fail("unexpected '" + c + "'");
        if (strict) {
          return;
        }
      }
      at++;
    }
    pairs.put(key, line.substring(start, at));
  }

  private void quoted(String key) {
    var value = new StringBuilder();
    at++;
    while (at < line.length()) {
      char c = line.charAt(at++);
      if (c == '"') {
        pairs.put(key, value.toString());
        return;
      }
      if (c == '\\' && at < line.length()) {
        char escaped = line.charAt(at++);
        switch (escaped) {
          case 'n' -> value.append('\n');
          case 't' -> value.append('\t');
          case 'r' -> value.append('\r');
          default -> value.append(escaped);
        }
      } else {
        value.append(c);
      }
    }
    fail("unterminated quoted value");
  }

  private void skipWord() {
    while (at < line.length() && line.charAt(at) > ' ') {
      at++;
    }
  }

  private void fail(String message) {
    if (error.isEmpty()) {
      error = Optional.of("logfmt syntax error at pos " + (at + 1) + " : " + message);
    }
  }
}
