package dev.headroom.storage.sketch;

import java.util.Arrays;

/** Counts of positive numbers in buckets whose bounds are powers of {@code γ}. Not thread-safe. */
final class LogBuckets {
  static final int MAX_BUCKETS = 2048;

  private static final int GROWTH = 64;

  private final double gamma;
  private final double bucketsPerLog;

  /** Counts of the buckets {@code first} and on; empty until there is a value. */
  private long[] counts = new long[0];

  private int first;
  private long total;

  /** The lowest bucket holds also what is below it. */
  private boolean isCollapsed;

  LogBuckets(double relativeError) {
    this.gamma = (1 + relativeError) / (1 - relativeError);
    this.bucketsPerLog = 1 / Math.log(gamma);
  }

  private int bucketOf(double value) {
    return (int) Math.ceil(Math.log(value) * bucketsPerLog);
  }

  /** The number whose relative distance to both bounds of the bucket is the same. */
  private double valueOf(int bucket) {
    return Math.min(Double.MAX_VALUE, Math.exp(bucket / bucketsPerLog) * 2 / (gamma + 1));
  }

  void add(double value, long times) {
    count(bucketOf(value), times);
  }

  private void count(int bucket, long times) {
    int at = reach(bucket) - first;
    counts[at] += times;
    total += times;
  }

  /** Makes room; returns the bucket that counts for the one asked for. */
  private int reach(int bucket) {
    if (counts.length == 0) {
      counts = new long[GROWTH];
      first = bucket - GROWTH / 2;
      return bucket;
    }
    int end = first + counts.length;
    if (bucket >= first && bucket < end) {
      return bucket;
    }
    if (bucket >= end) {
      grow(first, bucket + 1);
    } else if (isCollapsed) {
      return first;
    } else {
      grow(bucket, end);
    }
    return Math.max(bucket, first);
  }

  private void grow(int from, int to) {
    int length = Math.min(MAX_BUCKETS, (to - from + GROWTH - 1) / GROWTH * GROWTH);
    // Room beyond what is needed lies on the side that grows.
    int lowest = from < first ? to - length : from;
    if (to - from > MAX_BUCKETS) {
      lowest = to - MAX_BUCKETS;
      isCollapsed = true;
    }
    var grown = new long[length];
    for (int i = 0; i < counts.length; i++) {
      grown[Math.max(0, first + i - lowest)] += counts[i];
    }
    counts = grown;
    first = lowest;
  }

  void merge(LogBuckets other) {
    for (int i = other.counts.length - 1; i >= 0; i--) {
      if (other.counts[i] > 0) {
        count(other.first + i, other.counts[i]);
      }
    }
  }

  long total() {
    return total;
  }

  /** The value of a rank from 0. */
  double at(long rank) {
    long seen = 0;
    for (int i = 0; i < counts.length; i++) {
      seen += counts[i];
      if (seen > rank) {
        return valueOf(first + i);
      }
    }
    throw new IllegalArgumentException("rank " + rank + " of " + total);
  }

  /** How many lie in buckets up to that of the value. */
  long upTo(double value) {
    return sum(bucketOf(value));
  }

  /** How many lie in buckets below that of the value. */
  long below(double value) {
    return sum(bucketOf(value) - 1);
  }

  private long sum(int last) {
    int end = Math.clamp((long) last - first + 1, 0, counts.length);
    return Arrays.stream(counts, 0, end).sum();
  }

  long bytes() {
    return 48 + 8L * counts.length;
  }
}
