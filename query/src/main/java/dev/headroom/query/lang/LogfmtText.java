package dev.headroom.query.lang;

import java.util.function.BiConsumer;

/** Texts such as {@code level=info msg="it is done" took=12 cached}. */
public final class LogfmtText {
  /**
   * Gives each name and value: a number when it is written as JSON writes one, else the text; a
   * name by itself is true. What is no name is passed over.
   *
   * @param most so many at most
   */
  public static void read(String text, int most, BiConsumer<String, Object> fields) {
    int at = 0;
    int left = most;
    while (at < text.length() && left > 0) {
      if (!continuesName(text.charAt(at))) {
        at++;
        continue;
      }
      int end = at;
      while (end < text.length() && continuesName(text.charAt(end))) {
        end++;
      }
      String name = text.substring(at, end);
      left--;
      if (end == text.length() || text.charAt(end) != '=') {
        fields.accept(name, true);
        at = end;
      } else if (end + 1 < text.length() && text.charAt(end + 1) == '"') {
        var value = new StringBuilder();
        at = quoted(text, end + 2, value);
        fields.accept(name, value.toString());
      } else {
        at = endOfValue(text, end + 1);
        fields.accept(name, NumberWords.numberOrText(text.substring(end + 1, at)));
      }
    }
  }

  private static boolean continuesName(char c) {
    return c > ' ' && c != '=' && c != '"' && c != '\u00a0';
  }

  private static int endOfValue(String text, int start) {
    int at = start;
    while (at < text.length() && text.charAt(at) > ' ') {
      at++;
    }
    return at;
  }

  /** Reads up to behind the closing quote, or to the end of the text. */
  private static int quoted(String text, int start, StringBuilder value) {
    int at = start;
    while (at < text.length() && text.charAt(at) != '"') {
      char c = text.charAt(at++);
      if (c == '\\' && at < text.length()) {
        char escaped = text.charAt(at++);
        c =
            switch (escaped) {
              case 'n' -> '\n';
              case 't' -> '\t';
              case 'r' -> '\r';
              default -> escaped;
            };
      }
      value.append(c);
    }
    return at + 1;
  }

  private LogfmtText() {}
}
