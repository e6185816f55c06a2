package dev.headroom.storage.ledger;

import java.math.BigInteger;
import java.util.Arrays;

/** Splits a whole number by weights so that the parts are whole numbers that add up to it. */
public final class LargestRemainder {
  /**
   * Each part is its exact share rounded down; what is left goes, one each, to those with the
   * largest remainders, of equal ones to the first. When no weight is positive the first part gets
   * everything.
   *
   * @param total at least 0
   * @param weights at least one, none negative
   */
  public static long[] split(long total, long[] weights) {
    long sum = 0;
    for (long weight : weights) {
      sum = Math.addExact(sum, weight);
    }
    var parts = new long[weights.length];
    if (sum == 0) {
      parts[0] = total;
      return parts;
    }
    var remainders = new long[weights.length];
    long left = total;
    for (int i = 0; i < weights.length; i++) {
      divide(total, weights[i], sum, parts, remainders, i);
      left -= parts[i];
    }
    giveOut(left, parts, remainders);
    return parts;
  }

  private static void divide(
      long total, long weight, long sum, long[] parts, long[] remainders, int i) {
    if (Math.multiplyHigh(total, weight) == 0 && total * weight >= 0) {
      parts[i] = total * weight / sum;
      remainders[i] = total * weight % sum;
      return;
    }
    BigInteger[] exact =
        BigInteger.valueOf(total)
            .multiply(BigInteger.valueOf(weight))
            .divideAndRemainder(BigInteger.valueOf(sum));
    parts[i] = exact[0].longValueExact();
    remainders[i] = exact[1].longValueExact();
  }

  private static void giveOut(long left, long[] parts, long[] remainders) {
    if (left == 0) {
      return;
    }
    long[] sorted = remainders.clone();
    Arrays.sort(sorted);
    long threshold = sorted[(int) (sorted.length - left)];
    long more = left;
    for (int i = 0; i < parts.length; i++) {
      if (remainders[i] > threshold) {
        parts[i]++;
        more--;
      }
    }
    for (int i = 0; i < parts.length && more > 0; i++) {
      if (remainders[i] == threshold) {
        parts[i]++;
        more--;
      }
    }
  }

  private LargestRemainder() {}
}
