package dev.headroom.storage.logs;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.BytesRefBuilder;
import org.apache.lucene.util.BytesRefHash;
import org.apache.lucene.util.NumericUtils;

/**
 * Numbers the values of a field from 0, kept as bytes in one table: a value is its type's letter
 * and its text or its eight bytes. Not thread-safe.
 */
final class ValueIds {
  private static final byte TEXT = 't';
  private static final byte LONG = 'l';
  private static final byte DOUBLE = 'd';
  private static final byte BOOLEAN = 'b';

  private final BytesRefHash values = new BytesRefHash();
  private final BytesRefBuilder scratch = new BytesRefBuilder();

  /** Sets the value that is asked for next; returns its length. */
  int set(BytesRef text) {
    scratch.clear();
    scratch.append(TEXT);
    scratch.append(text);
    return scratch.length();
  }

  /** The same with a value as {@link FieldValues#next} gives it. */
  int set(Object value) {
    scratch.clear();
    switch (value) {
      case Long number -> append(LONG, number);
      case Double number -> append(DOUBLE, NumericUtils.doubleToSortableLong(number));
      case Boolean truth -> append(BOOLEAN, truth ? 1 : 0);
      default -> {
        scratch.append(TEXT);
        byte[] utf8 = value.toString().getBytes(UTF_8);
        scratch.append(utf8, 0, utf8.length);
      }
    }
    return scratch.length();
  }

  private void append(byte type, long bits) {
    scratch.grow(1 + Long.BYTES);
    scratch.append(type);
    NumericUtils.longToSortableBytes(bits, scratch.bytes(), 1);
    scratch.setLength(1 + Long.BYTES);
  }

  /** The number of the value set; negative when it has none. */
  int find() {
    return values.find(scratch.get());
  }

  /** Gives a number to the value set, which has none. */
  int add() {
    return values.add(scratch.get());
  }

  int size() {
    return values.size();
  }

  Object value(int id) {
    BytesRef key = values.get(id, new BytesRef());
    int from = key.offset + 1;
    return switch (key.bytes[key.offset]) {
      case LONG -> NumericUtils.sortableBytesToLong(key.bytes, from);
      case DOUBLE ->
          NumericUtils.sortableLongToDouble(NumericUtils.sortableBytesToLong(key.bytes, from));
      case BOOLEAN -> NumericUtils.sortableBytesToLong(key.bytes, from) == 1;
      default -> new String(key.bytes, from, key.length - 1, UTF_8);
    };
  }
}
