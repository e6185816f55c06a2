package dev.headroom.storage.sketch;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * 64-bit hashes whose bits are as good as random: products of 128 bits whose halves are folded, as
 * in wyhash. They live in memory only, so they may change with a release.
 */
public final class Hash64 {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long A = 0xa0761d6478bd642fL;
  private static final long B = 0xe7037ed1a0b428dbL;
  private static final long C = 0x8ebc6af09c88c6e3L;

  public static long of(long value) {
    return fold(fold(value ^ A, B) ^ value, C);
  }

  /** The hash of the long when the value is one. */
  public static long of(double value) {
    long whole = (long) value;
    return whole == value && whole != Long.MAX_VALUE
        ? of(whole)
        : of(Double.doubleToLongBits(value) ^ C);
  }

  public static long of(byte[] bytes, int offset, int length) {
    long hash = fold(length ^ A, C);
    int at = offset;
    int end = offset + length;
    for (; at + Long.BYTES <= end; at += Long.BYTES) {
      hash = fold((long) LONGS.get(bytes, at) ^ B, hash ^ A);
    }
    long rest = 0;
    for (int i = end - 1; i >= at; i--) {
      rest = rest << 8 | bytes[i] & 0xff;
    }
    return fold(fold(rest ^ B, hash ^ C), A);
  }

  private static long fold(long a, long b) {
    return Math.unsignedMultiplyHigh(a, b) ^ (a * b);
  }

  private Hash64() {}
}
