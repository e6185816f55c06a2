package dev.headroom.query.lang;

import java.util.Optional;

/** Numbers inside texts. */
public final class NumberWords {
  private static final int MAX_CHARS = 40;

  /** The number when the text is written as JSON writes one, else the text: {@code 007} stays. */
  public static Object numberOrText(String text) {
    return isJsonNumber(text) ? number(text).<Object>map(n -> n).orElse(text) : text;
  }

  /**
   * The number that the whole text writes, in decimals: {@code 7}, {@code +7}, {@code 007}, {@code
   * -1.5e3}. A {@code Long} when it is one, else a finite {@code Double}.
   */
  public static Optional<Number> number(String text) {
    if (!isNumber(text)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Long.valueOf(text.startsWith("+") ? text.substring(1) : text));
    } catch (NumberFormatException _) {
      double value = Double.parseDouble(text);
      return Double.isFinite(value) ? Optional.of(value) : Optional.empty();
    }
  }

  private static boolean isJsonNumber(String text) {
    int start = text.startsWith("-") ? 1 : 0;
    boolean zero = text.startsWith("0", start);
    return text.length() > start
        && isDigit(text.charAt(start))
        && (!zero || text.length() == start + 1 || !isDigit(text.charAt(start + 1)))
        && !text.endsWith(".")
        && isNumber(text);
  }

  private static boolean isNumber(String text) {
    if (text.isEmpty() || text.length() > MAX_CHARS) {
      return false;
    }
    int at = text.charAt(0) == '-' || text.charAt(0) == '+' ? 1 : 0;
    int whole = digits(text, at);
    int end = at + whole;
    int part = 0;
    if (end < text.length() && text.charAt(end) == '.') {
      part = digits(text, end + 1);
      end += 1 + part;
    }
    if (whole + part == 0) {
      return false;
    }
    if (end < text.length() && (text.charAt(end) == 'e' || text.charAt(end) == 'E')) {
      int sign = end + 1 < text.length() && "+-".indexOf(text.charAt(end + 1)) >= 0 ? 1 : 0;
      int power = digits(text, end + 1 + sign);
      end = power == 0 ? -1 : end + 1 + sign + power;
    }
    return end == text.length();
  }

  private static int digits(String text, int from) {
    int at = from;
    while (at < text.length() && isDigit(text.charAt(at))) {
      at++;
    }
    return at - from;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private NumberWords() {}
}
