package dev.headroom.forecast.report;

import dev.headroom.storage.model.Labels;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * A forecast answer as CSV (RFC 4180), a line a step. Series without a forecast have one line with
 * their reason. A text that a spreadsheet would take for a formula is preceded by an apostrophe.
 */
final class ForecastCsv {
  private static final String HEADER =
      "series,time,mean,q0.025,q0.1,q0.5,q0.9,q0.975,unit,tested,method,reason\r\n";
  private static final String FORMULA_STARTS = "=+-@\t\r\n";

  static byte[] render(ForecastAnswer answer) {
    StringBuilder out = new StringBuilder(HEADER);
    for (ForecastAnswer.One one : answer.series()) {
      String series = cell(name(one.labels()));
      switch (one) {
        case ForecastAnswer.Refused refused ->
            out.append(series).append(",,,,,,,,,,,").append(cell(refused.reason())).append("\r\n");
        case ForecastAnswer.Predicted predicted ->
            steps(out, series, predicted, cell(answer.request().unit()));
      }
    }
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void steps(
      StringBuilder out, String series, ForecastAnswer.Predicted predicted, String unit) {
    String method = cell(predicted.forecast().method());
    long[] times = predicted.times();
    for (int h = 0; h < times.length; h++) {
      out.append(series).append(',').append(Instant.ofEpochMilli(times[h])).append(',');
      out.append(number(predicted.forecast().mean()[h]));
      for (double[] quantile : predicted.quantiles()) {
        out.append(',').append(number(quantile[h]));
      }
      out.append(',').append(unit).append(',');
      out.append(h < predicted.forecast().testedSteps()).append(',').append(method);
      out.append(",\r\n");
    }
  }

  /** As Prometheus writes a series: {@code name{label="value"}}. */
  static String name(Labels labels) {
    Labels rest = labels.withoutMetricName();
    String metric = labels.metricName();
    return rest.isEmpty() && !metric.isEmpty() ? metric : metric + rest;
  }

  private static String number(double value) {
    return Double.isFinite(value)
        ? BigDecimal.valueOf(value).stripTrailingZeros().toPlainString()
        : "";
  }

  private static String cell(String text) {
    String safe =
        !text.isEmpty() && FORMULA_STARTS.indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    boolean isPlain = safe.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return isPlain ? safe : '"' + safe.replace("\"", "\"\"") + '"';
  }

  private ForecastCsv() {}
}
