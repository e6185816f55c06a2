package dev.headroom.query.promql;

import java.util.ArrayList;
import java.util.List;

/** Cuts a query into tokens. Comments run from {@code #} to the end of the line. */
final class Lexer {
  private static final List<String> TWO_CHARS = List.of("==", "!=", "=~", "!~", "<=", ">=");
  private static final String ONE_CHAR = "(){}[],:@+-*/%^=<>";

  private final SourceText source;
  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private boolean inBrackets;

  private Lexer(SourceText source) {
    this.source = source;
    this.text = source.text();
  }

  /** All tokens; the last one is of kind END. */
  static List<Token> tokens(SourceText source) {
    return new Lexer(source).run();
  }

  private List<Token> run() {
    while (true) {
      skipBlanks();
      if (at >= text.length()) {
        tokens.add(new Token(Token.Kind.END, "", at, at));
        return tokens;
      }
      char c = text.charAt(at);
      if (c == '"' || c == '\'' || c == '`') {
        string();
      } else if (isDigit(c) || c == '.' && isDigit(charAt(at + 1))) {
        numberOrDuration();
      } else if (isWordStart(c) && !(c == ':' && inBrackets)) {
        word();
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

  private void word() {
    int start = at;
    while (isWordStart(charAt(at)) || isDigit(charAt(at))) {
      at++;
    }
    add(Token.Kind.WORD, start);
  }

  private void symbol(char c) {
    int start = at;
    if (at + 2 <= text.length() && TWO_CHARS.contains(text.substring(at, at + 2))) {
      at += 2;
    } else if (ONE_CHAR.indexOf(c) >= 0) {
      inBrackets = c == '[' || inBrackets && c != ']';
      at++;
    } else {
      String shown = text.substring(at, text.offsetByCodePoints(at, 1));
      throw source.error(at, "unexpected character: '" + shown + "'");
    }
    add(Token.Kind.SYMBOL, start);
  }

  private void numberOrDuration() {
    int start = at;
    int end = DurationText.end(text, at);
    boolean isDuration = end > at;
    at = isDuration ? end : NumberText.end(text, at);
    if (text.charAt(at - 1) == 'x' || text.charAt(at - 1) == 'X') {
      at--; // no digits behind the 0x
    }
    if (isWordStart(charAt(at)) && !(charAt(at) == ':' && inBrackets) || isDigit(charAt(at))) {
      while (isWordStart(charAt(at)) || isDigit(charAt(at))) {
        at++;
      }
      throw source.error(
          start, "bad number or duration syntax: \"" + text.substring(start, at) + '"');
    }
    add(isDuration ? Token.Kind.DURATION : Token.Kind.NUMBER, start);
  }

  private void string() {
    int start = at;
    char quote = text.charAt(at++);
    while (true) {
      if (at >= text.length() || quote != '`' && text.charAt(at) == '\n') {
        throw source.error(start, "unterminated quoted string");
      }
      char c = text.charAt(at++);
      if (c == '\\' && quote != '`') {
        at++;
      } else if (c == quote) {
        break;
      }
    }
    String value = StringText.unquote(source, start, at);
    tokens.add(new Token(Token.Kind.STRING, value, start, at));
  }

  private void add(Token.Kind kind, int start) {
    tokens.add(new Token(kind, text.substring(start, at), start, at));
  }

  /** NUL behind the end: no rule takes it. */
  private char charAt(int place) {
    return place < text.length() ? text.charAt(place) : '\0';
  }

  private static boolean isWordStart(char c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == ':';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
