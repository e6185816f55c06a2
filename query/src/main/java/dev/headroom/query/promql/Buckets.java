package dev.headroom.query.promql;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The cumulative buckets of a classic histogram at one point in time, by rising upper bound, bounds
 * unique. Values are spread evenly inside a bucket; the lowest one starts at 0 if its bound is
 * above.
 */
final class Buckets {
  /** Differences below this share of a count come from floating point, not from the data. */
  private static final double TOLERANCE = 1e-12;

  record Bucket(double upperBound, double count) {}

  private final double[] bounds;
  private final double[] counts;
  private boolean repaired;

  private Buckets(double[] bounds, double[] counts) {
    this.bounds = bounds;
    this.counts = counts;
  }

  static Buckets of(List<Bucket> buckets) {
    var sorted = buckets.stream().sorted(Comparator.comparingDouble(Bucket::upperBound)).toList();
    double[] bounds = new double[sorted.size()];
    double[] counts = new double[sorted.size()];
    int size = 0;
    for (Bucket bucket : sorted) {
      if (size > 0 && bounds[size - 1] == bucket.upperBound()) {
        counts[size - 1] += bucket.count();
      } else {
        bounds[size] = bucket.upperBound();
        counts[size++] = bucket.count();
      }
    }
    return new Buckets(Arrays.copyOf(bounds, size), Arrays.copyOf(counts, size));
  }

  /** Whether counts had to be raised, beyond rounding, so that they never fall. */
  boolean isRepaired() {
    return repaired;
  }

  private void makeRising() {
    for (int i = 1; i < counts.length; i++) {
      double before = counts[i - 1];
      if (counts[i] == before) {
        continue;
      }
      boolean equal =
          Math.abs(counts[i] - before) < TOLERANCE * (Math.abs(counts[i]) + Math.abs(before));
      if (equal || counts[i] < before) {
        repaired |= !equal;
        counts[i] = before;
      }
    }
  }

  private boolean reachesInfinity() {
    return bounds.length > 0 && bounds[bounds.length - 1] == Double.POSITIVE_INFINITY;
  }

  double quantile(double q) {
    if (Double.isNaN(q)) {
      return Double.NaN;
    }
    if (q < 0) {
      return Double.NEGATIVE_INFINITY;
    }
    if (q > 1) {
      return Double.POSITIVE_INFINITY;
    }
    if (!reachesInfinity()) {
      return Double.NaN;
    }
    makeRising();
    int last = bounds.length - 1;
    double total = counts[last];
    if (last < 1 || total == 0 || Double.isNaN(total)) {
      return Double.NaN;
    }
    double rank = q * total;
    int at = 0;
    while (at < last && !(counts[at] >= rank)) {
      at++;
    }
    if (at == last) {
      return bounds[last - 1];
    }
    if (at == 0 && bounds[0] <= 0) {
      return bounds[0];
    }
    double start = at == 0 ? 0 : bounds[at - 1];
    double below = at == 0 ? 0 : counts[at - 1];
    return start + (bounds[at] - start) * ((rank - below) / (counts[at] - below));
  }

  /** The share of observations between two values. */
  double fraction(double lower, double upper) {
    if (!reachesInfinity()) {
      return Double.NaN;
    }
    makeRising();
    double total = counts[counts.length - 1];
    if (total == 0 || Double.isNaN(lower) || Double.isNaN(upper)) {
      return Double.NaN;
    }
    return lower >= upper ? 0 : (rank(upper) - rank(lower)) / total;
  }

  private double rank(double value) {
    double below = 0;
    double start = bounds[0] > 0 ? 0 : Double.NEGATIVE_INFINITY;
    for (int i = 0; i < bounds.length; i++) {
      if (value <= start) {
        return below;
      }
      if (value < bounds[i]) {
        boolean open = Double.isInfinite(start) || Double.isInfinite(bounds[i]);
        double share = open ? (i == 0 ? 1 : 0) : (value - start) / (bounds[i] - start);
        return below + (counts[i] - below) * share;
      }
      below = counts[i];
      start = bounds[i];
    }
    return below;
  }
}
