package dev.headroom.forecast.capacity;

import java.util.List;

/**
 * What is planned.
 *
 * @param resources the file's, in its order
 * @param builtIn whether hosts are found without being named
 */
public record CapacityConfig(List<Resource> resources, boolean builtIn, WorkCalendar calendar) {
  /** Without a file: hosts as they are found, Monday to Friday. */
  public static final CapacityConfig DEFAULT =
      new CapacityConfig(List.of(), true, WorkCalendar.MONDAY_TO_FRIDAY);

  public CapacityConfig {
    resources = List.copyOf(resources);
  }
}
