package dev.headroom.query.promql;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.OptionalDouble;

/** Numbers as PromQL reads them and as Prometheus writes them. */
public final class NumberText {
  /** Outside of these, numbers get exponents: in Prometheus's JSON, and as Go prints them. */
  private static final double SMALL_IN_JSON = 1e-6;

  private static final double LARGE_IN_JSON = 1e21;
  private static final double SMALL_IN_TEXT = 1e-4;
  private static final double LARGE_IN_TEXT = 1e6;

  /** A number as Go reads it outside of queries; Java would take {@code 5d} for one as well. */
  public static OptionalDouble number(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    String unsigned = lower.startsWith("+") || lower.startsWith("-") ? lower.substring(1) : lower;
    if (unsigned.equals("inf") || unsigned.equals("infinity")) {
      return OptionalDouble.of(
          lower.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
    }
    if (unsigned.equals("nan")) {
      return OptionalDouble.of(Double.NaN);
    }
    try {
      boolean plain = !unsigned.isEmpty() && "0123456789.".indexOf(last(unsigned)) >= 0;
      return plain ? OptionalDouble.of(Double.parseDouble(text)) : OptionalDouble.empty();
    } catch (NumberFormatException _) {
      return OptionalDouble.empty();
    }
  }

  private static char last(String text) {
    return text.charAt(text.length() - 1);
  }

  /** Where the number that starts here ends. */
  static int end(String text, int start) {
    int at = start;
    if (text.startsWith("0x", at) || text.startsWith("0X", at)) {
      return digits(text, at + 2, 16);
    }
    at = digits(text, at, 10);
    if (at < text.length() && text.charAt(at) == '.') {
      at = digits(text, at + 1, 10);
    }
    if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
      int exponent = at + 1;
      if (exponent < text.length() && "+-".indexOf(text.charAt(exponent)) >= 0) {
        exponent++;
      }
      int end = digits(text, exponent, 10);
      return end > exponent ? end : at;
    }
    return at;
  }

  private static int digits(String text, int start, int base) {
    int at = start;
    while (at < text.length()
        && (text.charAt(at) < 128 && Character.digit(text.charAt(at), base) >= 0
            || text.charAt(at) == '_' && at > start)) {
      at++;
    }
    return at;
  }

  /** The value of a literal; a leading zero makes octal, as in Prometheus. */
  static double parse(String literal) {
    String text = literal.replace("_", "");
    if (text.startsWith("0x") || text.startsWith("0X")) {
      return new BigInteger(text.substring(2), 16).doubleValue();
    }
    if (text.length() > 1 && text.charAt(0) == '0' && isOctal(text)) {
      return new BigInteger(text, 8).doubleValue();
    }
    return Double.parseDouble(text);
  }

  private static boolean isOctal(String text) {
    return text.chars().allMatch(c -> c >= '0' && c <= '7');
  }

  /** All digits without an exponent, as in the label of {@code count_values}. */
  static String plain(double value) {
    return isSpecial(value) ? special(value) : digits(value).toPlainString();
  }

  /** As in the JSON of Prometheus's API: exponents below 1e-6 and from 1e21 on. */
  public static String json(double value) {
    return text(value, SMALL_IN_JSON, LARGE_IN_JSON);
  }

  /** As in a query: exponents below 1e-4 and from a million on. */
  static String literal(double value) {
    return text(value, SMALL_IN_TEXT, LARGE_IN_TEXT);
  }

  private static String text(double value, double small, double large) {
    if (isSpecial(value)) {
      return special(value);
    }
    double size = Math.abs(value);
    return size < small || size >= large ? scientific(value) : digits(value).toPlainString();
  }

  private static String scientific(double value) {
    BigDecimal number = digits(value);
    String unscaled = number.unscaledValue().abs().toString();
    int exponent = unscaled.length() - 1 - number.scale();
    String fraction = unscaled.length() > 1 ? "." + unscaled.substring(1) : "";
    String power = (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
    return (value < 0 ? "-" : "")
        + unscaled.charAt(0)
        + fraction
        + (exponent < 0 ? "e-" : "e+")
        + power;
  }

  private static boolean isSpecial(double value) {
    return value == 0 || Double.isNaN(value) || Double.isInfinite(value);
  }

  private static String special(double value) {
    if (value == 0) {
      return 1 / value < 0 ? "-0" : "0";
    }
    return Double.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
  }

  /** The fewest digits that read back as the value. */
  private static BigDecimal digits(double value) {
    return new BigDecimal(Double.toString(value)).stripTrailingZeros();
  }

  private NumberText() {}
}
