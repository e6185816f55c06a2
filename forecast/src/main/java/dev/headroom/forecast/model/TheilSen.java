package dev.headroom.forecast.model;

import dev.headroom.forecast.series.Median;
import java.util.Arrays;

/**
 * The median of the slopes between all pairs of points (Theil 1950; Sen 1968, <i>Estimates of the
 * regression coefficient based on Kendall's tau</i>): up to 29 % of the points may be anything.
 * Series of more than {@link #MOST_POINTS} are first made into that many medians of neighbours.
 *
 * @param slope a step
 * @param z Kendall's S over its deviation under no trend: beyond ±2.58 chance is below 1 %
 */
record TheilSen(double slope, double z) {
  private static final int MOST_POINTS = 96;

  /**
   * @param y NaN where unknown; fewer than two known values have slope 0
   */
  static TheilSen of(double[] y) {
    int width = Math.ceilDiv(Math.max(1, y.length), MOST_POINTS);
    int blocks = y.length / width;
    double[] points = new double[blocks];
    for (int i = 0; i < blocks; i++) {
      int to = y.length - (blocks - 1 - i) * width;
      points[i] = Median.of(Arrays.copyOfRange(y, to - width, to));
    }
    double[] slopes = new double[blocks * (blocks - 1) / 2];
    int count = 0;
    long rising = 0;
    int known = 0;
    for (int i = 0; i < blocks; i++) {
      if (Double.isNaN(points[i])) {
        continue;
      }
      known++;
      for (int j = i + 1; j < blocks; j++) {
        if (!Double.isNaN(points[j])) {
          double slope = (points[j] - points[i]) / ((j - i) * (double) width);
          slopes[count++] = slope;
          rising += (long) Math.signum(slope);
        }
      }
    }
    double variance = known * (known - 1.0) * (2.0 * known + 5) / 18;
    double slope = count == 0 ? 0 : Median.of(Arrays.copyOf(slopes, count));
    return new TheilSen(slope, variance == 0 ? 0 : rising / Math.sqrt(variance));
  }
}
