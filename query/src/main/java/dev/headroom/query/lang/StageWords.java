package dev.headroom.query.lang;

import dev.headroom.storage.model.HeadroomException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The small parts that stages are made of: names, numbers, spans and words between them. */
final class StageWords {
  static final int MAX_NAMES = 100;

  private final QueryText in;

  StageWords(QueryText in) {
    this.in = in;
  }

  /** A run of small letters, which may be empty. */
  String letters() {
    var word = new StringBuilder();
    while (in.peek() >= 'a' && in.peek() <= 'z') {
      word.append(in.next());
    }
    return word.toString();
  }

  /** Takes the word if it stands here, with blanks around it. */
  boolean takeWord(String word) {
    in.skipBlanks();
    if (!in.startsWith(word) || !QueryText.isBlank(in.peek(word.length()))) {
      return false;
    }
    in.skip(word.length());
    return true;
  }

  boolean atDigit() {
    return in.peek() >= '0' && in.peek() <= '9';
  }

  int number(String what, int min, int max) {
    in.skipBlanks();
    int start = in.at();
    long value = 0;
    while (atDigit() && value <= max) {
      value = value * 10 + in.next() - '0';
    }
    if (in.at() == start || value < min || value > max) {
      throw in.expected(what + " from " + min + " to " + max, start);
    }
    return (int) value;
  }

  /** A bare or quoted name; a call such as {@code avg(duration)} is the name of its column. */
  String name(String what) {
    in.skipBlanks();
    int start = in.at();
    var name = new StringBuilder();
    if (in.take("\"") || in.take("`")) {
      char quote = in.peek(-1);
      while (in.peek() != quote) {
        if (in.atEnd()) {
          throw in.error("this quote is not closed; expected a second " + quote, start);
        }
        name.append(in.next());
      }
      in.skip(1);
    } else {
      int open = 0;
      while (continuesName(in.peek(), open > 0)
          || in.peek() == '('
          || open > 0 && in.peek() == ')') {
        open += in.peek() == '(' ? 1 : in.peek() == ')' ? -1 : 0;
        name.append(in.next());
      }
    }
    if (name.isEmpty()) {
      throw in.expected(what, start);
    }
    return name.toString();
  }

  private static boolean continuesName(char c, boolean inBrackets) {
    return c != QueryText.END
        && !QueryText.isBlank(c)
        && (inBrackets ? "()|\"`" : "()|,\"`=").indexOf(c) < 0;
  }

  List<String> names(String what) {
    var names = new ArrayList<String>();
    do {
      if (names.size() == MAX_NAMES) {
        throw in.error("more than " + MAX_NAMES + " names", in.at());
      }
      names.add(name(what));
      in.skipBlanks();
    } while (in.take(","));
    return names;
  }

  void open(String what) {
    in.skipBlanks();
    if (!in.take("(")) {
      throw in.expected(what);
    }
    in.skipBlanks();
  }

  void close() {
    in.skipBlanks();
    if (!in.take(")")) {
      throw in.expected("\")\"");
    }
  }

  /** A length of time such as {@code 5m}. */
  long nanos() {
    in.skipBlanks();
    int start = in.at();
    var text = new StringBuilder();
    while (atDigit() || in.peek() >= 'a' && in.peek() <= 'z') {
      text.append(in.next());
    }
    if (text.isEmpty()) {
      throw in.expected("a length of time such as 30s, 5m, 1h or 1d", start);
    }
    return at(start, () -> Intervals.nanos(text.toString()));
  }

  /** A text between quotes or slashes in which only the closing sign may be escaped. */
  String raw(String what) {
    in.skipBlanks();
    int start = in.at();
    char close = in.peek();
    if (close != '"' && close != '/' && close != '\'') {
      throw in.expected(what);
    }
    in.skip(1);
    var text = new StringBuilder();
    while (in.peek() != close) {
      if (in.atEnd()) {
        throw in.error("this pattern is not closed; expected a second " + close, start);
      }
      if (in.peek() == '\\' && in.peek(1) == close) {
        in.skip(1);
      } else if (in.peek() == '\\' && in.peek(1) != QueryText.END) {
        text.append(in.next());
      }
      text.append(in.next());
    }
    in.skip(1);
    return text.toString();
  }

  /** Adds the column to what is wrong with the text there. */
  <T> T at(int start, Supplier<T> reading) {
    try {
      return reading.get();
    } catch (HeadroomException e) {
      throw in.error(String.valueOf(e.getMessage()), start);
    }
  }
}
