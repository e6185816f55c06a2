package dev.headroom.query.logql;

import dev.headroom.query.promql.NumberText;
import dev.headroom.query.promql.StringText;
import java.util.ArrayList;
import java.util.List;

/** Cuts a query into tokens. Comments run from {@code #} to the end of the line. */
final class Lexer {
  private static final List<String> TWO_CHARS =
      List.of("|=", "|~", "|>", "!=", "!~", "!>", "=~", "==", ">=", "<=");
  private static final String ONE_CHAR = "|={}()[],+-*/%^<>@";

  private final Source source;
  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  private Lexer(Source source) {
    this.source = source;
    this.text = source.text();
  }

  /** All tokens; the last one is of kind END. */
  static List<Token> tokens(Source source) {
    return new Lexer(source).run();
  }

  private List<Token> run() {
    while (true) {
      skipBlanks();
      if (at >= text.length()) {
        tokens.add(new Token(Token.Kind.END, "", at));
        return tokens;
      }
      char c = text.charAt(at);
      if (c == '"' || c == '`') {
        string(c);
      } else if (isDigit(c) || c == '.' && isDigit(charAt(at + 1))) {
        quantity();
      } else if (isWordStart(c)) {
        int start = at;
        while (isWordStart(charAt(at)) || isDigit(charAt(at))) {
          at++;
        }
        add(Token.Kind.WORD, start);
      } else if (c == '-' && charAt(at + 1) == '-' && isWordStart(charAt(at + 2))) {
        flag();
      } else {
        symbol(c);
      }
    }
  }

  private void skipBlanks() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '#') {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        at++;
      } else {
        return;
      }
    }
  }

  private void flag() {
    int start = at;
    at += 2;
    while (isWordStart(charAt(at)) || charAt(at) == '-') {
      at++;
    }
    add(Token.Kind.FLAG, start);
  }

  private void symbol(char c) {
    int start = at;
    if (at + 2 <= text.length() && TWO_CHARS.contains(text.substring(at, at + 2))) {
      at += 2;
    } else if (ONE_CHAR.indexOf(c) >= 0) {
      at++;
    } else {
      String shown = text.substring(at, text.offsetByCodePoints(at, 1));
      throw source.error(at, "unexpected character '" + shown + "'");
    }
    add(Token.Kind.SYMBOL, start);
  }

  /** A number, a duration ({@code 1h30m}) or a size ({@code 5MiB}). */
  private void quantity() {
    int start = at;
    while (isWordStart(charAt(at)) || isDigit(charAt(at)) || ".µ".indexOf(charAt(at)) >= 0) {
      boolean exponent = (charAt(at) == 'e' || charAt(at) == 'E') && isDigit(charAt(at - 1));
      at++;
      if (exponent && "+-".indexOf(charAt(at)) >= 0 && isDigit(charAt(at + 1))) {
        at++;
      }
    }
    String found = text.substring(start, at);
    if (NumberText.number(found).isPresent()) {
      add(Token.Kind.NUMBER, start);
    } else if (Units.durationNanos(found).isPresent()) {
      add(Token.Kind.DURATION, start);
    } else if (Units.bytes(found).isPresent()) {
      add(Token.Kind.BYTES, start);
    } else {
      throw source.error(start, "bad number, duration or size \"" + found + '"');
    }
  }

  private void string(char quote) {
    int start = at++;
    while (true) {
      if (at >= text.length() || quote == '"' && text.charAt(at) == '\n') {
        throw source.error(start, "literal not terminated");
      }
      char c = text.charAt(at++);
      if (c == '\\' && quote == '"') {
        at++;
      } else if (c == quote) {
        break;
      }
    }
    tokens.add(new Token(Token.Kind.STRING, StringText.unquote(text, start, at), start));
  }

  private void add(Token.Kind kind, int start) {
    tokens.add(new Token(kind, text.substring(start, at), start));
  }

  /** NUL behind the end: no rule takes it. */
  private char charAt(int place) {
    return place < text.length() ? text.charAt(place) : '\0';
  }

  private static boolean isWordStart(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
