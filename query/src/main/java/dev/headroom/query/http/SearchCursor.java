package dev.headroom.query.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headroom.storage.logs.LogCursor;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TimeRange;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.CRC32C;

/**
 * Where a search goes on, as a text that means nothing to its bearer. It holds the time range of
 * the first page, so that {@code now-1h} stays where it was, and belongs to one question: given
 * with another it is refused, as is one that was changed.
 *
 * <pre>
 * version 1 | question 4 | from 8 | to 8 | position 8 | kind of value 1 | value … | CRC32C 4
 * </pre>
 */
record SearchCursor(TimeRange range, LogCursor place) {
  private static final byte VERSION = 1;
  private static final int BYTES_BESIDE_VALUE = 34;

  /** What makes a question the same: query and order as they were written. */
  static int question(String... texts) {
    var crc = new CRC32C();
    for (String text : texts) {
      crc.update(text.getBytes(UTF_8));
      crc.update(0);
    }
    return (int) crc.getValue();
  }

  private enum Kind {
    LONG,
    DOUBLE,
    TEXT,
    MISSING
  }

  String encode(int question) {
    byte[] text = place.value() instanceof String value ? value.getBytes(UTF_8) : new byte[8];
    ByteBuffer out = ByteBuffer.allocate(BYTES_BESIDE_VALUE + text.length);
    out.put(VERSION).putInt(question).putLong(range.fromNanos()).putLong(range.toNanos());
    out.putLong(place.position());
    switch (place.value()) {
      case Double number -> out.put((byte) Kind.DOUBLE.ordinal()).putDouble(number);
      case Number number -> out.put((byte) Kind.LONG.ordinal()).putLong(number.longValue());
      case String _ -> out.put((byte) Kind.TEXT.ordinal()).put(text);
      default -> out.put((byte) Kind.MISSING.ordinal());
    }
    out.putInt(crc(out.array(), out.position()));
    byte[] bytes = new byte[out.position()];
    out.flip().get(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /**
   * @throws HeadroomException INVALID when it is no cursor, or one of another question
   */
  static SearchCursor decode(String text, int question) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      ByteBuffer in = ByteBuffer.wrap(bytes);
      int end = bytes.length - Integer.BYTES;
      if (end < 0 || in.getInt(end) != crc(bytes, end) || in.get() != VERSION) {
        throw invalid();
      }
      if (in.getInt() != question) {
        throw HeadroomException.invalid(
            "this cursor belongs to another query; repeat q, start, end and order as they were");
      }
      var range = new TimeRange(in.getLong(), in.getLong());
      long position = in.getLong();
      return new SearchCursor(range, new LogCursor(value(in, bytes, end), position));
    } catch (IllegalArgumentException | BufferUnderflowException _) {
      throw invalid();
    }
  }

  private static Object value(ByteBuffer in, byte[] bytes, int end) {
    int kind = in.get();
    if (kind < 0 || kind >= Kind.values().length) {
      throw invalid();
    }
    return switch (Kind.values()[kind]) {
      case LONG -> in.getLong();
      case DOUBLE -> in.getDouble();
      case TEXT -> new String(bytes, in.position(), end - in.position(), UTF_8);
      case MISSING -> LogCursor.Missing.VALUE;
    };
  }

  private static int crc(byte[] bytes, int length) {
    var crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  private static HeadroomException invalid() {
    return HeadroomException.invalid("no cursor of an earlier answer");
  }
}
