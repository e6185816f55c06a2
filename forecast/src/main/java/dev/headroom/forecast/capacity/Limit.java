package dev.headroom.forecast.capacity;

import java.util.Locale;

/** A line that usage must not reach. */
public enum Limit {
  /** Target utilisation of what is usable: where planners want to stay below. */
  TARGET,
  /** Capacity less the reserve; on a disk, space that ordinary users can fill. */
  USABLE;

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Limit parse(String text) {
    return switch (text) {
      case "target" -> TARGET;
      case "usable" -> USABLE;
      default -> throw new IllegalArgumentException("must be target or usable");
    };
  }
}
