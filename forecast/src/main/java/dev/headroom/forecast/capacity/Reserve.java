package dev.headroom.forecast.capacity;

import dev.headroom.storage.config.Units;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Capacity that is never planned with: a share of the whole, an amount in the resource's unit, and
 * the largest {@code nodes} parts (N−k).
 */
public record Reserve(double share, double amount, int nodes) {
  public static final Reserve NONE = new Reserve(0, 0, 0);

  private static final Pattern NODES = Pattern.compile("[Nn]-([0-9]{1,3})");

  public Reserve {
    if (!(share >= 0 && share < 1) || !(amount >= 0) || Double.isInfinite(amount) || nodes < 0) {
      throw new IllegalArgumentException("must be less than the whole and not negative");
    }
  }

  /**
   * {@code 10%}, {@code N-1}, or an amount: {@code 50GiB} where the unit is bytes, else a number.
   *
   * @throws IllegalArgumentException when the text is none of these
   */
  public static Reserve parse(String text, String unit) {
    Matcher matcher = NODES.matcher(text);
    if (matcher.matches()) {
      return new Reserve(0, 0, Integer.parseInt(matcher.group(1)));
    }
    if (text.endsWith("%")) {
      return new Reserve(Percent.parse(text), 0, 0);
    }
    return new Reserve(0, amount(text, unit), 0);
  }

  static double amount(String text, String unit) {
    if (unit.equals(Resource.BYTES)) {
      return Units.bytes(text);
    }
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("must be a number of " + unit, e);
    }
  }

  public boolean isNone() {
    return equals(NONE);
  }

  /** For people: {@code N−1 and 10 %}. */
  public String describe() {
    StringBuilder out = new StringBuilder();
    if (nodes > 0) {
      out.append("the largest ").append(nodes == 1 ? "node" : nodes + " nodes");
    }
    if (share > 0) {
      out.append(out.isEmpty() ? "" : " and ").append(Percent.format(share));
    }
    if (amount > 0) {
      out.append(out.isEmpty() ? "" : " and ")
          .append(String.format(Locale.ROOT, "an amount of %.4g", amount));
    }
    return out.isEmpty() ? "none" : out.toString();
  }
}
