package dev.headroom.forecast.report;

import java.util.List;

/**
 * A report as one page: no scripts, nothing loaded from elsewhere, every text escaped, prints well.
 */
final class HtmlRenderer {
  private final StringBuilder out = new StringBuilder(32_768);

  static String render(Report report) {
    return new HtmlRenderer().write(report);
  }

  private HtmlRenderer() {}

  private String write(Report report) {
    out.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
        .append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>")
        .append(Markup.escape(report.title()))
        .append("</title><style>")
        .append(PageStyle.CSS)
        .append("</style></head><body><main>");
    head(report);
    partial(report.partial());
    headlines(report.headlines());
    for (Report.Section section : report.sections()) {
      switch (section) {
        case Report.Tabular tabular -> tabular(tabular);
        case Report.Charts charts -> charts(charts);
      }
    }
    rules(report.rules());
    return out.append("</main></body></html>\n").toString();
  }

  private void head(Report report) {
    out.append("<header><p class=\"brand\">Headroom</p><h1>");
    out.append(Markup.escape(report.title())).append("</h1><dl>");
    for (Report.Fact fact : report.facts()) {
      out.append("<div><dt>").append(Markup.escape(fact.label())).append("</dt><dd>");
      out.append(Markup.escape(fact.value())).append("</dd></div>");
    }
    out.append("</dl></header>\n");
  }

  private void partial(List<String> reasons) {
    if (reasons.isEmpty()) {
      return;
    }
    out.append("<section class=\"partial\"><strong>This report is partial.</strong><ul>");
    reasons.forEach(this::item);
    out.append("</ul></section>\n");
  }

  private void item(String text) {
    out.append("<li>").append(Markup.escape(text)).append("</li>");
  }

  private void headlines(List<Report.Headline> headlines) {
    out.append("<section class=\"answers\">");
    for (int i = 0; i < headlines.size(); i++) {
      Report.Headline headline = headlines.get(i);
      out.append("<div class=\"answer ").append(css(headline.tone()));
      out.append(i == 0 ? " first" : "").append("\"><p class=\"text\">");
      out.append(Markup.escape(headline.text())).append("</p>");
      if (!headline.detail().isEmpty()) {
        out.append("<p class=\"detail\">").append(Markup.escape(headline.detail())).append("</p>");
      }
      out.append("</div>");
    }
    out.append("</section>\n");
  }

  private static String css(Report.Tone tone) {
    return switch (tone) {
      case ALERT -> "alert";
      case WARNING -> "warning";
      case CALM -> "calm";
    };
  }

  private void charts(Report.Charts charts) {
    if (charts.charts().isEmpty()) {
      return;
    }
    out.append("<section><h2>").append(Markup.escape(charts.title()));
    out.append("</h2><div class=\"charts");
    out.append(charts.charts().size() == 1 ? " one" : "").append("\">");
    for (Report.Chart chart : charts.charts()) {
      out.append("<figure>").append(chart.svg().get()).append("<figcaption>");
      out.append(Markup.escape(chart.caption())).append("</figcaption></figure>");
    }
    out.append("</div></section>\n");
  }

  private void tabular(Report.Tabular tabular) {
    Table table = tabular.table();
    if (table.rows().isEmpty()) {
      return;
    }
    out.append("<section>");
    if (tabular.isFolded()) {
      out.append("<details><summary>").append(Markup.escape(table.title())).append("</summary>");
    } else {
      out.append("<h2>").append(Markup.escape(table.title())).append("</h2>");
    }
    if (!table.introduction().isEmpty()) {
      out.append("<p class=\"intro\">").append(Markup.escape(table.introduction())).append("</p>");
    }
    table(table);
    out.append(tabular.isFolded() ? "</details>" : "").append("</section>\n");
  }

  private void table(Table table) {
    out.append("<div class=\"scroll\"><table><thead><tr>");
    for (Table.Column column : table.columns()) {
      if (column.place() != Table.Place.DATA) {
        out.append("<th scope=\"col\"").append(css(column.align())).append(" title=\"");
        out.append(Markup.escape(column.meaning())).append("\">");
        out.append(Markup.escape(column.label())).append("</th>");
      }
    }
    out.append("</tr></thead><tbody>");
    for (Table.Row row : table.rows()) {
      row(table, row);
    }
    out.append("</tbody></table></div>");
  }

  /** Neighbours that are missing for the same reason are one cell. */
  private void row(Table table, Table.Row row) {
    out.append("<tr").append(css(row.emphasis())).append('>');
    for (int i = 0; i < row.cells().size(); i++) {
      Table.Column column = table.columns().get(i);
      if (column.place() == Table.Place.DATA) {
        continue;
      }
      Cell cell = row.cells().get(i);
      int span = 1;
      int last = i;
      if (cell instanceof Cell.Missing || cell instanceof Cell.BeyondHorizon) {
        for (int next = i + 1; next < row.cells().size(); next++) {
          boolean isHidden = table.columns().get(next).place() == Table.Place.DATA;
          if (!isHidden && !row.cells().get(next).equals(cell)) {
            break;
          }
          span += isHidden ? 0 : 1;
          last = isHidden ? last : next;
        }
      }
      cell(cell, column.align(), span);
      i = last;
    }
    out.append("</tr>");
  }

  private void cell(Cell cell, Table.Align align, int span) {
    out.append("<td");
    if (cell instanceof Cell.Missing || cell instanceof Cell.BeyondHorizon) {
      out.append(" class=\"none\"");
    } else {
      out.append(css(align));
    }
    if (span > 1) {
      out.append(" colspan=\"").append(span).append('"');
    }
    String text = cell instanceof Cell.Missing(String reason) ? reason : CellText.of(cell);
    out.append('>').append(Markup.escape(text)).append("</td>");
  }

  private static String css(Table.Align align) {
    return align == Table.Align.NUMBER ? " class=\"number\"" : "";
  }

  private static String css(Table.Emphasis emphasis) {
    return switch (emphasis) {
      case NONE -> "";
      case ALERT -> " class=\"alert\"";
      case WARNING -> " class=\"warning\"";
      case MUTED -> " class=\"muted\"";
      case TOTAL -> " class=\"total\"";
    };
  }

  private void rules(List<String> rules) {
    out.append("<section class=\"rules\"><h2>How these figures are made</h2><ul>");
    rules.forEach(this::item);
    out.append("</ul></section>\n");
  }
}
