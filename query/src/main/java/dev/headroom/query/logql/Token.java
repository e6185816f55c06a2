package dev.headroom.query.logql;

/**
 * A piece of a query.
 *
 * @param text as written; of a string, what it stands for
 * @param start place of its first character
 */
record Token(Kind kind, String text, int start) {
  enum Kind {
    WORD,
    STRING,
    NUMBER,
    DURATION,
    BYTES,
    FLAG,
    SYMBOL,
    END
  }

  boolean is(String symbol) {
    return kind == Kind.SYMBOL && text.equals(symbol);
  }

  boolean isWord(String word) {
    return kind == Kind.WORD && text.equals(word);
  }
}
