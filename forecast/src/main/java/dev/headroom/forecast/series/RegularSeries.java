package dev.headroom.forecast.series;

/**
 * A series on a regular grid: point {@code i} stands for the step that starts at {@code startMillis
 * + i × stepMillis} (epoch milliseconds). NaN is a gap. The array is not to be changed.
 */
public record RegularSeries(long startMillis, long stepMillis, double[] values) {
  public RegularSeries {
    if (stepMillis <= 0) {
      throw new IllegalArgumentException("step must be positive, got " + stepMillis + " ms");
    }
  }

  public int size() {
    return values.length;
  }

  /** Start of step {@code i}, which may lie before or behind the series. */
  public long timeMillis(int i) {
    return startMillis + i * stepMillis;
  }

  /** Where the series ends: the start of the first step behind it. */
  public long endMillis() {
    return timeMillis(values.length);
  }
}
