package dev.headroom.forecast.capacity;

import java.util.Locale;

/** Shares as people write them. */
final class Percent {
  /**
   * {@code 85%} or {@code 0.85}.
   *
   * @throws IllegalArgumentException when the text is no share between 0 and 1
   */
  static double parse(String text) {
    boolean percent = text.endsWith("%");
    double value;
    try {
      String number = percent ? text.substring(0, text.length() - 1).strip() : text;
      value = Double.parseDouble(number) / (percent ? 100 : 1);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("must be a share like 0.85 (or 85%)", e);
    }
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException("must be between 0 and 1 (100%)");
    }
    return value;
  }

  static String format(double share) {
    double percent = share * 100;
    return percent == StrictMath.rint(percent)
        ? String.format(Locale.ROOT, "%.0f %%", percent)
        : String.format(Locale.ROOT, "%.1f %%", percent);
  }

  private Percent() {}
}
