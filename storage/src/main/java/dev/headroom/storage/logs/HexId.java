package dev.headroom.storage.logs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;

/** 128-bit ids written as 32 hex digits or as a UUID, kept as 16 bytes. */
final class HexId {
  private static final int HEX_LENGTH = 32;
  private static final int UUID_LENGTH = 36;
  static final int BYTES = 16;

  /** The value of each hex digit's character; −1 for every other one. */
  private static final byte[] DIGITS = digits();

  private static byte[] digits() {
    var digits = new byte[256];
    for (int c = 0; c < digits.length; c++) {
      digits[c] = (byte) Character.digit(c, 16);
    }
    return digits;
  }

  private static int digit(byte c) {
    return DIGITS[c & 0xff];
  }

  static boolean matches(byte[] utf8, int offset, int length) {
    if (length != HEX_LENGTH && length != UUID_LENGTH) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      byte c = utf8[offset + i];
      boolean dash = length == UUID_LENGTH && (i == 8 || i == 13 || i == 18 || i == 23);
      if (dash ? c != '-' : digit(c) < 0) {
        return false;
      }
    }
    return true;
  }

  /** Decodes what {@link #matches} into 16 bytes. */
  static void decode(byte[] utf8, int offset, int length, byte[] id) {
    int high = -1;
    int count = 0;
    for (int i = offset; i < offset + length; i++) {
      int digit = digit(utf8[i]);
      if (digit < 0) {
        continue;
      }
      if (high < 0) {
        high = digit;
      } else {
        id[count++] = (byte) (high << 4 | digit);
        high = -1;
      }
    }
  }

  static Optional<byte[]> parse(String text) {
    byte[] utf8 = text.getBytes(UTF_8);
    if (!matches(utf8, 0, utf8.length)) {
      return Optional.empty();
    }
    var id = new byte[BYTES];
    decode(utf8, 0, utf8.length, id);
    return Optional.of(id);
  }

  private HexId() {}
}
