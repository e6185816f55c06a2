package dev.headroom.storage.sketch;

import java.util.Arrays;

/**
 * Quantiles of numbers, after <i>DDSketch: A Fast and Fully-Mergeable Quantile Sketch with
 * Relative-Error Guarantees</i> (Masson, Rim, Lee; VLDB 2019). A value {@code x} counts in bucket
 * {@code ⌈log_γ |x|⌉} with {@code γ = (1 + α) / (1 - α)}, so every value of a bucket lies within
 * {@code α} = 1 % of the one that stands for it; negative values have buckets of their own, zero a
 * counter.
 *
 * <p>Up to {@value #EXACT_VALUES} values are kept as they are, so that quantiles of few are exact.
 * A sign has at most {@value LogBuckets#MAX_BUCKETS} buckets, which span 17 decimal orders; past
 * that the ones next to zero are merged, and only values there lose accuracy.
 *
 * <p>NaN is no value. Infinite values count as the largest double. Not thread-safe.
 */
public final class QuantileSketch {
  /** Stated relative error of a quantile. */
  public static final double RELATIVE_ERROR = 0.01;

  private static final int EXACT_VALUES = 128;

  private double[] few = new double[4];
  private final LogBuckets negative = new LogBuckets(RELATIVE_ERROR);
  private final LogBuckets positive = new LogBuckets(RELATIVE_ERROR);
  private long zeros;
  private long count;
  private double min = Double.NaN;
  private double max = Double.NaN;
  private boolean isSorted;

  public void add(double value) {
    if (Double.isNaN(value)) {
      return;
    }
    double finite = Math.clamp(value, -Double.MAX_VALUE, Double.MAX_VALUE);
    min = count == 0 ? finite : Math.min(min, finite);
    max = count == 0 ? finite : Math.max(max, finite);
    if (count < EXACT_VALUES) {
      keep(finite);
    } else {
      if (count == EXACT_VALUES) {
        spill();
      }
      bucket(finite, 1);
    }
    count++;
  }

  private void keep(double value) {
    if (count == few.length) {
      few = Arrays.copyOf(few, 2 * few.length);
    }
    few[(int) count] = value;
    isSorted = false;
  }

  private boolean isExact() {
    return count <= EXACT_VALUES;
  }

  /** Puts what was kept as it is into buckets. */
  private void spill() {
    for (int i = 0; i < Math.min(count, EXACT_VALUES); i++) {
      bucket(few[i], 1);
    }
    few = new double[0];
  }

  private void bucket(double value, long times) {
    if (value > 0) {
      positive.add(value, times);
    } else if (value < 0) {
      negative.add(-value, times);
    } else {
      zeros += times;
    }
  }

  /** Takes in what another sketch has seen; the other one stays as it is. */
  public void merge(QuantileSketch other) {
    if (other.isExact()) {
      for (int i = 0; i < other.count; i++) {
        add(other.few[i]);
      }
      return;
    }
    if (isExact()) {
      spill();
    }
    min = count == 0 ? other.min : Math.min(min, other.min);
    max = count == 0 ? other.max : Math.max(max, other.max);
    zeros += other.zeros;
    negative.merge(other.negative);
    positive.merge(other.positive);
    count += other.count;
  }

  public long count() {
    return count;
  }

  /** The least value, exact; NaN when there is none. */
  public double min() {
    return min;
  }

  /** The greatest value, exact; NaN when there is none. */
  public double max() {
    return max;
  }

  /** About how much heap it holds. */
  public long bytes() {
    return 160 + 8L * few.length + negative.bytes() + positive.bytes();
  }

  /**
   * The value below which a share of the values lies, interpolated between the two at rank {@code q
   * × (n - 1)}; NaN when there are none.
   *
   * @param q 0 to 1
   */
  public double quantile(double q) {
    if (!(q >= 0 && q <= 1)) {
      throw new IllegalArgumentException("quantile must be 0 to 1, got " + q);
    }
    if (count == 0) {
      return Double.NaN;
    }
    double rank = q * (count - 1);
    long below = (long) Math.floor(rank);
    double first = at(below);
    double share = rank - below;
    double value = share == 0 ? first : first * (1 - share) + at(below + 1) * share;
    return Math.clamp(value, min, max);
  }

  /** Which share of the values is at most this one, 0 to 1; NaN when there are none. */
  public double rank(double value) {
    if (count == 0 || Double.isNaN(value)) {
      return Double.NaN;
    }
    if (value < min || value >= max) {
      return value < min ? 0 : 1;
    }
    return (double) atMost(value) / count;
  }

  private long atMost(double value) {
    if (isExact()) {
      long found = 0;
      for (int i = 0; i < count; i++) {
        found += few[i] <= value ? 1 : 0;
      }
      return found;
    }
    if (value < 0) {
      return negative.total() - negative.below(-value);
    }
    return negative.total() + zeros + (value > 0 ? positive.upTo(value) : 0);
  }

  /** The value of a rank from 0, within the relative error. */
  private double at(long rank) {
    if (isExact()) {
      if (!isSorted) {
        Arrays.sort(few, 0, (int) count);
        isSorted = true;
      }
      return few[(int) rank];
    }
    if (rank == 0 || rank >= count - 1) {
      return rank == 0 ? min : max;
    }
    long negatives = negative.total();
    if (rank < negatives) {
      return -negative.at(negatives - 1 - rank);
    }
    return rank < negatives + zeros ? 0 : positive.at(rank - negatives - zeros);
  }
}
