package dev.headroom.ingest.decode;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Strict UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF. */
public final class Utf8 {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long HIGH_BITS = 0x8080808080808080L;

  public static boolean isValid(byte[] bytes, int offset, int length) {
    int end = offset + length;
    int i = offset;
    while (i < end) {
      if (i + 8 <= end && ((long) LONG.get(bytes, i) & HIGH_BITS) == 0) {
        i += 8;
        continue;
      }
      int size = sizeOfCharacter(bytes, i, end);
      if (size == 0) {
        return false;
      }
      i += size;
    }
    return true;
  }

  /** Bytes of the character that starts at {@code i}; 0 when it is no valid one. */
  private static int sizeOfCharacter(byte[] bytes, int i, int end) {
    int b = bytes[i] & 0xff;
    if (b < 0x80) {
      return 1;
    }
    int size = b < 0xc2 ? 0 : b < 0xe0 ? 2 : b < 0xf0 ? 3 : b < 0xf5 ? 4 : 0;
    if (size == 0 || i + size > end) {
      return 0;
    }
    int second = bytes[i + 1] & 0xff;
    int lowest = b == 0xe0 ? 0xa0 : b == 0xf0 ? 0x90 : 0x80;
    int highest = b == 0xed ? 0x9f : b == 0xf4 ? 0x8f : 0xbf;
    if (second < lowest || second > highest) {
      return 0;
    }
    for (int k = 2; k < size; k++) {
      if ((bytes[i + k] & 0xc0) != 0x80) {
        return 0;
      }
    }
    return size;
  }

  /** How many of the first {@code max} bytes may be kept without cutting a character in two. */
  public static int cutAt(byte[] bytes, int offset, int length, int max) {
    if (length <= max) {
      return length;
    }
    int cut = max;
    while (cut > 0 && (bytes[offset + cut] & 0xc0) == 0x80) {
      cut--;
    }
    return cut;
  }

  private Utf8() {}
}
