package dev.headroom.query.promql;

import dev.headroom.storage.model.HeadroomException;
import java.util.List;
import java.util.Locale;

/** The tokens of a query, one after another, and the small things made of them. */
final class TokenReader {
  private final SourceText source;
  private final List<Token> tokens;
  private int at;

  TokenReader(SourceText source) {
    this.source = source;
    this.tokens = Lexer.tokens(source);
  }

  SourceText source() {
    return source;
  }

  Token peek() {
    return tokens.get(at);
  }

  /** Takes a token; the last one stays. */
  Token next() {
    Token token = tokens.get(at);
    if (token.kind() != Token.Kind.END) {
      at++;
    }
    return token;
  }

  boolean take(String symbol) {
    if (!peek().is(symbol)) {
      return false;
    }
    next();
    return true;
  }

  boolean takeWord(String word) {
    if (!peek().isWord(word)) {
      return false;
    }
    next();
    return true;
  }

  void expect(String symbol, String expected) {
    if (!take(symbol)) {
      throw unexpected(expected);
    }
  }

  HeadroomException unexpected(String expected) {
    return source.unexpected(peek(), expected);
  }

  /** A duration, or a number of seconds. */
  long durationMillis() {
    Token token = next();
    if (token.kind() == Token.Kind.DURATION) {
      long millis = DurationText.millis(token.text());
      if (millis < 0) {
        throw source.error(token.start(), "duration out of range");
      }
      return millis;
    }
    double seconds = number(token, "a duration such as 5m, or a number of seconds");
    double millis = seconds * 1000;
    if (!(millis <= DurationText.MAX_MILLIS)) {
      throw source.error(token.start(), "duration out of range");
    }
    return Math.round(millis);
  }

  long positiveDurationMillis() {
    int start = peek().start();
    long millis = durationMillis();
    if (millis <= 0) {
      throw source.error(start, "duration must be greater than 0");
    }
    return millis;
  }

  long signedDurationMillis() {
    boolean negative = take("-");
    if (!negative) {
      take("+");
    }
    return negative ? -durationMillis() : durationMillis();
  }

  /** Seconds since 1970, with a sign and a fraction. */
  long timestampMillis() {
    boolean negative = take("-");
    if (!negative) {
      take("+");
    }
    Token token = next();
    boolean duration = token.kind() == Token.Kind.DURATION;
    double seconds =
        duration
            ? DurationText.millis(token.text()) / 1000.0
            : number(token, "a number of seconds, start() or end()");
    double millis = seconds * 1000;
    if (!(millis <= MetricEngine.MAX_TIME_MILLIS)) {
      throw source.error(token.start(), "timestamp out of bounds for @ modifier: " + token.text());
    }
    return Math.round(negative ? -millis : millis);
  }

  private double number(Token token, String expected) {
    String word = token.text().toLowerCase(Locale.ROOT);
    if (token.kind() == Token.Kind.WORD && (word.equals("inf") || word.equals("nan"))) {
      return Double.NaN;
    }
    if (token.kind() != Token.Kind.NUMBER) {
      throw source.unexpected(token, expected);
    }
    return NumberText.parse(token.text());
  }
}
