package dev.headroom.forecast.cost;

import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;

/** A calendar month (UTC) cut at today: days before it are measured, today and later forecast. */
record MonthDays(YearMonth month, LocalDate today) {
  /** This month and the next ones. */
  static List<MonthDays> from(LocalDate today, int monthsAhead) {
    List<MonthDays> months = new ArrayList<>();
    for (int m = 0; m <= monthsAhead; m++) {
      months.add(new MonthDays(YearMonth.from(today).plusMonths(m), today));
    }
    return months;
  }

  int days() {
    return month.lengthOfMonth();
  }

  LocalDate first() {
    return month.atDay(1);
  }

  /** First day after it. */
  LocalDate end() {
    return month.atEndOfMonth().plusDays(1);
  }

  int measuredDays() {
    return first().isBefore(today) ? today.getDayOfMonth() - 1 : 0;
  }

  /** Days of the month on which the price holds, before today. */
  List<LocalDate> measured(Price price) {
    return first().datesUntil(first().plusDays(measuredDays())).filter(price::isValidOn).toList();
  }

  /** Forecast steps in the month on which the price holds. */
  int[] steps(Price price) {
    LocalDate from = first().isBefore(today) ? today : first();
    return from.datesUntil(end())
        .filter(price::isValidOn)
        .mapToInt(day -> (int) java.time.temporal.ChronoUnit.DAYS.between(today, day))
        .toArray();
  }
}
