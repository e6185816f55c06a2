package dev.headroom.forecast.report;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Currency;

/** One value of a report's table. */
sealed interface Cell {
  record Text(String text) implements Cell {}

  /**
   * @param unit as {@link Quantity} takes it: {@code B}, {@code %}, {@code cores}
   */
  record Amount(double value, String unit) implements Cell {}

  /** A quantity that is priced, exact. */
  record Exact(BigDecimal value, String unit) implements Cell {}

  record Money(BigDecimal amount, Currency currency) implements Cell {}

  record Day(LocalDate day) implements Cell {}

  /** 0 to 1. */
  record Share(double share) implements Cell {}

  record Count(long count) implements Cell {}

  /** Nothing to say here. */
  record Empty() implements Cell {}

  /** No value, and why: {@code not enough data yet: 2 hours of 14 days}. */
  record Missing(String reason) implements Cell {}

  /** A date that does not come within the horizon. */
  record BeyondHorizon(int days) implements Cell {
    String text() {
      return "not within " + days + (days == 1 ? " day" : " days");
    }
  }

  Cell EMPTY = new Empty();
}
