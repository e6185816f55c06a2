package dev.headroom.ingest.http;

import dev.headroom.ingest.admission.AdmissionControl.Permit;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Bytes of one body, growing under the request's permit: room is asked for before it is allocated.
 * Not thread-safe.
 */
final class BodyBuffer {
  private static final int FIRST_BYTES = 4 << 10;

  private final Permit permit;
  private final int firstBytes;
  private byte[] bytes = new byte[0];
  private int length;

  BodyBuffer(Permit permit) {
    this(permit, FIRST_BYTES);
  }

  /**
   * @param firstBytes to make room for at first, if there can be as many
   */
  BodyBuffer(Permit permit, int firstBytes) {
    this.permit = permit;
    this.firstBytes = firstBytes;
  }

  byte[] array() {
    return bytes;
  }

  int length() {
    return length;
  }

  /**
   * Makes room for that many bytes in all.
   *
   * @param most how many there can be at most; never more is allocated
   */
  void ensure(int needed, int most) {
    if (needed <= bytes.length) {
      return;
    }
    long doubled = Math.max(firstBytes, bytes.length * 2L);
    int capacity = (int) Math.max(needed, Math.min(doubled, most));
    permit.grow(capacity - bytes.length);
    bytes = Arrays.copyOf(bytes, capacity);
  }

  /** Appends exactly so many bytes of a stream that has them. */
  void append(InputStream in, int count, int most) throws IOException {
    ensure(Math.addExact(length, count), most);
    int read = in.readNBytes(bytes, length, count);
    if (read != count) {
      throw new IOException("chunk of " + count + " bytes ended after " + read);
    }
    length += count;
  }

  /** Appends what there is up to {@code most} in all; returns whether there is more. */
  boolean appendAll(InputStream in, int most) throws IOException {
    while (true) {
      ensure(length + 1, most + 1);
      int read = in.read(bytes, length, bytes.length - length);
      if (read < 0) {
        return false;
      }
      length += read;
      if (length > most) {
        return true;
      }
    }
  }

  void setLength(int newLength) {
    length = newLength;
  }
}
