package dev.headroom.forecast.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class CentAllocationTest {
  @Property(tries = 500)
  void partsSumToTheRoundedWholeAndNoneIsACentOff(
      @ForAll("amounts") List<BigDecimal> parts, @ForAll("digits") int digits) {
    List<BigDecimal> rounded = CentAllocation.allocate(parts, digits);
    BigDecimal whole = parts.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    assertEquals(
        whole.setScale(digits, RoundingMode.HALF_EVEN),
        rounded.stream().reduce(BigDecimal.ZERO.setScale(digits), BigDecimal::add));
    BigDecimal coin = BigDecimal.ONE.movePointLeft(digits);
    for (int i = 0; i < parts.size(); i++) {
      BigDecimal difference = rounded.get(i).subtract(parts.get(i)).abs();
      assertTrue(difference.compareTo(coin) < 0, () -> parts + " became " + rounded);
      assertEquals(digits, rounded.get(i).scale());
    }
  }

  @Provide
  Arbitrary<List<BigDecimal>> amounts() {
    Arbitrary<BigDecimal> amount =
        Arbitraries.bigDecimals()
            .between(BigDecimal.valueOf(-1_000), BigDecimal.valueOf(1_000_000))
            .ofScale(14);
    return amount.list().ofMaxSize(40);
  }

  @Provide
  Arbitrary<Integer> digits() {
    return Arbitraries.of(0, 2, 3);
  }

  @Test
  void theLargestRemaindersGetTheCentsAndEarlierOnesFirst() {
    assertEquals(amounts("0.34", "0.33", "0.33"), allocate("0.3334", "0.3333", "0.3333"));
    assertEquals(amounts("0.33", "0.33", "0.34"), allocate("0.3333", "0.3333", "0.3334"));
    assertEquals(amounts("0.01", "0.00"), allocate("0.005", "0.005"));
  }

  private static List<BigDecimal> amounts(String... texts) {
    return java.util.Arrays.stream(texts).map(BigDecimal::new).toList();
  }

  private static List<BigDecimal> allocate(String... texts) {
    return CentAllocation.allocate(amounts(texts), 2);
  }
}
