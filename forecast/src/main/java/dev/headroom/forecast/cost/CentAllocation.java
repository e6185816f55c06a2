package dev.headroom.forecast.cost;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Splits a rounded whole into rounded parts that add up to it: the sum of the exact parts is
 * rounded half-even, each part is rounded down, and the coins left go to the parts with the largest
 * remainders, earlier ones first among equals.
 */
final class CentAllocation {
  /**
   * @param parts exact, in a fixed order
   * @param digits decimals of the smallest coin
   * @return as many, each with that scale
   */
  static List<BigDecimal> allocate(List<BigDecimal> parts, int digits) {
    BigDecimal exact = parts.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    BigDecimal left = exact.setScale(digits, RoundingMode.HALF_EVEN);
    List<BigDecimal> rounded = new ArrayList<>(parts.size());
    List<Integer> order = new ArrayList<>(parts.size());
    for (int i = 0; i < parts.size(); i++) {
      BigDecimal down = parts.get(i).setScale(digits, RoundingMode.FLOOR);
      rounded.add(down);
      order.add(i);
      left = left.subtract(down);
    }
    Comparator<Integer> byRemainder =
        Comparator.comparing(i -> parts.get(i).subtract(rounded.get(i)));
    order.sort(byRemainder.reversed());
    int coins = left.movePointRight(digits).intValueExact();
    BigDecimal coin = BigDecimal.ONE.movePointLeft(digits).setScale(digits);
    for (int i = 0; i < coins; i++) {
      int part = order.get(i);
      rounded.set(part, rounded.get(part).add(coin));
    }
    return rounded;
  }

  private CentAllocation() {}
}
