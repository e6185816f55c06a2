package dev.headroom.query.logql;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.headroom.storage.model.HeadroomException;
import java.util.ArrayList;
import java.util.List;

/** The tokens of a query, one after another, and the small things made of them. */
final class TokenReader {
  private final Source source;
  private final List<Token> tokens;
  private int at;

  TokenReader(Source source) {
    this.source = source;
    this.tokens = Lexer.tokens(source);
  }

  Source source() {
    return source;
  }

  Token peek() {
    return tokens.get(at);
  }

  /** A token further on; the last one stays. */
  Token peek(int ahead) {
    return tokens.get(Math.min(at + ahead, tokens.size() - 1));
  }

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

  String word(String expected) {
    return take(Token.Kind.WORD, expected);
  }

  String string(String expected) {
    return take(Token.Kind.STRING, expected);
  }

  private String take(Token.Kind kind, String expected) {
    if (peek().kind() != kind) {
      throw unexpected(expected);
    }
    return next().text();
  }

  HeadroomException unexpected(String expected) {
    return source.unexpected(peek(), expected);
  }

  /** {@code 5m} */
  long durationNanos() {
    Token token = peek();
    if (token.kind() != Token.Kind.DURATION) {
      throw unexpected("a duration such as 5m");
    }
    next();
    return Units.durationNanos(token.text()).orElseThrow();
  }

  /** {@code (a, b)} */
  List<String> names() {
    expect("(", "\"(\" and labels");
    var names = new ArrayList<String>();
    while (!take(")")) {
      names.add(word("a label name or \")\""));
      if (!peek().is(")")) {
        expect(",", "\",\" or \")\"");
      }
    }
    return names;
  }

  /** A regular expression that stands in the token at {@code place}. */
  Pattern pattern(String regex, int place) {
    try {
      return Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      throw source.error(place, String.valueOf(e.getMessage()));
    }
  }
}
