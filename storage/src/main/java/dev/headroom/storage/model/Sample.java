package dev.headroom.storage.model;

/** One value of a series at a time in epoch milliseconds. */
public record Sample(long timeMillis, double value) {
  /** Bits of the NaN that ends a series in Prometheus' remote write ("stale marker"). */
  public static final long STALE_NAN_BITS = 0x7ff0000000000002L;

  public static final double STALE = Double.longBitsToDouble(STALE_NAN_BITS);

  public static boolean isStale(double value) {
    return Double.doubleToRawLongBits(value) == STALE_NAN_BITS;
  }
}
