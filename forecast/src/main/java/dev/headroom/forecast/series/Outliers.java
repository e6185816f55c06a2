package dev.headroom.forecast.series;

import java.util.Arrays;

/**
 * Single values far off their surroundings, clipped so that they do not bend a fit. What is left by
 * the seasonal shape and a running median is compared with Tukey's outer fences, Q1 − 3·IQR and Q3
 * + 3·IQR (Tukey 1977, <i>Exploratory Data Analysis</i>, section 2D; Hyndman and Fan's rule 7
 * quartiles). When more than one value in twenty lies outside, that is how the series is and
 * nothing is clipped; nor is it when half of the values do not vary.
 *
 * @param values clipped to the fences
 * @param at indices of what was clipped, ascending
 */
public record Outliers(double[] values, int[] at) {
  private static final double FENCE = 3;
  private static final double MOST = 0.05;
  private static final int HALF_WINDOW = 5;

  /** Of fewer than 20 values none is called an outlier. */
  public static Outliers clip(double[] values, SeasonalShape shape) {
    int n = values.length;
    double[] adjusted = shape.adjust(values);
    double[] smooth = runningMedian(adjusted);
    double[] rest = new double[n];
    for (int t = 0; t < n; t++) {
      rest[t] = adjusted[t] - smooth[t];
    }
    double[] sorted = Median.sorted(rest);
    if (sorted.length < 20) {
      return new Outliers(values, new int[0]);
    }
    double q1 = quantile(sorted, 0.25);
    double q3 = quantile(sorted, 0.75);
    double low = q1 - FENCE * (q3 - q1);
    double high = q3 + FENCE * (q3 - q1);
    int[] at = new int[n];
    int count = 0;
    double[] clipped = values.clone();
    for (int t = 0; t < n; t++) {
      if (rest[t] < low || rest[t] > high) {
        at[count++] = t;
        clipped[t] = Math.clamp(rest[t], low, high) + smooth[t] + shape.at(t);
      }
    }
    if (q1 == q3 || count > MOST * sorted.length) {
      return new Outliers(values, new int[0]);
    }
    return new Outliers(clipped, Arrays.copyOf(at, count));
  }

  private static double[] runningMedian(double[] values) {
    double[] medians = new double[values.length];
    for (int t = 0; t < values.length; t++) {
      int from = Math.max(0, t - HALF_WINDOW);
      int to = Math.min(values.length, t + HALF_WINDOW + 1);
      medians[t] = Median.of(Arrays.copyOfRange(values, from, to));
    }
    return medians;
  }

  private static double quantile(double[] sorted, double probability) {
    double rank = probability * (sorted.length - 1);
    int below = (int) rank;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (rank - below) * (sorted[above] - sorted[below]);
  }
}
