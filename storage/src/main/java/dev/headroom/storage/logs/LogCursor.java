package dev.headroom.storage.logs;

/**
 * A place in an order of hits: the sort value of a hit and its position. The value is a {@code
 * Long} (time in epoch nanoseconds, long fields), {@code Double} or {@code String}.
 */
public record LogCursor(Object value, long position) {}
