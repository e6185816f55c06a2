package dev.headroom.storage.logs;

import java.util.ArrayList;
import java.util.List;

/**
 * The order of hits: by a field's value, among equals by that of the next ones, then by WAL
 * position in the direction of the first. Records without the field come last.
 *
 * @param then further fields; their own {@code then} is not looked at
 */
public record LogSort(String field, boolean descending, List<LogSort> then) {
  public static final LogSort NEWEST = new LogSort(LogSchema.TIMESTAMP, true);
  public static final LogSort OLDEST = new LogSort(LogSchema.TIMESTAMP, false);

  /** As records were acknowledged. */
  public static final LogSort ARRIVAL = new LogSort(LogSchema.POSITION, false);

  public LogSort {
    then = List.copyOf(then);
  }

  public LogSort(String field, boolean descending) {
    this(field, descending, List.of());
  }

  /** Whether event time is all there is to it. */
  public boolean isByTime() {
    return field.equals(LogSchema.TIMESTAMP) && then.isEmpty();
  }

  /** The fields one by one. */
  public List<LogSort> keys() {
    List<LogSort> keys = new ArrayList<>();
    keys.add(new LogSort(field, descending));
    keys.addAll(then);
    return keys;
  }
}
