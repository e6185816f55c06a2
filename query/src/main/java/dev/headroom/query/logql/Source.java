package dev.headroom.query.logql;

import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Printable;

/** The text of a query; makes messages as Loki does: {@code parse error at line 1, col 5: …}. */
record Source(String text) {
  /** Far more than dashboards need. */
  static final int MAX_CHARS = 65_536;

  Source {
    if (text.length() > MAX_CHARS) {
      throw HeadroomException.invalid(
          "query has " + text.length() + " characters, expected at most " + MAX_CHARS);
    }
  }

  HeadroomException error(int place, String message) {
    int line = 1;
    int lineStart = 0;
    for (int i = 0; i < Math.min(place, text.length()); i++) {
      if (text.charAt(i) == '\n') {
        line++;
        lineStart = i + 1;
      }
    }
    return HeadroomException.invalid(
        "parse error at line " + line + ", col " + (place - lineStart + 1) + ": " + message);
  }

  HeadroomException unexpected(Token token, String expected) {
    String found =
        switch (token.kind()) {
          case END -> "end of query";
          case STRING -> "string " + Printable.quote(token.text());
          case NUMBER -> "number " + token.text();
          case DURATION -> "duration " + token.text();
          case BYTES -> "size " + token.text();
          case WORD, SYMBOL, FLAG -> Printable.quote(token.text());
        };
    return error(token.start(), "unexpected " + found + ", expected " + expected);
  }
}
