package dev.headroom.forecast.report;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;

/** Cells as people read them. */
final class CellText {
  /** Decimals of a priced quantity that people are shown. */
  private static final int QUANTITY_DIGITS = 3;

  static String of(Cell cell) {
    return switch (cell) {
      case Cell.Text(String text) -> text;
      case Cell.Amount(double value, String unit) -> Quantity.format(value, unit);
      case Cell.Exact(BigDecimal value, String unit) -> exact(value) + " " + unit;
      case Cell.Money money -> grouped(money.amount());
      case Cell.Day(var day) -> day.toString();
      case Cell.Share(double share) -> percent(share);
      case Cell.Count(long count) -> String.format(Locale.ROOT, "%,d", count);
      case Cell.Empty _ -> "";
      case Cell.Missing _ -> "–";
      case Cell.BeyondHorizon beyond -> beyond.text();
    };
  }

  /** Thousands apart, all decimals: {@code 1,234.50}. */
  static String grouped(BigDecimal amount) {
    return String.format(Locale.ROOT, "%,." + Math.max(0, amount.scale()) + "f", amount);
  }

  private static String exact(BigDecimal value) {
    return grouped(value.setScale(QUANTITY_DIGITS, RoundingMode.HALF_EVEN));
  }

  static String percent(double share) {
    if (Double.isNaN(share)) {
      return "–";
    }
    double percent = share * 100;
    if (percent > 0 && percent < 0.5) {
      return "< 1 %";
    }
    if (percent > 99.5 && percent < 100) {
      return "> 99 %";
    }
    return String.format(Locale.ROOT, "%.0f %%", percent);
  }

  private CellText() {}
}
