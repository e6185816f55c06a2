package dev.headroom.query.lang;

import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Printable;

/** Query text and a place in it. Columns in messages count from 1. Not thread-safe. */
final class QueryText {
  static final int MAX_CHARS = 32_768;

  /** What {@link #peek} gives behind the last character; no text holds it. */
  static final char END = '\0';

  private final String text;
  private int at;

  QueryText(String text) {
    if (text.length() > MAX_CHARS) {
      throw HeadroomException.invalid(
          "query has " + text.length() + " characters, expected at most " + MAX_CHARS);
    }
    int zero = text.indexOf(END);
    if (zero >= 0) {
      throw HeadroomException.invalid("column " + (zero + 1) + ": query holds a NUL character");
    }
    this.text = text;
  }

  int at() {
    return at;
  }

  char peek() {
    return peek(0);
  }

  char peek(int ahead) {
    int place = at + ahead;
    return place >= 0 && place < text.length() ? text.charAt(place) : END;
  }

  boolean atEnd() {
    return at >= text.length();
  }

  char next() {
    return text.charAt(at++);
  }

  void skip(int count) {
    at += count;
  }

  void skipBlanks() {
    while (isBlank(peek())) {
      at++;
    }
  }

  boolean startsWith(String word) {
    return text.startsWith(word, at);
  }

  /** Takes the text if it stands here. */
  boolean take(String word) {
    if (!startsWith(word)) {
      return false;
    }
    at += word.length();
    return true;
  }

  static boolean isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\u3000';
  }

  HeadroomException expected(String what) {
    return expected(what, at);
  }

  /** An error that says what should have stood at {@code place} and what does. */
  HeadroomException expected(String what, int place) {
    String found = place >= text.length() ? "the end of the query" : quoteFrom(place);
    return error("expected " + what + ", found " + found, place);
  }

  HeadroomException error(String message, int place) {
    return HeadroomException.invalid("column " + (place + 1) + ": " + message);
  }

  private String quoteFrom(int place) {
    int end = place + 1;
    while (end < text.length() && end - place < 20 && !isBlank(text.charAt(end))) {
      end++;
    }
    return Printable.quote(text.substring(place, end));
  }
}
