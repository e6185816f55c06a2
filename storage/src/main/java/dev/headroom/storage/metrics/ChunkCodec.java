package dev.headroom.storage.metrics;

import com.github.luben.zstd.Zstd;
import dev.headroom.storage.model.ByteReader;
import dev.headroom.storage.model.ByteWriter;

/**
 * Times and values of a chunk as bytes and back, bit for bit; the format is in {@code
 * storage/docs/format/metric-chunk.md}. Keeps scratch space, so one object serves one thread.
 */
final class ChunkCodec {
  /** Longer chunks decode no faster, and a narrow read would decode more than it needs. */
  static final int MAX_SAMPLES = 1_024;

  private static final int TIMES = 0;
  private static final int DECIMAL = 1;
  private static final int BITS = 2;
  private static final int ZSTD = 0x80;
  private static final int ZSTD_LEVEL = 3;

  /** Shorter than this, a zstd frame's own bytes eat what it saves. */
  private static final int MIN_ZSTD_BYTES = 64;

  private final PackedLongs packed = new PackedLongs();
  private final DecimalForm decimal = new DecimalForm();
  private final ByteWriter scratch = new ByteWriter(4096);
  private final ByteWriter other = new ByteWriter(4096);
  private final long[] numbers = new long[MAX_SAMPLES];

  /** How hard to press: {@link #COLD} inflates before it decodes. */
  enum Effort {
    HOT,
    COLD
  }

  byte[] encodeTimes(long[] times, int from, int n, Effort effort) {
    for (int i = 0; i < n; i++) {
      numbers[i] = times[from + i] - times[from];
    }
    scratch.reset();
    scratch.writeByte(TIMES);
    packed.encode(numbers, n, scratch);
    return finish(scratch, effort);
  }

  byte[] encodeValues(double[] values, int from, int n, Effort effort) {
    scratch.reset();
    scratch.writeByte(DECIMAL);
    int exceptions = decimal.encode(values, from, n, numbers, scratch);
    packed.encode(numbers, n, scratch);
    if (exceptions * 8 <= n && scratch.length() < 7 * n + 16) {
      return finish(scratch, effort);
    }
    for (int i = 0; i < n; i++) {
      numbers[i] = Double.doubleToRawLongBits(values[from + i]);
    }
    other.reset();
    other.writeByte(BITS);
    packed.encode(numbers, n, other);
    return finish(other.length() < scratch.length() ? other : scratch, effort);
  }

  private static byte[] finish(ByteWriter plain, Effort effort) {
    if (effort == Effort.HOT || plain.length() < MIN_ZSTD_BYTES) {
      return plain.toByteArray();
    }
    byte[] body = java.util.Arrays.copyOfRange(plain.array(), 1, plain.length());
    byte[] pressed = Zstd.compress(body, ZSTD_LEVEL);
    if (pressed.length + 3 > plain.length() - plain.length() / 8) {
      return plain.toByteArray();
    }
    var out = new ByteWriter(pressed.length + 8);
    out.writeByte(plain.array()[0] | ZSTD);
    out.writeVarInt(body.length);
    out.write(pressed, 0, pressed.length);
    return out.toByteArray();
  }

  /**
   * @throws IndexOutOfBoundsException when the bytes are no times
   */
  void decodeTimes(byte[] bytes, int length, long firstTime, int n, long[] into) {
    checkCount(n);
    ByteReader in = open(bytes, length, n);
    if (in.readByte() != TIMES) {
      throw new IndexOutOfBoundsException("not a chunk's times");
    }
    PackedLongs.decode(in, into, n);
    for (int i = 0; i < n; i++) {
      into[i] += firstTime;
    }
  }

  /**
   * @throws IndexOutOfBoundsException when the bytes are no values
   */
  void decodeValues(byte[] bytes, int length, int n, double[] into) {
    checkCount(n);
    ByteReader in = open(bytes, length, n);
    switch (in.readByte()) {
      case DECIMAL -> DecimalForm.decode(in, numbers, n, into);
      case BITS -> {
        PackedLongs.decode(in, numbers, n);
        for (int i = 0; i < n; i++) {
          into[i] = Double.longBitsToDouble(numbers[i]);
        }
      }
      default -> throw new IndexOutOfBoundsException("not a chunk's values");
    }
  }

  private static void checkCount(int n) {
    if (n < 1 || n > MAX_SAMPLES) {
      throw new IndexOutOfBoundsException("chunk of " + n + " samples");
    }
  }

  /** A reader on the plain bytes, the tag without the zstd bit first. */
  private static ByteReader open(byte[] bytes, int length, int n) {
    var in = new ByteReader(bytes, 0, length);
    int tag = in.readByte();
    if ((tag & ZSTD) == 0) {
      in.seek(0);
      return in;
    }
    int plainLength = in.readVarInt();
    // At the worst every sample is an exception of 8 bytes, patched, and packed in 8 more.
    if (plainLength < 0 || plainLength > 40 * n + 64) {
      throw new IndexOutOfBoundsException("chunk inflates to " + plainLength + " bytes");
    }
    var plain = new byte[1 + plainLength];
    plain[0] = (byte) (tag & ~ZSTD);
    long written =
        Zstd.decompressByteArray(
            plain, 1, plainLength, bytes, in.position(), length - in.position());
    if (written != plainLength) {
      throw new IndexOutOfBoundsException("bad zstd frame in a chunk");
    }
    return new ByteReader(plain, 0, plain.length);
  }
}
