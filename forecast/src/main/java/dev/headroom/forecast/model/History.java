package dev.headroom.forecast.model;

import dev.headroom.forecast.series.SeasonalShape;
import java.util.Arrays;

/**
 * What a model is fitted to: values on a regular grid, NaN where unknown, the periods they repeat
 * with, and both taken apart. None of the arrays is to be changed.
 *
 * @param values the first one known
 * @param shape of the periods that the values show at least twice
 * @param adjusted the values less the shape
 */
public record History(double[] values, int[] periods, SeasonalShape shape, double[] adjusted) {
  public static History of(double[] values, int[] periods) {
    SeasonalShape shape = SeasonalShape.fit(values, periods);
    return new History(values, periods, shape, shape.adjust(values));
  }

  /** The first {@code length} values, taken apart anew: nothing of what follows is known to it. */
  public History first(int length) {
    return of(Arrays.copyOf(values, length), periods);
  }

  public int size() {
    return values.length;
  }

  /** The longest period shown, 1 without a season. */
  int longestPeriod() {
    int[] shown = shape.periods();
    return shown.length == 0 ? 1 : shown[shown.length - 1];
  }

  /** The forecast of the adjusted values with the shape put back. */
  double[] withShape(double[] adjustedForecast) {
    double[] forecast = new double[adjustedForecast.length];
    for (int h = 0; h < forecast.length; h++) {
      forecast[h] = adjustedForecast[h] + shape.at(size() + h);
    }
    return forecast;
  }

  /**
   * The adjusted values from the first known one of the last {@code most}, gaps bridged straight.
   */
  double[] recentAdjusted(int most) {
    int from = Math.max(0, adjusted.length - most);
    while (from < adjusted.length - 1 && Double.isNaN(adjusted[from])) {
      from++;
    }
    double[] recent = Arrays.copyOfRange(adjusted, from, adjusted.length);
    int before = -1;
    for (int t = 0; t < recent.length; t++) {
      if (Double.isNaN(recent[t])) {
        continue;
      }
      for (int gap = before + 1; gap < t; gap++) {
        double share = before < 0 ? 1 : (double) (gap - before) / (t - before);
        double start = before < 0 ? recent[t] : recent[before];
        recent[gap] = start + share * (recent[t] - start);
      }
      before = t;
    }
    for (int t = Math.max(0, before + 1); t < recent.length; t++) {
      recent[t] = before < 0 ? 0 : recent[before];
    }
    return recent;
  }
}
