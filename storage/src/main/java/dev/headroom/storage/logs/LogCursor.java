package dev.headroom.storage.logs;

/**
 * A place in an order of hits: the sort value of a hit and its position. The value is a {@code
 * Long} (time in epoch nanoseconds, long fields), {@code Double}, {@code String}, or {@link
 * Missing} among the texts' last, the records without one.
 */
public record LogCursor(Object value, long position) {
  /** The value of a record that lacks a text field. */
  public enum Missing {
    VALUE
  }
}
