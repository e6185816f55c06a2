package dev.headroom.forecast.report;

import dev.headroom.forecast.capacity.CapacityPlan;
import dev.headroom.forecast.capacity.Resource;
import dev.headroom.forecast.capacity.ResourcePlan.Outlook;
import dev.headroom.forecast.capacity.ResourcePlan.Planned;
import dev.headroom.forecast.model.Forecast.Accuracy;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Charts of the most urgent resources: what was, what is expected, and the lines not to reach. */
final class CapacityCharts {
  /** A page of them; the rest is in the table. */
  private static final int MOST = 8;

  private static final int HISTORY_DAYS = 180;
  private static final int WIDTH = 720;
  private static final int HEIGHT = 330;
  private static final long DAY_MILLIS = 86_400_000L;

  static Report.Charts of(CapacityPlan plan) {
    List<Report.Chart> charts =
        plan.resources().stream()
            .filter(resource -> resource instanceof Planned)
            .map(resource -> (Planned) resource)
            .limit(MOST)
            .map(CapacityCharts::chart)
            .toList();
    return new Report.Charts("Usage and outlook", charts);
  }

  private static Report.Chart chart(Planned plan) {
    return new Report.Chart(caption(plan), () -> svg(plan));
  }

  private static String svg(Planned plan) {
    Resource resource = plan.resource();
    double factor = resource.unit().equals(Resource.RATIO) ? 100 : 1;
    double[] history = plan.history().values();
    int from = Math.max(0, history.length - HISTORY_DAYS);
    long[] times = new long[history.length - from];
    for (int i = 0; i < times.length; i++) {
      times[i] = plan.history().timeMillis(from + i);
    }
    Outlook outlook = plan.outlook();
    long[] ahead = new long[outlook.median().length];
    for (int h = 0; h < ahead.length; h++) {
      ahead[h] = millis(plan.firstForecastDay()) + h * DAY_MILLIS;
    }
    LineChart.Builder chart =
        LineChart.builder()
            .title(plan.name())
            .unit(CapacityWords.amount(resource, 0).unit())
            .size(WIDTH, HEIGHT)
            .history(times, scaled(Arrays.copyOfRange(history, from, history.length), factor))
            .forecastTimes(ahead)
            .band(
                "80 % of paths (P10–P90)",
                scaled(outlook.p10(), factor), scaled(outlook.p90(), factor))
            .median(scaled(outlook.median(), factor))
            .limit(plan.usable() * factor, "usable")
            .limit(plan.target() * factor, "target " + CellText.percent(resource.target()));
    plan.orderBy().day().ifPresent(day -> chart.marker(millis(day), "order by"));
    if (!plan.runway().isReached()) {
      plan.runway().early().ifPresent(day -> chart.marker(millis(day), "early"));
      plan.runway().late().ifPresent(day -> chart.marker(millis(day), "late"));
    }
    return chart.render();
  }

  private static double[] scaled(double[] values, double factor) {
    return factor == 1 ? values : Arrays.stream(values).map(v -> v * factor).toArray();
  }

  private static long millis(LocalDate day) {
    return day.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
  }

  /** Method, data and how well it did, so that the chart can be judged by itself. */
  private static String caption(Planned plan) {
    List<String> parts = new ArrayList<>();
    Outlook outlook = plan.outlook();
    parts.add("Method: " + outlook.method());
    if (plan.history().size() > 0) {
      LocalDate first = plan.firstForecastDay().minusDays(plan.history().size());
      parts.add(
          "data "
              + Words.day(first)
              + " to "
              + Words.day(plan.firstForecastDay().minusDays(1))
              + ", "
              + plan.resource().basis().name().toLowerCase(Locale.ROOT)
              + " of each day");
    }
    Accuracy accuracy = outlook.accuracy();
    if (!Double.isNaN(accuracy.mase())) {
      parts.add(
          String.format(
              Locale.ROOT,
              "error %.2f of the seasonal naive's (MASE), %d past origins",
              accuracy.mase(),
              accuracy.origins()));
    }
    if (!Double.isNaN(accuracy.coverage80())) {
      parts.add("80 % interval held " + CellText.percent(accuracy.coverage80()));
    }
    parts.addAll(plan.notes());
    return String.join("; ", parts) + ".";
  }

  private CapacityCharts() {}
}
