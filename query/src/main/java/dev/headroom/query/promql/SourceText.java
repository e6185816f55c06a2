package dev.headroom.query.promql;

import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Printable;

/** The text of a query; makes messages as Prometheus does: {@code 1:5: parse error: …}. */
record SourceText(String text) {
  /** Longer ones are a mistake; Grafana's longest dashboards stay below a tenth of it. */
  static final int MAX_CHARS = 65_536;

  SourceText {
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
        line + ":" + (place - lineStart + 1) + ": parse error: " + message);
  }

  HeadroomException unexpected(Token token, String expected) {
    String found =
        switch (token.kind()) {
          case END -> "end of input";
          case STRING -> "string " + Printable.quote(token.text());
          case NUMBER -> "number " + Printable.quote(token.text());
          case DURATION -> "duration " + Printable.quote(token.text());
          case WORD, SYMBOL -> Printable.quote(token.text());
        };
    return error(token.start(), "unexpected " + found + ", expected " + expected);
  }
}
