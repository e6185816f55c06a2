package dev.headroom.forecast.report;

import java.util.List;

/**
 * Stacked bars by month as inline SVG, with a whisker from the expected total to its P90. The same
 * inputs give the same text; every text is escaped.
 *
 * @param unit over the value axis
 * @param months labels of the bars
 * @param parts from the bottom up; each has a value a month
 * @param high P90 of each month's total; NaN where there is none
 */
record BarChart(String title, String unit, List<String> months, List<Part> parts, double[] high) {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 340;
  private static final int LEFT = 74;
  private static final int RIGHT = 250;
  private static final int TOP = 44;
  private static final int BOTTOM = 30;
  private static final double MAX_BAR = 84;

  /** Dark to light, told apart in print as well. */
  private static final String[] COLOURS = {
    "#1e3a8a", "#2563eb", "#60a5fa", "#0f766e", "#5eead4", "#a78bfa", "#9ca3af", "#4b5563"
  };

  /** Most parts that can be told apart. */
  static final int MAX_PARTS = COLOURS.length;

  record Part(String label, double[] values) {}

  String render() {
    StringBuilder svg = new StringBuilder(8_192);
    svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 ")
        .append(WIDTH + " " + HEIGHT)
        .append("\" width=\"100%\" style=\"max-width:")
        .append(WIDTH)
        .append("px\" font-family=\"system-ui,sans-serif\" font-size=\"12\"><title>")
        .append(Markup.escape(title))
        .append("</title><rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>");
    LineChart.text(
        svg, LEFT, 20, "start", "#111827", title, " font-size=\"14\" font-weight=\"600\"");
    LineChart.text(svg, LEFT - 6.0, TOP - 10.0, "end", "#6b7280", unit, "");
    Scale value = Scale.of(0, Math.max(top() * 1.05, 1e-9), HEIGHT - BOTTOM, TOP);
    axis(svg, value);
    double slot = (WIDTH - LEFT - RIGHT) / (double) Math.max(1, months.size());
    for (int m = 0; m < months.size(); m++) {
      bar(svg, value, m, LEFT + slot * (m + 0.5), Math.min(MAX_BAR, slot * 0.6));
    }
    legend(svg);
    return svg.append("</svg>").toString();
  }

  private double top() {
    double top = 0;
    for (int m = 0; m < months.size(); m++) {
      top = Math.max(top, Math.max(total(m), Double.isNaN(high[m]) ? 0 : high[m]));
    }
    return top;
  }

  private double total(int month) {
    return parts.stream().mapToDouble(part -> part.values()[month]).sum();
  }

  private static void axis(StringBuilder svg, Scale value) {
    for (double tick : ChartAxes.valueTicks(value, "")) {
      double y = value.at(tick);
      svg.append("<path stroke=\"#e5e7eb\" d=\"M").append(LEFT).append(' ');
      svg.append(Scale.pixels(y)).append('H').append(WIDTH - RIGHT).append("\"/>");
      LineChart.text(svg, LEFT - 6.0, y + 4, "end", "#6b7280", Quantity.format(tick, ""), "");
    }
  }

  private void bar(StringBuilder svg, Scale value, int month, double centre, double width) {
    double from = 0;
    for (int p = 0; p < parts.size(); p++) {
      double to = from + parts.get(p).values()[month];
      double y = value.at(to);
      double height = value.at(from) - y;
      if (height > 0) {
        svg.append("<rect x=\"").append(Scale.pixels(centre - width / 2)).append("\" y=\"");
        svg.append(Scale.pixels(y)).append("\" width=\"").append(Scale.pixels(width));
        svg.append("\" height=\"").append(Scale.pixels(height)).append("\" fill=\"");
        svg.append(COLOURS[p % COLOURS.length]).append("\"/>");
      }
      from = to;
    }
    if (!Double.isNaN(high[month])) {
      whisker(svg, value.at(from), value.at(high[month]), centre);
    }
    double label = HEIGHT - BOTTOM + 17.0;
    LineChart.text(svg, centre, label, "middle", "#374151", months.get(month), "");
  }

  private static void whisker(StringBuilder svg, double from, double to, double x) {
    svg.append("<path stroke=\"#b91c1c\" stroke-width=\"1.6\" d=\"M").append(Scale.pixels(x));
    svg.append(' ').append(Scale.pixels(from)).append('V').append(Scale.pixels(to));
    svg.append('M').append(Scale.pixels(x - 7)).append(' ').append(Scale.pixels(to));
    svg.append("h14\"/>");
  }

  /** Top down, as the bars are stacked. */
  private void legend(StringBuilder svg) {
    double x = WIDTH - RIGHT + 24.0;
    double y = TOP + 8.0;
    svg.append("<path stroke=\"#b91c1c\" stroke-width=\"1.6\" d=\"M").append(Scale.pixels(x));
    svg.append(' ').append(Scale.pixels(y - 4)).append("h12\"/>");
    LineChart.text(svg, x + 18, y, "start", "#374151", "high (P90 of the total)", "");
    for (int p = parts.size() - 1; p >= 0; p--) {
      y += 20;
      svg.append("<rect width=\"12\" height=\"10\" x=\"").append(Scale.pixels(x));
      svg.append("\" y=\"").append(Scale.pixels(y - 9)).append("\" fill=\"");
      svg.append(COLOURS[p % COLOURS.length]).append("\"/>");
      LineChart.text(svg, x + 18, y, "start", "#374151", cut(parts.get(p).label()), "");
    }
  }

  private static String cut(String label) {
    return label.length() <= 30 ? label : label.substring(0, 29) + "…";
  }
}
