package dev.headroom.storage.logs;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.OptionalLong;

/** The id of a record whose sender gave none: its position, as 11 characters of base64url. */
final class AutomaticId {
  private static final int LENGTH = 11;
  private static final byte[] DIGITS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".getBytes(US_ASCII);

  static String of(long position) {
    var id = new byte[LENGTH];
    for (int i = 0; i < LENGTH - 1; i++) {
      id[i] = DIGITS[(int) (position >>> 58 - 6 * i) & 63];
    }
    id[LENGTH - 1] = DIGITS[(int) (position << 2) & 63];
    return new String(id, US_ASCII);
  }

  static OptionalLong position(String id) {
    if (id.length() != LENGTH) {
      return OptionalLong.empty();
    }
    try {
      long position = ByteBuffer.wrap(Base64.getUrlDecoder().decode(id)).getLong();
      return position >= 0 && of(position).equals(id)
          ? OptionalLong.of(position)
          : OptionalLong.empty();
    } catch (IllegalArgumentException _) {
      return OptionalLong.empty();
    }
  }

  private AutomaticId() {}
}
