package dev.headroom.storage.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * Appends to a growing byte array: little-endian fixed widths, LEB128 varints, zig-zag for signed.
 * Not thread-safe.
 */
public final class ByteWriter {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] bytes;
  private int length;

  public ByteWriter(int initialCapacity) {
    this.bytes = new byte[Math.max(16, initialCapacity)];
  }

  /** The array written to; valid up to {@link #length}, until the next write. */
  public byte[] array() {
    return bytes;
  }

  public int length() {
    return length;
  }

  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }

  public void reset() {
    length = 0;
  }

  public void writeByte(int value) {
    ensure(1);
    bytes[length++] = (byte) value;
  }

  public void writeInt(int value) {
    ensure(4);
    INT.set(bytes, length, value);
    length += 4;
  }

  public void writeLong(long value) {
    ensure(8);
    LONG.set(bytes, length, value);
    length += 8;
  }

  public void writeVarInt(int value) {
    writeVarLong(Integer.toUnsignedLong(value));
  }

  public void writeVarLong(long value) {
    ensure(10);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[length++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[length++] = (byte) rest;
  }

  public void writeZigZag(long value) {
    writeVarLong(value << 1 ^ value >> 63);
  }

  public void write(byte[] source, int offset, int count) {
    ensure(count);
    System.arraycopy(source, offset, bytes, length, count);
    length += count;
  }

  public void writeString(String value) {
    byte[] utf8 = value.getBytes(UTF_8);
    writeVarInt(utf8.length);
    write(utf8, 0, utf8.length);
  }

  public void writeStrings(List<String> values) {
    writeVarInt(values.size());
    values.forEach(this::writeString);
  }

  public static int varIntLength(int value) {
    return Math.max(1, (38 - Integer.numberOfLeadingZeros(value)) / 7);
  }

  private void ensure(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, more), bytes.length * 2));
    }
  }
}
