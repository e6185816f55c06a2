package dev.headroom.storage.logs;

import java.util.ArrayList;
import java.util.List;

/**
 * A place in an order of hits: the sort value of a hit and its position. The value is a {@code
 * Long} (time in epoch nanoseconds, long fields), {@code Double}, {@code String}, or {@link
 * Missing} among the texts' last, the records without one.
 *
 * @param then the values of the order's further fields
 */
public record LogCursor(Object value, long position, List<Object> then) {
  /** The value of a record that lacks a text field. */
  public enum Missing {
    VALUE
  }

  public LogCursor {
    then = List.copyOf(then);
  }

  public LogCursor(Object value, long position) {
    this(value, position, List.of());
  }

  /** The values of all fields in order. */
  public List<Object> values() {
    List<Object> values = new ArrayList<>();
    values.add(value);
    values.addAll(then);
    return values;
  }
}
