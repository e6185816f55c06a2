package dev.headroom.query.lang;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Printable;
import java.util.ArrayList;

/**
 * Compiles the regular expressions of one query. They are RE2's, so matching takes linear time; and
 * as {@code ((a{1000}){1000}){1000}} is short but would fill the heap, what counted repeats unfold
 * to is bounded before, for all expressions of the query together.
 */
final class SafeRegex {
  private static final int MAX_CHARS = 16_384;
  private static final long MAX_UNFOLDED = 20_000;

  private long left = MAX_UNFOLDED;

  /**
   * Compiles one.
   *
   * @throws HeadroomException INVALID with what is wrong about it
   */
  Pattern compile(String regex) {
    if (regex.length() > MAX_CHARS) {
      throw HeadroomException.invalid(
          "the regular expression has more than " + MAX_CHARS + " characters");
    }
    left -= unfolded(regex);
    if (left < 0) {
      throw HeadroomException.invalid(
          "regular expressions unfold to more than "
              + MAX_UNFOLDED
              + " parts, with their repeats written out");
    }
    try {
      return Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      String where = e.getPattern() == null || e.getPattern().isEmpty() ? "" : " in ";
      throw HeadroomException.invalid(
          "the regular expression has a mistake: "
              + e.getDescription()
              + (where.isEmpty() ? "" : where + Printable.quote(e.getPattern())));
    }
  }

  /** How many single characters a text without counted repeats would have; an upper bound. */
  private static long unfolded(String regex) {
    var outer = new ArrayList<Long>();
    long size = 0; // of the group so far
    long last = 0; // of what a repeat would repeat
    for (int i = 0; i < regex.length(); i++) {
      char c = regex.charAt(i);
      if (c == '(') {
        outer.add(size);
        size = 0;
        last = 0;
        continue;
      }
      if (c == ')' && !outer.isEmpty()) {
        last = size + 1;
        size = outer.removeLast() + last;
        continue;
      }
      int end = c == '{' ? endOfCount(regex, i) : -1;
      if (end > 0) {
        long times = Math.max(1, count(regex, i + 1, end));
        size = Math.min(Integer.MAX_VALUE, size - last + last * times);
        last = Math.min(Integer.MAX_VALUE, last * times);
        i = end;
        continue;
      }
      i = c == '\\' ? endOfEscape(regex, i) : c == '[' ? endOfClass(regex, i) : i;
      last = 1;
      size++;
    }
    for (long before : outer) {
      size += before;
    }
    return size;
  }

  /** Where {@code {2,5}} ends; -1 when the brace stands for itself. */
  private static int endOfCount(String regex, int start) {
    int at = start + 1;
    while (at < regex.length() && (isDigit(regex.charAt(at)) || regex.charAt(at) == ',')) {
      at++;
    }
    return at > start + 1 && at < regex.length() && regex.charAt(at) == '}' ? at : -1;
  }

  private static long count(String regex, int start, int end) {
    long most = 0;
    long number = 0;
    for (int i = start; i < end; i++) {
      char c = regex.charAt(i);
      number = c == ',' ? 0 : Math.min(100_000, number * 10 + c - '0');
      most = Math.max(most, number);
    }
    return most;
  }

  private static int endOfEscape(String regex, int start) {
    return Math.min(start + 1, regex.length() - 1);
  }

  private static int endOfClass(String regex, int start) {
    int at = start + 1;
    if (at < regex.length() && regex.charAt(at) == '^') {
      at++;
    }
    if (at < regex.length() && regex.charAt(at) == ']') {
      at++;
    }
    while (at < regex.length() && regex.charAt(at) != ']') {
      at += regex.charAt(at) == '\\' ? 2 : regex.startsWith("[:", at) ? posixLength(regex, at) : 1;
    }
    return Math.min(at, regex.length() - 1);
  }

  private static int posixLength(String regex, int at) {
    int end = regex.indexOf(":]", at + 2);
    return end < 0 ? 1 : end + 2 - at;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
