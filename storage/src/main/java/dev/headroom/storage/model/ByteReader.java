package dev.headroom.storage.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Reads what {@link ByteWriter} wrote. Bytes that end too early or counts that cannot be are an
 * {@link IndexOutOfBoundsException}; nothing is allocated for a length before it was checked
 * against what is left. Not thread-safe.
 */
public final class ByteReader {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] bytes;
  private int position;
  private int end;

  public ByteReader(byte[] bytes, int offset, int length) {
    this.bytes = bytes;
    this.position = offset;
    this.end = offset + length;
  }

  /** Starts over on other bytes. */
  public void reset(byte[] array, int offset, int length) {
    this.bytes = array;
    this.position = offset;
    this.end = offset + length;
  }

  public byte[] array() {
    return bytes;
  }

  public int position() {
    return position;
  }

  public int remaining() {
    return end - position;
  }

  public void seek(int newPosition) {
    position = newPosition;
  }

  public void skip(int count) {
    require(count);
    position += count;
  }

  public int readByte() {
    require(1);
    return bytes[position++];
  }

  public int readInt() {
    require(4);
    int value = (int) INT.get(bytes, position);
    position += 4;
    return value;
  }

  public long readLong() {
    require(8);
    long value = (long) LONG.get(bytes, position);
    position += 8;
    return value;
  }

  public int readVarInt() {
    long value = readVarLong();
    if (value < 0 || value > 0xffff_ffffL) {
      throw new IndexOutOfBoundsException("varint too large at " + position);
    }
    return (int) value;
  }

  /** A length or a number of things: not negative and not more than the bytes that are left. */
  public int readCount() {
    int value = readVarInt();
    require(value);
    return value;
  }

  public long readVarLong() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      require(1);
      byte b = bytes[position++];
      value |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new IndexOutOfBoundsException("varint does not end at " + position);
  }

  public long readZigZag() {
    long value = readVarLong();
    return value >>> 1 ^ -(value & 1);
  }

  public String readString() {
    int length = readCount();
    var text = new String(bytes, position, length, UTF_8);
    position += length;
    return text;
  }

  public String[] readStrings() {
    var strings = new String[readCount()];
    for (int i = 0; i < strings.length; i++) {
      strings[i] = readString();
    }
    return strings;
  }

  private void require(int count) {
    if (count < 0 || count > end - position) {
      throw new IndexOutOfBoundsException(
          count + " bytes wanted at " + position + ", " + (end - position) + " left");
    }
  }
}
