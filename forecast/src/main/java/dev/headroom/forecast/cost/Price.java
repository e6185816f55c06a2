package dev.headroom.forecast.cost;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * One line of a price book.
 *
 * @param name of the charge; the same name again is its price at another time
 * @param tier which ages of stored bytes it is for; empty for all
 * @param steps ascending; the first for the first units of an account's month
 * @param validFrom first day
 * @param validTo first day no longer; empty while it goes on
 */
public record Price(
    String name,
    Meter meter,
    PriceUnit unit,
    Optional<String> tier,
    List<Step> steps,
    LocalDate validFrom,
    Optional<LocalDate> validTo) {
  /** Fewest decimals that a unit price is kept with. */
  public static final int MIN_SCALE = 10;

  public Price {
    steps = List.copyOf(steps);
  }

  /**
   * @param upTo units of a month that cost this much; empty for all that is left
   * @param price of one unit
   */
  public record Step(Optional<BigDecimal> upTo, BigDecimal price) {
    public Step {
      price = price.setScale(Math.max(MIN_SCALE, price.scale()));
    }
  }

  public boolean isValidOn(LocalDate day) {
    return !day.isBefore(validFrom) && validTo.map(day::isBefore).orElse(true);
  }

  public boolean isGraduated() {
    return steps.size() > 1;
  }

  /** What this many units of an account's month cost, not rounded. */
  public BigDecimal cost(BigDecimal units) {
    BigDecimal cost = BigDecimal.ZERO;
    BigDecimal from = BigDecimal.ZERO;
    for (Step step : steps) {
      BigDecimal to = step.upTo().map(units::min).orElse(units);
      if (to.compareTo(from) > 0) {
        cost = cost.add(to.subtract(from).multiply(step.price()));
        from = to;
      }
    }
    return cost;
  }

  boolean overlaps(Price other) {
    boolean startsBeforeEnd = other.validTo.map(validFrom::isBefore).orElse(true);
    boolean endsAfterStart = validTo.map(other.validFrom::isBefore).orElse(true);
    return startsBeforeEnd && endsAfterStart;
  }
}
