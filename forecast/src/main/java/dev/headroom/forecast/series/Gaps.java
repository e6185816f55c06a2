package dev.headroom.forecast.series;

/** Steps without a value. */
public final class Gaps {
  /** How many of the values are unknown. */
  public static int count(double[] values) {
    int count = 0;
    for (double value : values) {
      count += Double.isNaN(value) ? 1 : 0;
    }
    return count;
  }

  /**
   * Fills gaps of at most {@code longest} steps between known values: on a straight line through
   * what the shape leaves, plus the shape. Longer gaps, and those at the ends, stay NaN.
   */
  public static double[] fill(double[] values, SeasonalShape shape, int longest) {
    double[] adjusted = shape.adjust(values);
    double[] filled = values.clone();
    int before = -1;
    for (int t = 0; t < values.length; t++) {
      if (Double.isNaN(values[t])) {
        continue;
      }
      if (before >= 0 && t - before > 1 && t - before - 1 <= longest) {
        double slope = (adjusted[t] - adjusted[before]) / (t - before);
        for (int gap = before + 1; gap < t; gap++) {
          filled[gap] = adjusted[before] + slope * (gap - before) + shape.at(gap);
        }
      }
      before = t;
    }
    return filled;
  }

  private Gaps() {}
}
