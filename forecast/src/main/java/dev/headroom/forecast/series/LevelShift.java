package dev.headroom.forecast.series;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * A lasting jump of the level between two neighbouring steps. Found by binary segmentation (Scott
 * and Knott 1974; Vostrikova 1981) with medians for means: of all places the one with the largest
 * difference between the medians of the windows before and behind it, if that is large against the
 * noise <i>and</i> nearly all of it happens at once, which tells a shift from a trend; then the
 * same on both sides of it.
 *
 * @param at index of the first value on the new level
 * @param size new level less old level
 */
public record LevelShift(int at, double size) {
  /** In noise deviations. The price of a false shift is forgetting real history, so it is high. */
  private static final double LEAST_SIZE = 8;

  /** How much of the jump must show within a quarter of the window; a straight line shows 0.25. */
  private static final double LEAST_ABRUPT = 0.75;

  private static final int MOST = 3;

  /**
   * @param adjusted without season and outliers; NaN where unknown
   * @param window how long a level must last on both sides: a season, and at least 8
   * @return ascending; at most three
   */
  public static List<LevelShift> find(double[] adjusted, int window) {
    double noise = noise(adjusted);
    List<LevelShift> found = new ArrayList<>();
    if (noise > 0) {
      split(adjusted, window, noise, 0, adjusted.length, found);
    }
    found.sort(Comparator.comparingInt(LevelShift::at));
    return List.copyOf(found);
  }

  /** The values with everything before each shift moved to the level behind the last one. */
  public static double[] remove(double[] values, List<LevelShift> shifts) {
    double[] moved = values.clone();
    for (LevelShift shift : shifts) {
      for (int t = 0; t < shift.at && t < moved.length; t++) {
        moved[t] += shift.size;
      }
    }
    return moved;
  }

  private static void split(
      double[] values, int window, double noise, int from, int to, List<LevelShift> found) {
    if (found.size() == MOST || to - from < 2 * window) {
      return;
    }
    int best = -1;
    double largest = 0;
    for (int t = from + window; t <= to - window; t += Math.max(1, window / 8)) {
      double size = Math.abs(jump(values, t, window, from, to));
      if (size > largest) {
        largest = size;
        best = t;
      }
    }
    if (best < 0) {
      return;
    }
    best = sharpen(values, best, window, from, to);
    double size = jump(values, best, window, from, to);
    double near = jump(values, best, Math.max(2, window / 4), from, to);
    boolean isAbrupt = near / size >= LEAST_ABRUPT;
    if (Math.abs(size) < LEAST_SIZE * noise || !isAbrupt) {
      return;
    }
    found.add(new LevelShift(best, near));
    split(values, window, noise, from, best, found);
    split(values, window, noise, best, to, found);
  }

  /**
   * Medians blur where a jump is by up to half a window; its place is where one step is largest.
   */
  private static int sharpen(double[] values, int about, int window, int from, int to) {
    int best = about;
    double largest = -1;
    int reach = window / 2;
    for (int t = Math.max(from + 2, about - reach); t <= Math.min(to - 2, about + reach); t++) {
      double near = Math.abs(jump(values, t, 2, from, to));
      if (near > largest) {
        largest = near;
        best = t;
      }
    }
    return best;
  }

  private static double jump(double[] values, int t, int window, int from, int to) {
    double[] before = Arrays.copyOfRange(values, Math.max(from, t - window), t);
    double[] behind = Arrays.copyOfRange(values, t, Math.min(to, t + window));
    double size = Median.of(behind) - Median.of(before);
    return Double.isNaN(size) ? 0 : size;
  }

  /** σ of one step, from differences of neighbours, which neither level nor trend moves. */
  private static double noise(double[] values) {
    double[] steps = new double[Math.max(0, values.length - 1)];
    for (int t = 1; t < values.length; t++) {
      steps[t - 1] = values[t] - values[t - 1];
    }
    double noise = Median.deviation(steps) / Math.sqrt(2);
    return Double.isNaN(noise) ? 0 : noise;
  }
}
