package dev.headroom.forecast.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A chart of one series over time as inline SVG: what was, what is expected, bands around it,
 * limits across and moments down. No scripts, no links, nothing loaded; every text is escaped. NaN
 * breaks a line. The same inputs give the same text.
 */
public final class LineChart {
  private final Builder built;
  private final Scale time;
  private final Scale value;

  private LineChart(Builder built) {
    this.built = built;
    this.time = built.timeScale();
    this.value = built.valueScale();
  }

  public static Builder builder() {
    return new Builder();
  }

  private String draw() {
    StringBuilder svg = new StringBuilder(16_384);
    svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 ")
        .append(built.width)
        .append(' ')
        .append(built.height)
        .append("\" width=\"100%\" style=\"max-width:")
        .append(built.width)
        .append("px\" font-family=\"system-ui,sans-serif\" font-size=\"12\"><title>")
        .append(Markup.escape(built.title))
        .append("</title><rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>");
    text(
        svg,
        Builder.LEFT,
        20,
        "start",
        "#111827",
        built.title,
        " font-size=\"14\" font-weight=\"600\"");
    ChartAxes.draw(svg, time, value, built.unit, built.width, built.height);
    for (Band band : built.bands) {
      drawBand(svg, band);
    }
    line(svg, built.historyTimes, built.history, "#374151", "");
    line(svg, built.forecastTimes, built.median, "#1d4ed8", " stroke-dasharray=\"5 3\"");
    for (Mark limit : built.limits) {
      drawLimit(svg, limit);
    }
    for (Mark marker : built.markers) {
      drawMarker(svg, marker);
    }
    drawLegend(svg);
    return svg.append("</svg>").toString();
  }

  private void drawBand(StringBuilder svg, Band band) {
    int from = 0;
    int n = built.forecastTimes.length;
    while (from < n) {
      int to = from;
      while (to < n && Double.isFinite(band.lower[to]) && Double.isFinite(band.upper[to])) {
        to++;
      }
      if (to > from) {
        svg.append("<path fill=\"").append(band.colour).append("\" d=\"");
        for (int i = from; i < to; i++) {
          point(svg, i == from ? 'M' : 'L', built.forecastTimes[i], band.upper[i]);
        }
        for (int i = to - 1; i >= from; i--) {
          point(svg, 'L', built.forecastTimes[i], band.lower[i]);
        }
        svg.append("Z\"/>");
      }
      from = to + 1;
    }
  }

  private void line(StringBuilder svg, long[] times, double[] values, String colour, String dash) {
    if (values.length == 0) {
      return;
    }
    svg.append("<path fill=\"none\" stroke=\"")
        .append(colour)
        .append("\" stroke-width=\"1.6\" stroke-linejoin=\"round\"")
        .append(dash)
        .append(" d=\"");
    boolean isDown = false;
    for (int i = 0; i < values.length; i++) {
      if (Double.isFinite(values[i])) {
        point(svg, isDown ? 'L' : 'M', times[i], values[i]);
        if (!isDown && (i + 1 == values.length || !Double.isFinite(values[i + 1]))) {
          svg.append("h0.5");
        }
      }
      isDown = Double.isFinite(values[i]);
    }
    svg.append("\"/>");
  }

  private void point(StringBuilder svg, char command, long timeMillis, double at) {
    svg.append(command).append(Scale.pixels(time.at(timeMillis))).append(' ');
    svg.append(Scale.pixels(value.at(at)));
  }

  private void drawLimit(StringBuilder svg, Mark limit) {
    double y = value.at(limit.at);
    svg.append("<path stroke=\"#b91c1c\" stroke-width=\"1.4\" d=\"M");
    svg.append(Builder.LEFT).append(' ').append(Scale.pixels(y)).append('H');
    svg.append(built.width - Builder.RIGHT).append("\"/>");
    text(svg, built.width - Builder.RIGHT - 4, y - 4, "end", "#b91c1c", limit.label, "");
  }

  private void drawMarker(StringBuilder svg, Mark marker) {
    double x = time.at(marker.at);
    svg.append("<path stroke=\"#7c3aed\" stroke-dasharray=\"2 3\" d=\"M");
    svg.append(Scale.pixels(x)).append(' ').append(Builder.TOP).append('V');
    svg.append(built.height - Builder.BOTTOM).append("\"/>");
    boolean isRight = x > built.width * 0.75;
    double y = Builder.TOP + 12 + 14 * (built.markers.indexOf(marker) % 4);
    text(svg, isRight ? x - 4 : x + 4, y, isRight ? "end" : "start", "#7c3aed", marker.label, "");
  }

  private void drawLegend(StringBuilder svg) {
    double x = Builder.LEFT;
    double y = built.height - 8.0;
    if (built.history.length > 0) {
      x = legend(svg, x, y, "#374151", "measured");
    }
    if (built.median.length > 0) {
      x = legend(svg, x, y, "#1d4ed8", "median forecast");
    }
    for (Band band : built.bands) {
      x = legend(svg, x, y, band.colour, band.label);
    }
  }

  private static double legend(StringBuilder svg, double x, double y, String colour, String label) {
    svg.append("<rect width=\"12\" height=\"8\" x=\"").append(Scale.pixels(x)).append("\" y=\"");
    svg.append(Scale.pixels(y - 8)).append("\" fill=\"").append(colour).append("\"/>");
    text(svg, x + 16, y, "start", "#374151", label, "");
    return x + 34 + 6.5 * label.length();
  }

  static void text(
      StringBuilder svg,
      double x,
      double y,
      String anchor,
      String colour,
      String text,
      String more) {
    svg.append("<text x=\"").append(Scale.pixels(x)).append("\" y=\"").append(Scale.pixels(y));
    svg.append("\" text-anchor=\"").append(anchor).append("\" fill=\"").append(colour).append('"');
    svg.append(more).append('>').append(Markup.escape(text)).append("</text>");
  }

  private record Band(String label, double[] lower, double[] upper, String colour) {}

  private record Mark(double at, String label) {}

  /** Everything is optional; arrays are not copied and not changed. */
  public static final class Builder {
    static final int LEFT = 74;
    static final int RIGHT = 16;
    static final int TOP = 34;
    static final int BOTTOM = 46;
    private static final String[] BAND_COLOURS = {"#dbeafe", "#93c5fd", "#60a5fa"};

    private String title = "";
    private String unit = "";
    private int width = 900;
    private int height = 320;
    private long[] historyTimes = {};
    private double[] history = {};
    private long[] forecastTimes = {};
    private double[] median = {};
    private final List<Band> bands = new ArrayList<>();
    private final List<Mark> limits = new ArrayList<>();
    private final List<Mark> markers = new ArrayList<>();

    private Builder() {}

    public Builder title(String text) {
      title = text;
      return this;
    }

    /** {@code "B"} scales the axis in KiB, MiB, …; any other unit in k, M, …. */
    public Builder unit(String text) {
      unit = text;
      return this;
    }

    public Builder size(int widthPixels, int heightPixels) {
      width = widthPixels;
      height = heightPixels;
      return this;
    }

    /** What was measured. */
    public Builder history(long[] timesMillis, double[] values) {
      requireSame(timesMillis.length, values.length, "history");
      historyTimes = timesMillis;
      history = values;
      return this;
    }

    /** The times of the median and of every band; comes before them. */
    public Builder forecastTimes(long[] timesMillis) {
      forecastTimes = timesMillis;
      return this;
    }

    /** Drawn in the order given, so the widest comes first; at most three. */
    public Builder band(String label, double[] lower, double[] upper) {
      requireSame(forecastTimes.length, lower.length, label);
      requireSame(forecastTimes.length, upper.length, label);
      if (bands.size() == BAND_COLOURS.length) {
        throw new IllegalArgumentException("a chart has at most three bands");
      }
      bands.add(new Band(label, lower, upper, BAND_COLOURS[bands.size()]));
      return this;
    }

    public Builder median(double[] values) {
      requireSame(forecastTimes.length, values.length, "median");
      median = values;
      return this;
    }

    /** A line across the chart, for a capacity or a threshold. */
    public Builder limit(double at, String label) {
      if (Double.isFinite(at)) {
        limits.add(new Mark(at, label));
      }
      return this;
    }

    /** A line down the chart: a date that matters. Left out when it is outside the chart. */
    public Builder marker(long timeMillis, String label) {
      markers.add(new Mark(timeMillis, label));
      return this;
    }

    /** The chart as an {@code <svg>} element to put into a page as it is. */
    public String render() {
      Scale time = timeScale();
      markers.removeIf(marker -> marker.at < time.low() || marker.at > time.high());
      return new LineChart(this).draw();
    }

    private Scale timeScale() {
      double low = Double.POSITIVE_INFINITY;
      double high = Double.NEGATIVE_INFINITY;
      for (long[] times : List.of(historyTimes, forecastTimes)) {
        if (times.length > 0) {
          low = Math.min(low, times[0]);
          high = Math.max(high, times[times.length - 1]);
        }
      }
      return Scale.of(low, high, LEFT, width - RIGHT);
    }

    private Scale valueScale() {
      double[] range = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
      widen(range, history);
      widen(range, median);
      for (Band band : bands) {
        widen(range, band.lower);
        widen(range, band.upper);
      }
      for (Mark limit : limits) {
        widen(range, new double[] {limit.at});
      }
      if (range[0] > 0 && range[0] < 0.5 * range[1]) {
        range[0] = 0;
      }
      double margin = range[0] == 0 ? 0 : 0.04 * (range[1] - range[0]);
      return Scale.of(
          range[0] - margin, range[1] + 0.04 * (range[1] - range[0]), height - BOTTOM, TOP);
    }

    private static void widen(double[] range, double[] values) {
      for (double value : values) {
        if (Double.isFinite(value)) {
          range[0] = Math.min(range[0], value);
          range[1] = Math.max(range[1], value);
        }
      }
    }

    private static void requireSame(int times, int values, String what) {
      if (times != values) {
        throw new IllegalArgumentException(
            what + ": " + values + " values for " + times + " times");
      }
    }
  }
}
