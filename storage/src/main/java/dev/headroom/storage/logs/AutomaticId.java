package dev.headroom.storage.logs;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.OptionalLong;

/** The id of a record whose sender gave none: its position, as 11 characters of base64url. */
final class AutomaticId {
  private static final int LENGTH = 11;

  static String of(long position) {
    byte[] bytes = ByteBuffer.allocate(8).putLong(position).array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
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
