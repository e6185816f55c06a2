package dev.headroom.forecast.series;

import java.util.Arrays;

/**
 * What repeats: one additive value a phase, for each period (hour of day, hour of week …). Fitted
 * period by period, shortest first: the moving mean over one period is taken away, the rest is
 * averaged per phase over the last cycles (mean between the quartiles), shrunk by the share of its
 * variance that noise would make as well, and taken away before the next period.
 *
 * <p>Classical decomposition (Persons 1919) with the midmean for the mean and the shrinkage of
 * James and Stein (1961); phases of a year are also smoothed over a month, for each is seen only a
 * few times.
 *
 * @param periods in steps, ascending, each at least 2
 * @param phases per period, from index 0 of the series; their mean is about 0
 */
public record SeasonalShape(int[] periods, double[][] phases) {
  /** More cycles make phases steadier, fewer follow changes of habit faster. */
  private static final int CYCLES = 12;

  private static final int[] YEARS = {365, 366, 52};

  /**
   * @param values NaN where unknown
   * @param periods those longer than half the series are left out
   */
  public static SeasonalShape fit(double[] values, int[] periods) {
    int[] fitting = fitting(periods, values.length);
    double[][] phases = new double[fitting.length][];
    double[] rest = values.clone();
    for (int i = 0; i < fitting.length; i++) {
      int period = fitting[i];
      double[] detrended = minus(rest, movingMean(rest, period));
      phases[i] = phases(detrended, period);
      for (int t = 0; t < rest.length; t++) {
        rest[t] -= phases[i][t % period];
      }
    }
    return new SeasonalShape(fitting, phases);
  }

  /** The periods that a series of this length shows at least twice. */
  public static int[] fitting(int[] periods, int length) {
    return Arrays.stream(periods).filter(period -> 2 * period <= length).toArray();
  }

  /** Value at index {@code t} of the series, which may lie behind its end. */
  public double at(int t) {
    double sum = 0;
    for (int i = 0; i < periods.length; i++) {
      sum += phases[i][t % periods[i]];
    }
    return sum;
  }

  /** The values less the shape. */
  public double[] adjust(double[] values) {
    double[] adjusted = new double[values.length];
    for (int t = 0; t < values.length; t++) {
      adjusted[t] = values[t] - at(t);
    }
    return adjusted;
  }

  private static double[] phases(double[] detrended, int period) {
    double[] phases = new double[period];
    double[] seen = new double[CYCLES];
    double[] noise = new double[period];
    Arrays.fill(noise, Double.NaN);
    int n = detrended.length;
    for (int phase = 0; phase < period; phase++) {
      int last = n - 1 - Math.floorMod(n - 1 - phase, period);
      int count = 0;
      for (int t = last; t >= 0 && count < CYCLES; t -= period) {
        if (!Double.isNaN(detrended[t])) {
          seen[count++] = detrended[t];
        }
      }
      double[] some = Arrays.copyOf(seen, count);
      phases[phase] = count == 0 ? 0 : Median.midmean(some);
      if (count > 1) {
        double deviation = Median.deviation(some);
        noise[phase] = deviation * deviation / count;
      }
    }
    double usual = Median.of(noise);
    return shrink(smooth(phases), Double.isNaN(usual) ? 0 : usual);
  }

  /** Year only: circular mean over about a month. */
  private static double[] smooth(double[] phases) {
    int period = phases.length;
    if (Arrays.stream(YEARS).noneMatch(year -> year == period)) {
      return phases;
    }
    int half = period / 24;
    double[] smooth = new double[period];
    for (int phase = 0; phase < period; phase++) {
      for (int d = -half; d <= half; d++) {
        smooth[phase] += phases[Math.floorMod(phase + d, period)] / (2 * half + 1);
      }
    }
    return smooth;
  }

  private static double[] shrink(double[] phases, double noise) {
    double mean = mean(phases);
    double variance = squares(phases, mean) / Math.max(1, phases.length - 1);
    boolean isSmoothed = Arrays.stream(YEARS).anyMatch(year -> year == phases.length);
    double share = variance == 0 ? 0 : isSmoothed ? 1 : Math.max(0, 1 - noise / variance);
    for (int i = 0; i < phases.length; i++) {
      phases[i] = share * (phases[i] - mean);
    }
    return phases;
  }

  /**
   * Centred mean over one period; NaNs are left out of it. The half periods at both ends go on
   * along the straight line of the period beside them.
   */
  static double[] movingMean(double[] values, int period) {
    int n = values.length;
    double[] sums = new double[n + 1];
    int[] counts = new int[n + 1];
    for (int t = 0; t < n; t++) {
      boolean isKnown = !Double.isNaN(values[t]);
      sums[t + 1] = sums[t] + (isKnown ? values[t] : 0);
      counts[t + 1] = counts[t] + (isKnown ? 1 : 0);
    }
    int half = period / 2;
    int odd = period % 2;
    double[] means = new double[n];
    int first = half;
    int last = n - 1 - half;
    for (int t = first; t <= last; t++) {
      double early = window(sums, counts, t - half, t + half + odd);
      means[t] = odd == 1 ? early : (early + window(sums, counts, t - half + 1, t + half + 1)) / 2;
    }
    if (last < first) {
      Arrays.fill(means, window(sums, counts, 0, n));
      return means;
    }
    int reach = Math.min(period, last - first);
    double firstSlope = reach == 0 ? 0 : (means[first + reach] - means[first]) / reach;
    double lastSlope = reach == 0 ? 0 : (means[last] - means[last - reach]) / reach;
    for (int t = 0; t < first; t++) {
      means[t] = means[first] - finite(firstSlope) * (first - t);
    }
    for (int t = last + 1; t < n; t++) {
      means[t] = means[last] + finite(lastSlope) * (t - last);
    }
    return means;
  }

  private static double window(double[] sums, int[] counts, int from, int to) {
    int count = counts[to] - counts[from];
    return count == 0 ? Double.NaN : (sums[to] - sums[from]) / count;
  }

  private static double finite(double slope) {
    return Double.isNaN(slope) ? 0 : slope;
  }

  private static double[] minus(double[] values, double[] other) {
    double[] difference = new double[values.length];
    for (int t = 0; t < values.length; t++) {
      difference[t] = values[t] - other[t];
    }
    return difference;
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  private static double squares(double[] values, double mean) {
    double sum = 0;
    for (double value : values) {
      sum += (value - mean) * (value - mean);
    }
    return sum;
  }
}
