package dev.headroom.forecast.report;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Grid lines and their labels: values at round numbers, times at round UTC moments. */
final class ChartAxes {
  private static final long MINUTE = 60_000;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;
  private static final long[] STEPS = {
    MINUTE,
    5 * MINUTE,
    15 * MINUTE,
    HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    7 * DAY,
    14 * DAY
  };
  private static final int[] MONTH_STEPS = {1, 2, 3, 6, 12, 24, 60, 120};
  private static final double MOST_TIMES = 9;

  static void draw(StringBuilder svg, Scale time, Scale value, String unit, int width, int height) {
    int bottom = height - LineChart.Builder.BOTTOM;
    for (double tick : valueTicks(value, unit)) {
      double y = value.at(tick);
      svg.append("<path stroke=\"#e5e7eb\" d=\"M").append(LineChart.Builder.LEFT).append(' ');
      svg.append(Scale.pixels(y)).append('H').append(width - LineChart.Builder.RIGHT);
      svg.append("\"/>");
      String label = Quantity.format(tick, unit);
      LineChart.text(svg, LineChart.Builder.LEFT - 6.0, y + 4, "end", "#6b7280", label, "");
    }
    if (time.high() - time.low() < MINUTE) {
      return;
    }
    List<ZonedDateTime> ticks = timeTicks(time);
    DateTimeFormatter format = timeFormat(ticks);
    for (ZonedDateTime tick : ticks) {
      double x = time.at(tick.toInstant().toEpochMilli());
      svg.append("<path stroke=\"#9ca3af\" d=\"M").append(Scale.pixels(x)).append(' ');
      svg.append(bottom).append("v4\"/>");
      LineChart.text(svg, x, bottom + 17.0, "middle", "#6b7280", format.format(tick), "");
    }
  }

  /** Some three to seven round numbers: 1, 2 or 5 times a power of ten of the unit's prefix. */
  static List<Double> valueTicks(Scale value, String unit) {
    double raw = (value.high() - value.low()) / 5;
    double prefix = 1;
    if (Quantity.isBytes(unit)) {
      while (prefix * 1024 <= Math.max(Math.abs(value.low()), Math.abs(value.high()))) {
        prefix *= 1024;
      }
    }
    double power = prefix;
    while (power * 10 <= raw) {
      power *= 10;
    }
    while (power > raw) {
      power /= 10;
    }
    double step = raw / power < 2 ? 2 * power : raw / power < 5 ? 5 * power : 10 * power;
    List<Double> ticks = new ArrayList<>();
    for (double tick = Math.ceil(value.low() / step) * step;
        tick <= value.high() && ticks.size() < 12;
        tick += step) {
      ticks.add(Math.abs(tick) < step * 1e-9 ? 0.0 : tick);
    }
    return ticks;
  }

  private static List<ZonedDateTime> timeTicks(Scale time) {
    double span = time.high() - time.low();
    List<ZonedDateTime> ticks = new ArrayList<>();
    for (long step : STEPS) {
      if (span / step <= MOST_TIMES) {
        long first = -Math.floorDiv(-(long) time.low(), step) * step;
        for (long at = first; at <= time.high(); at += step) {
          ticks.add(Instant.ofEpochMilli(at).atZone(ZoneOffset.UTC));
        }
        return ticks;
      }
    }
    int months = MONTH_STEPS[MONTH_STEPS.length - 1];
    for (int i = MONTH_STEPS.length - 1; i >= 0; i--) {
      if (span / (MONTH_STEPS[i] * 30.4 * DAY) <= MOST_TIMES) {
        months = MONTH_STEPS[i];
      }
    }
    ZonedDateTime at =
        Instant.ofEpochMilli((long) time.low())
            .atZone(ZoneOffset.UTC)
            .withDayOfYear(1)
            .truncatedTo(ChronoUnit.DAYS);
    while (at.toInstant().toEpochMilli() <= time.high() && ticks.size() < 20) {
      if (at.toInstant().toEpochMilli() >= time.low()) {
        ticks.add(at);
      }
      at = at.plusMonths(months);
    }
    return ticks;
  }

  private static DateTimeFormatter timeFormat(List<ZonedDateTime> ticks) {
    boolean isDays = ticks.stream().allMatch(tick -> tick.getHour() == 0 && tick.getMinute() == 0);
    boolean isMonths = isDays && ticks.stream().allMatch(tick -> tick.getDayOfMonth() == 1);
    String pattern = isMonths ? "MMM yyyy" : isDays ? "d MMM" : "d MMM HH:mm";
    return DateTimeFormatter.ofPattern(pattern, Locale.ROOT);
  }

  private ChartAxes() {}
}
