package dev.headroom.forecast.capacity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OrderByTest {
  private static final WorkCalendar WEEK = WorkCalendar.MONDAY_TO_FRIDAY;

  private static Resource resource(String leadTime, String review) {
    Resource base =
        Resource.of(
            "disk", ResourceKind.DISK, "used", new Capacity.Fixed(10), Resource.BYTES, List.of());
    return new Resource(
        base.name(),
        base.kind(),
        base.usage(),
        base.capacity(),
        base.unit(),
        base.basis(),
        base.target(),
        base.reserve(),
        DaySpan.parse(leadTime),
        DaySpan.parse(review),
        base.actOn(),
        base.owner(),
        base.groupBy());
  }

  /** Reaches the limit on the given day on every path. */
  private static Runway reaching(LocalDate first, int day) {
    double[][] paths = new double[4][90];
    for (double[] path : paths) {
      path[day] = 1;
    }
    return Runway.of(paths, first, 1, 0);
  }

  @Test
  void orderIsCountedBackInWorkingDays() {
    LocalDate today = LocalDate.parse("2026-11-20");
    Runway runway = reaching(today, 13); // Thursday 3 December
    OrderBy order = OrderBy.of(runway, resource("5wd", "2wd"), WEEK, today);
    assertEquals(Optional.of(LocalDate.parse("2026-11-24")), order.day());
    assertFalse(order.isOverdue());
  }

  @Test
  void calendarDaysEndOnTheWorkingDayBefore() {
    LocalDate today = LocalDate.parse("2026-11-20");
    // 3 December less 11 days is Sunday 22 November, so the order is due on Friday
    OrderBy order = OrderBy.of(reaching(today, 13), resource("7d", "4d"), WEEK, today);
    assertEquals(Optional.of(LocalDate.parse("2026-11-20")), order.day());
  }

  @Test
  void anOrderDayInThePastIsOverdue() {
    LocalDate today = LocalDate.parse("2026-11-26");
    OrderBy order = OrderBy.of(reaching(today, 7), resource("5wd", "2wd"), WEEK, today);
    assertTrue(order.isOverdue());
    assertEquals(2, order.overdueDays());
    // review and delivery from Thursday 26 November end on Monday 7 December
    assertEquals(1, order.chance());
  }

  @Test
  void withoutAnEarlyDateThereIsNoOrderDay() {
    LocalDate today = LocalDate.parse("2026-11-26");
    Runway never = Runway.of(new double[1][30], today, 1, 0);
    OrderBy order = OrderBy.of(never, resource("5wd", "2wd"), WEEK, today);
    assertEquals(Optional.empty(), order.day());
    assertEquals(0, order.chance());
  }

  @Test
  void holidaysAreNoWorkingDays() {
    var calendar =
        new WorkCalendar(
            Set.of(DayOfWeek.SATURDAY, DayOfWeek.SUNDAY), Set.of(LocalDate.parse("2026-12-25")));
    LocalDate monday = LocalDate.parse("2026-12-28");
    assertEquals(LocalDate.parse("2026-12-24"), calendar.minus(monday, DaySpan.working(1)));
    assertEquals(
        LocalDate.parse("2026-12-24"), calendar.workingDayUpTo(LocalDate.parse("2026-12-27")));
    assertEquals(monday, calendar.plus(LocalDate.parse("2026-12-24"), DaySpan.working(1)));
  }

  @Test
  void spansAreDaysWeeksAndWorkingDays() {
    assertEquals(DaySpan.calendar(14), DaySpan.parse("2w"));
    assertEquals(DaySpan.working(10), DaySpan.parse("10wd"));
    assertThrows(IllegalArgumentException.class, () -> DaySpan.parse("10 days"));
    assertThrows(IllegalArgumentException.class, () -> DaySpan.parse("9999d"));
  }
}
