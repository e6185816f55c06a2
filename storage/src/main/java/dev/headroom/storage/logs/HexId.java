package dev.headroom.storage.logs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;

/** 128-bit ids written as 32 hex digits or as a UUID, kept as 16 bytes. */
final class HexId {
  private static final int HEX_LENGTH = 32;
  private static final int UUID_LENGTH = 36;

  static boolean matches(byte[] utf8, int offset, int length) {
    if (length != HEX_LENGTH && length != UUID_LENGTH) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      int c = utf8[offset + i];
      boolean dash = length == UUID_LENGTH && (i == 8 || i == 13 || i == 18 || i == 23);
      if (dash ? c != '-' : Character.digit(c, 16) < 0) {
        return false;
      }
    }
    return true;
  }

  static byte[] decode(byte[] utf8, int offset, int length) {
    byte[] id = new byte[16];
    int digits = 0;
    for (int i = 0; i < length; i++) {
      int digit = Character.digit(utf8[offset + i], 16);
      if (digit >= 0) {
        id[digits / 2] |= (byte) (digits % 2 == 0 ? digit << 4 : digit);
        digits++;
      }
    }
    return id;
  }

  static Optional<byte[]> parse(String text) {
    byte[] utf8 = text.getBytes(UTF_8);
    return matches(utf8, 0, utf8.length)
        ? Optional.of(decode(utf8, 0, utf8.length))
        : Optional.empty();
  }

  private HexId() {}
}
