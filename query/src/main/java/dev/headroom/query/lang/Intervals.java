package dev.headroom.query.lang;

import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Printable;

/** Lengths of time as {@code 30s}, {@code 5m}, {@code 1d}: a whole number and a unit. */
public final class Intervals {
  /**
   * Nanoseconds of such a text, more than none.
   *
   * @throws HeadroomException INVALID when it is none
   */
  public static long nanos(String text) {
    int digits = 0;
    while (digits < text.length() && Character.isDigit(text.charAt(digits))) {
      digits++;
    }
    try {
      long amount = Long.parseLong(text.substring(0, digits));
      long nanos = Math.multiplyExact(amount, unit(text.substring(digits)));
      if (nanos > 0) {
        return nanos;
      }
    } catch (NumberFormatException | ArithmeticException _) {
      // said below
    }
    throw HeadroomException.invalid(
        Printable.quote(text) + " is no interval; expected one such as 30s, 5m, 1h or 1d");
  }

  private static long unit(String unit) {
    return switch (unit) {
      case "ns", "nanos" -> 1;
      case "us", "micros" -> 1_000;
      case "ms" -> 1_000_000;
      case "s" -> 1_000_000_000L;
      case "m" -> 60_000_000_000L;
      case "h" -> 3_600_000_000_000L;
      case "d" -> 86_400_000_000_000L;
      case "w" -> 604_800_000_000_000L;
      default -> 0;
    };
  }

  private Intervals() {}
}
