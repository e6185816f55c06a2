package dev.headroom.forecast.report;

import java.util.Locale;

/**
 * A number with its unit, for people: bytes in binary steps (KiB, GiB), everything else with three
 * or four significant digits and k, M, G, T.
 */
public final class Quantity {
  private static final String[] BINARY = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
  private static final String[] DECIMAL = {"", "k", "M", "G", "T", "P", "E"};

  /**
   * @param unit {@code "B"} and units that begin with {@code "B/"} count in powers of 1,024
   */
  public static String format(double value, String unit) {
    if (!Double.isFinite(value)) {
      return Double.isNaN(value) ? "–" : value > 0 ? "∞" : "−∞";
    }
    boolean isBytes = isBytes(unit);
    double base = isBytes ? 1024 : 1000;
    double size = Math.abs(value);
    int power = 0;
    while (size >= base && power < DECIMAL.length - 1) {
      size /= base;
      power++;
    }
    String number = digits(Math.copySign(size, value));
    if (isBytes) {
      return number + " " + BINARY[power] + unit;
    }
    String suffixed = number + DECIMAL[power];
    return unit.isEmpty() || unit.equals("%") ? suffixed + unit : suffixed + " " + unit;
  }

  static boolean isBytes(String unit) {
    return unit.equals("B") || unit.startsWith("B/");
  }

  private static String digits(double value) {
    double size = Math.abs(value);
    if (size == 0) {
      return "0";
    }
    if (size < 0.001) {
      return String.format(Locale.ROOT, "%.2e", value);
    }
    int decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : size >= 0.1 ? 3 : 4;
    String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
    if (text.indexOf('.') < 0) {
      return text;
    }
    int end = text.length();
    while (text.charAt(end - 1) == '0') {
      end--;
    }
    return text.substring(0, text.charAt(end - 1) == '.' ? end - 1 : end);
  }

  private Quantity() {}
}
