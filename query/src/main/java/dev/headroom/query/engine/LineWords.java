package dev.headroom.query.engine;

import java.util.ArrayList;
import java.util.List;

/** Cuts a line into words, with what differs from line to line masked. */
final class LineWords {
  /** Stands for what differs. */
  static final String ANY = "<*>";

  private static final int MAX_WORDS = 100;
  private static final int MAX_CHARS = 4096;
  private static final int MIN_HEX = 8;

  /** Words by blanks; runs of letters and digits that hold a digit are masked. */
  static List<String> of(String line) {
    String looked = line.length() > MAX_CHARS ? line.substring(0, MAX_CHARS) : line;
    var words = new ArrayList<String>();
    int at = 0;
    while (at < looked.length()) {
      if (isBlank(looked.charAt(at))) {
        at++;
        continue;
      }
      int end = at;
      while (end < looked.length() && !isBlank(looked.charAt(end))) {
        end++;
      }
      if (words.size() == MAX_WORDS - 1) {
        words.add(ANY);
        break;
      }
      words.add(masked(looked, at, end));
      at = end;
    }
    return words;
  }

  private static boolean isBlank(char c) {
    return c <= ' ' || Character.isWhitespace(c);
  }

  private static String masked(String line, int from, int to) {
    var word = new StringBuilder();
    int at = from;
    while (at < to) {
      int end = at;
      boolean digit = false;
      boolean hex = true;
      while (end < to && Character.isLetterOrDigit(line.charAt(end))) {
        char c = line.charAt(end++);
        digit |= Character.isDigit(c);
        hex &= Character.digit(c, 16) >= 0;
      }
      if (end == at) {
        word.append(line.charAt(at++));
      } else if (digit || hex && end - at >= MIN_HEX) {
        mask(word);
        at = end;
      } else {
        word.append(line, at, end);
        at = end;
      }
    }
    return word.toString();
  }

  /** Two masks with only a sign between them are one: an address, a date, a version. */
  private static void mask(StringBuilder word) {
    int length = word.length();
    boolean joined =
        length > ANY.length()
            && ".:-_/,+T".indexOf(word.charAt(length - 1)) >= 0
            && word.lastIndexOf(ANY) == length - 1 - ANY.length();
    if (joined) {
      word.setLength(length - 1);
    } else {
      word.append(ANY);
    }
  }

  private LineWords() {}
}
