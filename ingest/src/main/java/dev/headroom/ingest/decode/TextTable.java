package dev.headroom.ingest.decode;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Texts by their bytes, so that the label names and values that one request repeats are made once.
 * A fixed number of places; a text that finds its place taken takes it over. Not thread-safe.
 */
final class TextTable {
  private static final int PLACES = 1 << 12;
  private static final int MAX_BYTES = 256;

  private final byte[] @Nullable [] keys = new byte[PLACES] @Nullable [];
  private final @Nullable String[] texts = new @Nullable String[PLACES];

  /** The text of a valid UTF-8 slice. */
  String get(byte[] bytes, int offset, int length) {
    if (length > MAX_BYTES) {
      return new String(bytes, offset, length, UTF_8);
    }
    int hash = length;
    for (int i = offset; i < offset + length; i++) {
      hash = hash * 31 + bytes[i];
    }
    int place = (hash ^ hash >>> 15) & PLACES - 1;
    byte[] key = keys[place];
    String text = texts[place];
    if (key != null
        && text != null
        && Arrays.equals(key, 0, key.length, bytes, offset, offset + length)) {
      return text;
    }
    String made = new String(bytes, offset, length, UTF_8);
    keys[place] = Arrays.copyOfRange(bytes, offset, offset + length);
    texts[place] = made;
    return made;
  }
}
