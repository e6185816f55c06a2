package dev.headroom.storage.metrics;

import dev.headroom.storage.model.ByteReader;
import dev.headroom.storage.model.ByteWriter;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Numbers in few bits: differenced, less their minimum, over their common divisor, outliers
 * patched. The format is in {@code storage/docs/format/metric-chunk.md}. Keeps scratch space, so
 * one object serves one thread.
 */
final class PackedLongs {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int MAX_ORDER = 2;
  private static final int HAS_DIVISOR = 4;
  private static final int HAS_PATCHES = 8;

  private final Plan[] plans = {new Plan(0), new Plan(1), new Plan(2)};

  /** One order of differences, tried on the numbers at hand. */
  private static final class Plan {
    final int order;
    long[] rest = new long[0];
    int count;
    long minimum;
    long divisor;
    int width;
    long costBytes;
    private final int[] widths = new int[65];

    Plan(int order) {
      this.order = order;
    }

    void tryOn(long[] source, int n) {
      count = n;
      if (rest.length < n) {
        rest = new long[n];
      }
      for (int i = 0; i < n; i++) {
        minimum = i == 0 ? source[0] : Math.min(minimum, source[i]);
      }
      divisor = 0;
      for (int i = 0; i < n; i++) {
        rest[i] = source[i] - minimum;
        if (divisor != 1) {
          divisor = rest[i] < 0 ? 1 : greatestCommonDivisor(divisor, rest[i]);
        }
      }
      divisor = Math.max(1, divisor);
      Arrays.fill(widths, 0);
      for (int i = 0; i < n; i++) {
        if (divisor != 1) {
          rest[i] /= divisor;
        }
        widths[64 - Long.numberOfLeadingZeros(rest[i])]++;
      }
      chooseWidth();
    }

    private void chooseWidth() {
      int widest = 64;
      while (widest > 0 && widths[widest] == 0) {
        widest--;
      }
      costBytes = Long.MAX_VALUE;
      for (int candidate = 0; candidate <= widest; candidate++) {
        long cost = ((long) count * candidate + 7) / 8;
        for (int wider = candidate + 1; wider <= widest; wider++) {
          cost += widths[wider] * (2L + (wider - candidate + 6) / 7);
        }
        if (cost < costBytes) {
          costBytes = cost;
          width = candidate;
        }
      }
      costBytes += 2L * order + (divisor == 1 ? 0 : 3);
    }
  }

  private static long greatestCommonDivisor(long a, long b) {
    long x = a;
    long y = b;
    while (y != 0) {
      long rest = x % y;
      x = y;
      y = rest;
    }
    return x;
  }

  /** Appends the first {@code n} numbers, at least one; the array is left as it was. */
  void encode(long[] numbers, int n, ByteWriter out) {
    plans[0].tryOn(numbers, n);
    Plan best = plans[0];
    long[] differences = numbers;
    for (int order = 1; order <= MAX_ORDER && order < n; order++) {
      differences = differences(differences, n - order + 1);
      plans[order].tryOn(differences, n - order);
      if (plans[order].costBytes < best.costBytes) {
        best = plans[order];
      }
    }
    write(best, numbers, out);
  }

  private static long[] differences(long[] numbers, int n) {
    var result = new long[n - 1];
    for (int i = 0; i < n - 1; i++) {
      result[i] = numbers[i + 1] - numbers[i];
    }
    return result;
  }

  private static void write(Plan plan, long[] numbers, ByteWriter out) {
    int patches = 0;
    for (int i = 0; i < plan.count; i++) {
      patches += plan.width < 64 && plan.rest[i] >>> plan.width != 0 ? 1 : 0;
    }
    out.writeByte(
        plan.order | (plan.divisor == 1 ? 0 : HAS_DIVISOR) | (patches == 0 ? 0 : HAS_PATCHES));
    out.writeByte(plan.width);
    if (plan.order >= 1) {
      out.writeZigZag(numbers[0]);
    }
    if (plan.order == 2) {
      out.writeZigZag(numbers[1] - numbers[0]);
    }
    out.writeZigZag(plan.minimum);
    if (plan.divisor != 1) {
      out.writeVarLong(plan.divisor);
    }
    if (patches > 0) {
      writePatches(plan, patches, out);
    }
    pack(plan, out);
  }

  private static void writePatches(Plan plan, int patches, ByteWriter out) {
    out.writeVarInt(patches);
    int previous = 0;
    for (int i = 0; i < plan.count; i++) {
      long upper = plan.rest[i] >>> plan.width;
      if (upper != 0) {
        out.writeVarInt(i - previous);
        out.writeVarLong(upper);
        previous = i;
      }
    }
  }

  private static void pack(Plan plan, ByteWriter out) {
    int width = plan.width;
    if (width == 0) {
      return;
    }
    long mask = -1L >>> (64 - width);
    long word = 0;
    int bits = 0;
    for (int i = 0; i < plan.count; i++) {
      long number = plan.rest[i] & mask;
      word |= number << bits;
      bits += width;
      if (bits >= 64) {
        out.writeLong(word);
        bits -= 64;
        word = bits == 0 ? 0 : number >>> (width - bits);
      }
    }
    for (; bits > 0; bits -= 8) {
      out.writeByte((int) word);
      word >>>= 8;
    }
  }

  /**
   * Reads {@code n} numbers.
   *
   * @throws IndexOutOfBoundsException when the bytes are no packed longs
   */
  static void decode(ByteReader in, long[] numbers, int n) {
    int flags = in.readByte();
    int order = flags & 3;
    int width = in.readByte();
    if (order > MAX_ORDER || order >= Math.max(n, 1) && order > 0 || width < 0 || width > 64) {
      throw new IndexOutOfBoundsException("bad packed longs: order " + order + " width " + width);
    }
    long first = order >= 1 ? in.readZigZag() : 0;
    long firstDifference = order == 2 ? in.readZigZag() : 0;
    long minimum = in.readZigZag();
    long divisor = (flags & HAS_DIVISOR) == 0 ? 1 : in.readVarLong();
    int patchesAt = in.position();
    boolean patched = (flags & HAS_PATCHES) != 0;
    if (patched) {
      skipPatches(in);
    }
    unpack(in, width, numbers, order, n);
    if (patched) {
      int end = in.position();
      in.seek(patchesAt);
      patch(in, width, numbers, order, n);
      in.seek(end);
    }
    for (int i = order; i < n; i++) {
      numbers[i] = numbers[i] * divisor + minimum;
    }
    if (order == 2) {
      numbers[1] = firstDifference;
      sum(numbers, 2, n);
    }
    if (order >= 1) {
      numbers[0] = first;
      sum(numbers, 1, n);
    }
  }

  private static void sum(long[] numbers, int from, int n) {
    long sum = numbers[from - 1];
    for (int i = from; i < n; i++) {
      sum += numbers[i];
      numbers[i] = sum;
    }
  }

  private static void skipPatches(ByteReader in) {
    for (int left = in.readCount(); left > 0; left--) {
      in.readVarInt();
      in.readVarLong();
    }
  }

  private static void patch(ByteReader in, int width, long[] numbers, int from, int n) {
    int at = from;
    for (int left = in.readCount(); left > 0; left--) {
      at += in.readVarInt();
      if (at < from || at >= n) {
        throw new IndexOutOfBoundsException("patch at " + at + " of " + n);
      }
      numbers[at] |= in.readVarLong() << width;
    }
  }

  private static void unpack(ByteReader in, int width, long[] numbers, int from, int n) {
    if (width == 0) {
      Arrays.fill(numbers, from, n, 0);
      return;
    }
    byte[] bytes = in.array();
    int start = in.position();
    in.skip(Math.toIntExact(((long) (n - from) * width + 7) / 8));
    long mask = -1L >>> (64 - width);
    for (int i = from; i < n; i++) {
      long bit = (long) (i - from) * width;
      int at = start + (int) (bit >>> 3);
      int shift = (int) (bit & 7);
      long number = word(bytes, at) >>> shift;
      if (shift + width > 64) {
        number |= (bytes[at + 8] & 0xffL) << (64 - shift);
      }
      numbers[i] = number & mask;
    }
  }

  /** Eight bytes there, those behind the end as zeros. */
  private static long word(byte[] bytes, int at) {
    if (at + 8 <= bytes.length) {
      return (long) LONG.get(bytes, at);
    }
    long word = 0;
    for (int i = bytes.length - 1; i >= at; i--) {
      word = word << 8 | bytes[i] & 0xff;
    }
    return word;
  }
}
