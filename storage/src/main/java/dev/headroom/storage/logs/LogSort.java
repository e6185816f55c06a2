package dev.headroom.storage.logs;

/**
 * The order of hits: by a field's value, ties by WAL position in the same direction. Records
 * without the field come last.
 */
public record LogSort(String field, boolean descending) {
  public static final LogSort NEWEST = new LogSort(LogSchema.TIMESTAMP, true);
  public static final LogSort OLDEST = new LogSort(LogSchema.TIMESTAMP, false);

  /** As records were acknowledged. */
  public static final LogSort ARRIVAL = new LogSort(LogSchema.POSITION, false);

  public boolean isByTime() {
    return field.equals(LogSchema.TIMESTAMP);
  }
}
