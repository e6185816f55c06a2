package dev.headroom.forecast.report;

import dev.headroom.forecast.model.Forecast;
import dev.headroom.forecast.model.NotEnoughData;
import dev.headroom.forecast.series.RegularSeries;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import java.util.TreeSet;

/** A forecast answer as one page: a chart and a few dates a series; nothing is loaded or run. */
final class ForecastPage {
  private static final String STYLE =
      """
      body{font:15px/1.45 system-ui,sans-serif;color:#111827;background:#f3f4f6;margin:0}
      main{max-width:980px;margin:0 auto;padding:24px}
      section{background:#fff;border:1px solid #e5e7eb;border-radius:8px;padding:16px 20px;
      margin:16px 0}
      h1{font-size:22px;margin:0 0 4px}h2{font-size:16px;margin:0 0 8px;overflow-wrap:anywhere}
      code{font:13px ui-monospace,monospace;overflow-wrap:anywhere}.quiet{color:#6b7280}
      table{border-collapse:collapse;margin:8px 0;width:100%;font-variant-numeric:tabular-nums}
      th,td{text-align:right;padding:4px 8px;border-bottom:1px solid #e5e7eb}
      th:first-child,td:first-child{text-align:left}ul{margin:8px 0;padding-left:20px}
      """;

  private static final long DAY = 86_400_000;

  /** Horizons a table shows besides the last, in shares of it. */
  private static final double[] SHARES = {0, 0.25, 0.5, 0.75, 1};

  private final StringBuilder out = new StringBuilder(32_768);
  private final ForecastAnswer answer;
  private final String unit;

  private ForecastPage(ForecastAnswer answer) {
    this.answer = answer;
    this.unit = answer.request().unit();
  }

  static String render(ForecastAnswer answer) {
    return new ForecastPage(answer).page();
  }

  private String page() {
    ForecastRequest request = answer.request();
    String basis = request.basis().name().toLowerCase(Locale.ROOT);
    String step = NotEnoughData.span(request.stepMillis());
    out.append("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">");
    out.append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">");
    out.append("<title>Forecast: ").append(Markup.escape(request.query())).append("</title>");
    out.append("<style>").append(STYLE).append("</style></head><body><main><h1>Forecast</h1>");
    out.append("<p><code>").append(Markup.escape(request.query())).append("</code></p>");
    out.append("<p class=\"quiet\">As of ").append(time(request.toMillis()));
    out.append(" UTC; ").append(basis).append(" of each ").append(step);
    out.append(", read every ");
    out.append(NotEnoughData.span(HistoryReader.readingMillis(request.stepMillis())));
    out.append("; intervals of 80 % and 95 %</p>");
    if (answer.series().isEmpty()) {
      out.append("<section><p>No series matches this query.</p></section>");
    }
    for (ForecastAnswer.One one : answer.series()) {
      out.append("<section><h2>").append(Markup.escape(ForecastCsv.name(one.labels())));
      out.append("</h2>");
      switch (one) {
        case ForecastAnswer.Refused refused ->
            out.append("<p>No forecast: ").append(Markup.escape(refused.reason())).append("</p>");
        case ForecastAnswer.Predicted predicted -> predicted(predicted);
      }
      out.append("</section>");
    }
    return out.append("</main></body></html>").toString();
  }

  private void predicted(ForecastAnswer.Predicted predicted) {
    out.append(chart(predicted));
    table(predicted);
    Forecast forecast = predicted.forecast();
    RegularSeries history = predicted.history();
    out.append("<p>Method: ").append(Markup.escape(forecast.method())).append(". Learnt from ");
    out.append(NotEnoughData.span(history.size() * history.stepMillis())).append(" since ");
    out.append(time(history.startMillis())).append(". ").append(accuracy(forecast));
    out.append("</p>");
    if (!forecast.notes().isEmpty()) {
      out.append("<ul>");
      for (String note : forecast.notes()) {
        out.append("<li>").append(Markup.escape(note)).append("</li>");
      }
      out.append("</ul>");
    }
  }

  private String chart(ForecastAnswer.Predicted predicted) {
    RegularSeries history = predicted.history();
    long[] times = new long[history.size()];
    Arrays.setAll(times, history::timeMillis);
    double[][] quantiles = predicted.quantiles();
    long ahead = predicted.forecast().horizon() * history.stepMillis();
    return LineChart.builder()
        .title("Measured, and expected for " + NotEnoughData.span(ahead))
        .unit(unit)
        .history(times, history.values())
        .forecastTimes(predicted.times())
        .band("95 %", quantiles[ForecastAnswer.LOW_95], quantiles[ForecastAnswer.HIGH_95])
        .band("80 %", quantiles[ForecastAnswer.LOW_80], quantiles[ForecastAnswer.HIGH_80])
        .median(quantiles[ForecastAnswer.MEDIAN])
        .render();
  }

  private void table(ForecastAnswer.Predicted predicted) {
    out.append("<table><tr><th>step from</th><th>mean</th><th>median</th><th>80 % interval</th>");
    out.append("<th>95 % interval</th></tr>");
    TreeSet<Integer> shown = new TreeSet<>();
    for (double share : SHARES) {
      shown.add((int) Math.rint(share * (predicted.forecast().horizon() - 1)));
    }
    double[][] quantiles = predicted.quantiles();
    for (int h : shown) {
      out.append("<tr><td>").append(time(predicted.forecast().timeMillis(h)));
      out.append(h < predicted.forecast().testedSteps() ? "" : " *");
      cell(predicted.forecast().mean()[h]);
      cell(quantiles[ForecastAnswer.MEDIAN][h]);
      interval(quantiles[ForecastAnswer.LOW_80][h], quantiles[ForecastAnswer.HIGH_80][h]);
      interval(quantiles[ForecastAnswer.LOW_95][h], quantiles[ForecastAnswer.HIGH_95][h]);
      out.append("</td></tr>");
    }
    out.append("</table>");
    if (shown.last() >= predicted.forecast().testedSteps()) {
      out.append("<p class=\"quiet\">* further ahead than the past could test</p>");
    }
  }

  private void cell(double value) {
    out.append("</td><td>").append(Markup.escape(Quantity.format(value, unit)));
  }

  private void interval(double low, double high) {
    cell(low);
    out.append(" – ").append(Markup.escape(Quantity.format(high, unit)));
  }

  private static String accuracy(Forecast forecast) {
    Forecast.Accuracy accuracy = forecast.accuracy();
    StringBuilder text = new StringBuilder("On ");
    text.append(accuracy.origins()).append(" tries at the past");
    if (!Double.isNaN(accuracy.mase())) {
      text.append(
          String.format(
              Locale.ROOT, " its error was %.2f times that of naive steps", accuracy.mase()));
    }
    if (!Double.isNaN(accuracy.coverage80())) {
      text.append(
          String.format(
              Locale.ROOT,
              "%s the intervals held %.0f %% and %.0f %% of the values",
              Double.isNaN(accuracy.mase()) ? "" : ";",
              100 * accuracy.coverage80(),
              100 * accuracy.coverage95()));
    }
    return text.append('.').toString();
  }

  private String time(long millis) {
    String pattern =
        answer.request().stepMillis() % DAY == 0 && millis % DAY == 0
            ? "yyyy-MM-dd"
            : "yyyy-MM-dd HH:mm";
    return DateTimeFormatter.ofPattern(pattern, Locale.ROOT)
        .format(Instant.ofEpochMilli(millis).atZone(ZoneOffset.UTC));
  }
}
