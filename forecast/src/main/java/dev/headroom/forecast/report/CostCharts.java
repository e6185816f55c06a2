package dev.headroom.forecast.report;

import dev.headroom.forecast.cost.CostForecast;
import dev.headroom.forecast.cost.CostForecast.Group;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Expected cost by month, stacked by group. */
final class CostCharts {
  static Report.Charts of(CostForecast cost, List<Group> groups, String what) {
    if (cost.total().expected().signum() == 0) {
      return new Report.Charts("Cost by month", List.of());
    }
    String currency = cost.book().currency().getCurrencyCode();
    return new Report.Charts(
        "Cost by month",
        List.of(
            new Report.Chart(
                "Bars are expected cost, which adds up; the whisker is the high (P90) of the"
                    + " month's total.",
                () ->
                    new BarChart(
                            "Expected cost by month and " + what,
                            currency,
                            CostReport.monthLabels(cost),
                            parts(cost, groups, what),
                            high(cost))
                        .render())));
  }

  /** The most expensive groups by themselves, the rest counted and named as what it is. */
  private static List<BarChart.Part> parts(CostForecast cost, List<Group> groups, String what) {
    List<Group> owned = groups.stream().filter(group -> !group.isUnallocated()).toList();
    int shown = owned.size() > BarChart.MAX_PARTS - 1 ? BarChart.MAX_PARTS - 2 : owned.size();
    List<BarChart.Part> parts = new ArrayList<>();
    for (Group group : owned.subList(0, shown)) {
      parts.add(new BarChart.Part(group.key(), values(cost, List.of(group))));
    }
    if (shown < owned.size()) {
      List<Group> rest = owned.subList(shown, owned.size());
      parts.add(new BarChart.Part(rest.size() + " further " + what + "s", values(cost, rest)));
    }
    List<Group> unallocated = groups.stream().filter(Group::isUnallocated).toList();
    parts.add(new BarChart.Part("unallocated", values(cost, unallocated)));
    return parts;
  }

  private static double[] values(CostForecast cost, List<Group> groups) {
    double[] values = new double[cost.months().size()];
    for (Group group : groups) {
      for (int m = 0; m < values.length; m++) {
        values[m] += cost.amounts(group, m).expected().doubleValue();
      }
    }
    return values;
  }

  private static double[] high(CostForecast cost) {
    double[] high = new double[cost.months().size()];
    Arrays.setAll(high, m -> cost.month(m).high().map(Number::doubleValue).orElse(Double.NaN));
    return high;
  }

  private CostCharts() {}
}
