package dev.headroom.storage.metrics;

import dev.headroom.storage.model.ByteReader;
import dev.headroom.storage.model.ByteWriter;

/**
 * Doubles that are decimals as integers: {@code value = d / 10^k}, after ALP (Afroozeh, Kuffo,
 * Boncz: "ALP: Adaptive Lossless floating-Point Compression", 2023). Division rounds correctly, so
 * every decimal of up to 15 digits comes back exactly; the rest are exceptions kept as they are.
 */
final class DecimalForm {
  private static final int MAX_EXPONENT = 18;
  private static final double MAX_DIGITS = 1L << 53;
  private static final double MAX_LONG = 0x1p63;
  private static final int PROBES = 32;

  /** What an exception costs beside a value that fits, in bits. */
  private static final double EXCEPTION_BITS = 80;

  private static final double BITS_PER_DIGIT = 3.33;
  private static final double[] POWERS = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18
  };

  private int[] exceptions = new int[ChunkCodec.MAX_SAMPLES];

  /**
   * Writes exponent and exceptions, and leaves the integers in {@code numbers}; an exception's
   * place holds its neighbour's. Returns the number of exceptions.
   */
  int encode(double[] values, int from, int n, long[] numbers, ByteWriter out) {
    int exponent = chooseExponent(values, from, n);
    int count = 0;
    int firstFit = -1;
    for (int i = 0; i < n; i++) {
      double value = values[from + i];
      if (fits(value, exponent)) {
        numbers[i] = (long) Math.rint(value * POWERS[exponent]);
        firstFit = firstFit < 0 ? i : firstFit;
      } else {
        exceptions[count++] = i;
        numbers[i] = i == 0 ? 0 : numbers[i - 1];
      }
    }
    for (int i = 0; i < firstFit; i++) {
      numbers[i] = numbers[firstFit];
    }
    out.writeByte(exponent);
    out.writeVarInt(count);
    int previous = 0;
    for (int e = 0; e < count; e++) {
      out.writeVarInt(exceptions[e] - previous);
      out.writeLong(Double.doubleToRawLongBits(values[from + exceptions[e]]));
      previous = exceptions[e];
    }
    return count;
  }

  private static boolean fits(double value, int exponent) {
    double digits = Math.rint(value * POWERS[exponent]);
    double limit = exponent == 0 ? MAX_LONG : MAX_DIGITS;
    // Not `<=`: (long) 2^63 saturates. NaN fails both comparisons.
    if (!(digits > -limit && digits < limit)) {
      return false;
    }
    return Double.doubleToRawLongBits((long) digits / POWERS[exponent])
        == Double.doubleToRawLongBits(value);
  }

  /** The exponent with the fewest bits by an estimate from a few values. */
  private static int chooseExponent(double[] values, int from, int n) {
    var needed = new int[MAX_EXPONENT + 1];
    int probed = 0;
    int step = Math.max(1, n / PROBES);
    for (int i = 0; i < n; i += step) {
      int exponent = smallestExponent(values[from + i]);
      if (exponent >= 0) {
        needed[exponent]++;
        probed++;
      }
    }
    int best = 0;
    double bestBits = Double.MAX_VALUE;
    int left = probed;
    for (int exponent = 0; exponent <= MAX_EXPONENT; exponent++) {
      left -= needed[exponent];
      double bits = left * EXCEPTION_BITS + probed * BITS_PER_DIGIT * exponent;
      if (bits < bestBits) {
        bestBits = bits;
        best = exponent;
      }
    }
    return best;
  }

  private static int smallestExponent(double value) {
    for (int exponent = 0; exponent <= MAX_EXPONENT; exponent++) {
      if (fits(value, exponent)) {
        return exponent;
      }
    }
    return -1;
  }

  static void decode(ByteReader in, long[] numbers, int n, double[] into) {
    int exponent = in.readByte();
    if (exponent < 0 || exponent > MAX_EXPONENT) {
      throw new IndexOutOfBoundsException("bad decimal exponent " + exponent);
    }
    int exceptionsAt = in.position();
    int count = in.readCount();
    for (int e = 0; e < count; e++) {
      in.readVarInt();
      in.skip(Long.BYTES);
    }
    PackedLongs.decode(in, numbers, n);
    double power = POWERS[exponent];
    for (int i = 0; i < n; i++) {
      into[i] = numbers[i] / power;
    }
    in.seek(exceptionsAt);
    in.readCount();
    int at = 0;
    for (int e = 0; e < count; e++) {
      at += in.readVarInt();
      if (at < 0 || at >= n) {
        throw new IndexOutOfBoundsException("exception at " + at + " of " + n);
      }
      into[at] = Double.longBitsToDouble(in.readLong());
    }
  }
}
