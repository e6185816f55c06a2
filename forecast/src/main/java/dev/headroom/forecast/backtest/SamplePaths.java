package dev.headroom.forecast.backtest;

import java.util.Arrays;

/**
 * Ways the future may go. Each path copies how the errors of a drawn date of the past went on from
 * lead to lead; at each lead the paths are ranked by that, and the r-th of P gets the conformal
 * quantile r/(P − 1) (reordering after Clark et al. 2004, <i>The Schaake shuffle</i>). So at each
 * lead the paths have the intervals' quantiles, and along and across series they move as errors
 * did.
 *
 * <p>The date of a path is the one with the least hash of seed, path and date. Nothing is shared
 * between calls, yet series with the same dates draw the same ones, together or apart, and a
 * series' paths do not depend on which others are forecast with it. Where a date's errors end
 * early, those of another are joined to them.
 */
final class SamplePaths {
  /** Fewer leads than this share of what is left to fill are not drawn. */
  private static final double LEAST_SHARE = 0.5;

  /**
   * @param errors {@code [origin][lead]}, NaN where unknown
   * @param originMillis date of each origin
   * @return ranks, {@code [path][step]}, 0 to paths − 1, each once a step
   */
  static int[][] ranks(
      double[][] errors,
      long[] originMillis,
      Conformal conformal,
      int horizon,
      int paths,
      long seed) {
    double[][] ways = new double[paths][];
    for (int p = 0; p < paths; p++) {
      ways[p] = way(errors, originMillis, conformal, horizon, mix(seed, p));
    }
    int[] byTie = byTie(paths, seed);
    int bits = 32 - Integer.numberOfLeadingZeros(paths);
    int[][] ranks = new int[paths][horizon];
    long[] keys = new long[paths];
    for (int h = 0; h < horizon; h++) {
      for (int i = 0; i < paths; i++) {
        keys[i] = (ordered(ways[byTie[i]][h]) >> bits << bits) | i;
      }
      Arrays.sort(keys);
      for (int rank = 0; rank < paths; rank++) {
        ranks[byTie[(int) (keys[rank] & ((1L << bits) - 1))]][h] = rank;
      }
    }
    return ranks;
  }

  private static double[] way(
      double[][] errors, long[] originMillis, Conformal conformal, int horizon, long pathSeed) {
    double[] way = new double[horizon];
    double carry = Math.clamp(2 * conformal.growth(), 0, 1);
    double before = 0;
    int filled = 0;
    for (int block = 0; filled < horizon; block++) {
      int origin = draw(errors, originMillis, horizon - filled, mix(pathSeed, block));
      double[] row = errors[origin];
      double end = before;
      for (int h = 0; h < row.length && filled < horizon; h++) {
        end = Double.isNaN(row[h]) ? end : before + row[h];
        way[filled++] = end;
      }
      before = carry * end;
    }
    return way;
  }

  private static int draw(double[][] errors, long[] originMillis, int left, long seed) {
    int longest = 0;
    for (double[] row : errors) {
      longest = Math.max(longest, row.length);
    }
    double least = LEAST_SHARE * Math.min(left, longest);
    int drawn = -1;
    long lowest = Long.MAX_VALUE;
    for (int o = 0; o < errors.length; o++) {
      if (errors[o].length >= least) {
        long hash = mix(seed, originMillis[o]);
        if (drawn < 0 || hash < lowest) {
          lowest = hash;
          drawn = o;
        }
      }
    }
    return drawn;
  }

  /** Which of two equal paths comes first: the same at each step and for each series. */
  private static int[] byTie(int paths, long seed) {
    long[] keys = new long[paths];
    int bits = 32 - Integer.numberOfLeadingZeros(paths);
    for (int p = 0; p < paths; p++) {
      keys[p] = (mix(seed ^ 0x5DEECE66DL, p) >> bits << bits) | p;
    }
    Arrays.sort(keys);
    int[] order = new int[paths];
    for (int i = 0; i < paths; i++) {
      order[i] = (int) (keys[i] & ((1L << bits) - 1));
    }
    return order;
  }

  /** Longs that sort as the doubles do. */
  private static long ordered(double value) {
    long bits = Double.doubleToLongBits(value + 0.0);
    return bits ^ ((bits >> 63) & Long.MAX_VALUE);
  }

  /** The finaliser of SplitMix64 (Steele, Lea and Flood 2014) over both. */
  private static long mix(long seed, long value) {
    long z = seed + value * 0x9E3779B97F4A7C15L + 0x632BE59BD9B4E019L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  private SamplePaths() {}
}
