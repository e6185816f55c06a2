package dev.headroom.forecast.series;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.complex.Complex;
import org.apache.commons.math3.transform.DftNormalization;
import org.apache.commons.math3.transform.FastFourierTransformer;
import org.apache.commons.math3.transform.TransformType;
import org.apache.commons.math3.util.FastMath;

/**
 * Which periods a series repeats with, or none. The calendar's periods (day, week, year) are tried,
 * shortest first, each on what the ones before leave; if none holds, the highest peak of the
 * periodogram is. A period is accepted when
 *
 * <ul>
 *   <li>its autocorrelation is significant: |r_p| &gt; 1.645·√((1 + 2·Σ_{i&lt;p} r_i²) / n)
 *       (Bartlett 1946; the rule of the M4 competition), and
 *   <li>the phase means of the other cycles tell a cycle better than a flat line does, by a tenth
 *       of the squares.
 * </ul>
 */
public final class Seasonality {
  private static final long HOUR = 3_600_000;
  private static final long DAY = 24 * HOUR;
  private static final double SIGNIFICANT = 1.645;
  private static final double LEAST_GAIN = 0.1;

  /** An unknown period must show more: there are many to be fooled by. */
  private static final double LEAST_GAIN_UNKNOWN = 0.3;

  /**
   * @param values NaN where unknown; not changed
   * @return ascending, in steps, each at most half the length; empty for none
   */
  public static int[] detect(double[] values, long stepMillis) {
    List<Integer> found = new ArrayList<>();
    double[] rest = values.clone();
    for (int period : calendar(stepMillis)) {
      if (2 * period <= values.length && holds(rest, period, LEAST_GAIN)) {
        found.add(period);
        rest = SeasonalShape.fit(rest, new int[] {period}).adjust(rest);
      }
    }
    if (found.isEmpty()) {
      int period = peak(values);
      if (period > 1 && holds(values, period, LEAST_GAIN_UNKNOWN)) {
        found.add(period);
      }
    }
    return found.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Day, week and year in steps, as far as they are whole numbers of at least 2. */
  public static int[] calendar(long stepMillis) {
    return Arrays.stream(new long[] {DAY, 7 * DAY, stepMillis == 7 * DAY ? 364 * DAY : 365 * DAY})
        .filter(period -> period % stepMillis == 0 && period / stepMillis >= 2)
        .filter(period -> period < 364 * DAY || stepMillis >= DAY)
        .mapToInt(period -> (int) (period / stepMillis))
        .toArray();
  }

  private static boolean holds(double[] values, int period, double leastGain) {
    double[] rest = detrended(values, period);
    double[] r = autocorrelation(rest, period);
    double squares = 0;
    for (int i = 1; i < period; i++) {
      squares += r[i] * r[i];
    }
    double bound = SIGNIFICANT * Math.sqrt((1 + 2 * squares) / rest.length);
    return r[period] > bound && gain(rest, period) > leastGain;
  }

  /** Without the moving mean of one period, clipped at 5 deviations; gaps become 0. */
  private static double[] detrended(double[] values, int period) {
    double[] means = SeasonalShape.movingMean(values, period);
    double[] rest = new double[values.length];
    for (int t = 0; t < rest.length; t++) {
      rest[t] = values[t] - means[t];
    }
    double most = 5 * Median.deviation(rest);
    for (int t = 0; t < rest.length; t++) {
      rest[t] = Double.isNaN(rest[t]) ? 0 : most > 0 ? Math.clamp(rest[t], -most, most) : rest[t];
    }
    return rest;
  }

  /** 1 − Σ(x − mean of the phase in the other cycles)² / Σx². */
  private static double gain(double[] rest, int period) {
    double missed = 0;
    double total = 0;
    for (int phase = 0; phase < period; phase++) {
      double sum = 0;
      int count = 0;
      for (int t = phase; t < rest.length; t += period) {
        sum += rest[t];
        count++;
      }
      for (int t = phase; t < rest.length && count > 1; t += period) {
        double others = (sum - rest[t]) / (count - 1);
        missed += (rest[t] - others) * (rest[t] - others);
        total += rest[t] * rest[t];
      }
    }
    return total == 0 ? 0 : 1 - missed / total;
  }

  /** r_0 … r_maxLag of a series with mean about 0, by Fourier transform. */
  static double[] autocorrelation(double[] values, int maxLag) {
    double[] padded = new double[Integer.highestOneBit(2 * values.length - 1) * 2];
    double mean = Arrays.stream(values).sum() / values.length;
    for (int t = 0; t < values.length; t++) {
      padded[t] = values[t] - mean;
    }
    FastFourierTransformer fourier = new FastFourierTransformer(DftNormalization.STANDARD);
    Complex[] spectrum = fourier.transform(padded, TransformType.FORWARD);
    double[] power = new double[padded.length];
    for (int k = 0; k < power.length; k++) {
      double re = spectrum[k].getReal();
      double im = spectrum[k].getImaginary();
      power[k] = re * re + im * im;
    }
    Complex[] covariance = fourier.transform(power, TransformType.INVERSE);
    double[] r = new double[maxLag + 1];
    double variance = covariance[0].getReal();
    for (int lag = 0; lag <= maxLag && variance > 0; lag++) {
      r[lag] = covariance[lag].getReal() / variance;
    }
    return r;
  }

  /**
   * The period of the highest peak of the periodogram if Fisher's g test (1929) calls it no chance
   * at 0.1 %, moved to the highest autocorrelation beside it; 0 for none. Differences are looked
   * at, so that a trend is no peak.
   */
  private static int peak(double[] values) {
    int n = values.length - 1;
    if (n < 24) {
      return 0;
    }
    double[] steps = new double[n];
    for (int t = 0; t < n; t++) {
      double step = values[t + 1] - values[t];
      steps[t] = Double.isNaN(step) ? 0 : step;
    }
    int size = Integer.highestOneBit(n);
    double[] tail = Arrays.copyOfRange(steps, n - size, n);
    FastFourierTransformer fourier = new FastFourierTransformer(DftNormalization.STANDARD);
    Complex[] spectrum = fourier.transform(tail, TransformType.FORWARD);
    int best = 0;
    double highest = 0;
    double total = 0;
    for (int k = 1; k < size / 2; k++) {
      double re = spectrum[k].getReal();
      double im = spectrum[k].getImaginary();
      double power = re * re + im * im;
      total += power;
      if (power > highest && k >= 3) {
        highest = power;
        best = k;
      }
    }
    int frequencies = size / 2 - 1;
    double chance =
        total == 0 ? 1 : frequencies * FastMath.pow(1 - highest / total, frequencies - 1.0);
    if (best == 0 || chance > 0.001) {
      return 0;
    }
    int low = Math.max(2, (int) Math.floor(size / (best + 1.0)));
    int high = Math.min(values.length / 3, (int) Math.ceil(size / (best - 1.0)));
    if (low > high) {
      return 0;
    }
    double[] r = autocorrelation(detrended(values, high), high);
    int period = low;
    for (int lag = low; lag <= high; lag++) {
      period = r[lag] > r[period] ? lag : period;
    }
    return period;
  }

  private Seasonality() {}
}
