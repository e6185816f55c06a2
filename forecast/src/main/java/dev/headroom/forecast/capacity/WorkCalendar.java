package dev.headroom.forecast.capacity;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.format.TextStyle;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** Which days people work on; order dates are counted in them. */
public record WorkCalendar(Set<DayOfWeek> weekend, Set<LocalDate> holidays) {
  /** Monday to Friday, no holidays known. */
  public static final WorkCalendar MONDAY_TO_FRIDAY =
      new WorkCalendar(EnumSet.of(DayOfWeek.SATURDAY, DayOfWeek.SUNDAY), Set.of());

  public WorkCalendar {
    if (weekend.size() > 6) {
      throw new IllegalArgumentException("one day of the week must be a working day");
    }
    weekend = Set.copyOf(weekend);
    holidays = Set.copyOf(holidays);
  }

  public boolean isWorkingDay(LocalDate day) {
    return !weekend.contains(day.getDayOfWeek()) && !holidays.contains(day);
  }

  /** The day itself when it is a working day, else the last one before it. */
  public LocalDate workingDayUpTo(LocalDate day) {
    LocalDate at = day;
    while (!isWorkingDay(at)) {
      at = at.minusDays(1);
    }
    return at;
  }

  /** The span before a day; a working day is counted back only over working days. */
  public LocalDate minus(LocalDate day, DaySpan span) {
    return move(day, span, -1);
  }

  public LocalDate plus(LocalDate day, DaySpan span) {
    return move(day, span, 1);
  }

  private LocalDate move(LocalDate day, DaySpan span, int direction) {
    if (span.kind() == DaySpan.Kind.CALENDAR) {
      return day.plusDays((long) direction * span.days());
    }
    LocalDate at = day;
    for (int left = span.days(); left > 0; ) {
      at = at.plusDays(direction);
      if (isWorkingDay(at)) {
        left--;
      }
    }
    return at;
  }

  /** For people: {@code Saturday and Sunday off, 3 holidays}. */
  public String describe() {
    var days = new TreeSet<>(weekend);
    StringBuilder out = new StringBuilder();
    for (DayOfWeek day : days) {
      String name = day.getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      out.append(out.isEmpty() ? "" : day == days.last() ? " and " : ", ").append(name);
    }
    out.append(out.isEmpty() ? "no weekend" : " off");
    int count = holidays.size();
    return out.append(", ")
        .append(count == 0 ? "no" : String.valueOf(count))
        .append(count == 1 ? " holiday" : " holidays")
        .toString();
  }
}
