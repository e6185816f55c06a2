package dev.headroom.query.promql;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * String literals with Go's escapes. {@code \xHH} and {@code \OOO} stand for bytes, which together
 * must be UTF-8; other bytes become U+FFFD.
 */
public final class StringText {
  private static final String SIMPLE = "abfnrtv\\'\"";
  private static final String MEANS = "\u0007\b\f\n\r\t\u000b\\'\"";

  /** The same of a text that is no PromQL, whose literals are Go's as well. */
  public static String unquote(String text, int start, int end) {
    char quote = text.charAt(start);
    return quote == '`' || text.substring(start, end).indexOf('\\') < 0
        ? text.substring(start + 1, end - 1)
        : unquote(new SourceText(text), start, end);
  }

  /** What the literal from start to end, quotes included, stands for. */
  static String unquote(SourceText source, int start, int end) {
    String text = source.text();
    if (text.charAt(start) == '`') {
      return text.substring(start + 1, end - 1);
    }
    String body = text.substring(start + 1, end - 1);
    return body.indexOf('\\') < 0 ? body : new Escapes(source, start + 1, end - 1).decode();
  }

  private static final class Escapes {
    private final SourceText source;
    private final String text;
    private final int end;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int at;

    Escapes(SourceText source, int start, int end) {
      this.source = source;
      this.text = source.text();
      this.at = start;
      this.end = end;
    }

    String decode() {
      while (at < end) {
        int next = text.indexOf('\\', at);
        int stop = next < 0 || next > end ? end : next;
        out.writeBytes(text.substring(at, stop).getBytes(StandardCharsets.UTF_8));
        at = stop;
        if (at < end) {
          escape();
        }
      }
      return out.toString(StandardCharsets.UTF_8);
    }

    private void escape() {
      int start = at++;
      char c = text.charAt(at++);
      int simple = SIMPLE.indexOf(c);
      if (simple >= 0) {
        out.write(MEANS.charAt(simple));
      } else if (c == 'x') {
        out.write(digits(start, 2, 16));
      } else if (c >= '0' && c <= '7') {
        at--;
        int value = digits(start, 3, 8);
        if (value > 255) {
          throw source.error(start, "octal escape value " + value + " > 255");
        }
        out.write(value);
      } else if (c == 'u' || c == 'U') {
        int point = digits(start, c == 'u' ? 4 : 8, 16);
        if (!Character.isValidCodePoint(point) || point >= 0xd800 && point <= 0xdfff) {
          throw source.error(start, "escape sequence is an invalid Unicode code point");
        }
        out.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
      } else {
        throw source.error(start, "unknown escape sequence \\" + c);
      }
    }

    private int digits(int start, int count, int base) {
      int value = 0;
      for (int i = 0; i < count; i++) {
        int digit = at < end ? Character.digit(text.charAt(at++), base) : -1;
        if (digit < 0) {
          throw source.error(start, "escape sequence needs " + count + " digits");
        }
        value = value * base + digit;
      }
      return value;
    }
  }

  /** A literal in double quotes that reads back as the text. */
  public static String quote(String value) {
    var out = new StringBuilder(value.length() + 2).append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      int simple = c == '\'' ? -1 : MEANS.indexOf(c);
      if (simple >= 0) {
        out.append('\\').append(SIMPLE.charAt(simple));
      } else if (c < ' ' || c == '\u007f') {
        out.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString();
  }

  private StringText() {}
}
