package dev.headroom.forecast.capacity;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * The last working day on which an order still arrives in time: the early date less the lead time
 * less the review period.
 *
 * @param day empty when the early date is not within the horizon
 * @param chance that the limit is reached within lead time and review from today
 */
public record OrderBy(Optional<LocalDate> day, double chance, LocalDate today) {
  static OrderBy of(Runway runway, Resource resource, WorkCalendar calendar, LocalDate today) {
    Optional<LocalDate> day =
        runway
            .early()
            .map(early -> calendar.minus(early, resource.leadTime()))
            .map(start -> calendar.minus(start, resource.review()))
            .map(calendar::workingDayUpTo);
    LocalDate arrival = calendar.plus(calendar.plus(today, resource.review()), resource.leadTime());
    return new OrderBy(day, runway.chanceBy(arrival), today);
  }

  public boolean isOverdue() {
    return day.isPresent() && day.get().isBefore(today);
  }

  public long overdueDays() {
    return day.map(by -> Math.max(0, ChronoUnit.DAYS.between(by, today))).orElse(0L);
  }
}
