package dev.headroom.forecast.report;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One table of a report as CSV (RFC 4180, CRLF, UTF-8). Numbers are plain: base units, point as
 * decimal sign, no thousands. A text that a spreadsheet would take for a formula is preceded by an
 * apostrophe; negative numbers stay numbers. Missing values are empty.
 */
final class CsvRenderer {
  private static final String FORMULA_STARTS = "=+-@\t\r\n";

  static byte[] render(Report report) {
    Table table = report.csv();
    StringBuilder out = new StringBuilder(4_096);
    row(out, table.columns().stream().map(Table.Column::id).toList());
    for (Table.Row row : table.rows()) {
      row(out, row.cells().stream().map(CsvRenderer::text).toList());
    }
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void row(StringBuilder out, List<String> fields) {
    for (int i = 0; i < fields.size(); i++) {
      out.append(i == 0 ? "" : ",").append(quoted(fields.get(i)));
    }
    out.append("\r\n");
  }

  private static String quoted(String field) {
    boolean isPlain = field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return isPlain ? field : '"' + field.replace("\"", "\"\"") + '"';
  }

  private static String text(Cell cell) {
    return switch (cell) {
      case Cell.Text(String text) -> guarded(text);
      case Cell.Amount(double value, String _) -> number(value);
      case Cell.Exact(BigDecimal value, String _) -> value.toPlainString();
      case Cell.Money(BigDecimal amount, var _) -> amount.toPlainString();
      case Cell.Day(var day) -> day.toString();
      case Cell.Share(double share) -> number(share);
      case Cell.Count(long count) -> Long.toString(count);
      case Cell.Empty _, Cell.Missing _, Cell.BeyondHorizon _ -> "";
    };
  }

  static String guarded(String text) {
    return text.isEmpty() || FORMULA_STARTS.indexOf(text.charAt(0)) < 0 ? text : "'" + text;
  }

  private static String number(double value) {
    return Double.isFinite(value)
        ? BigDecimal.valueOf(value).stripTrailingZeros().toPlainString()
        : "";
  }

  private CsvRenderer() {}
}
