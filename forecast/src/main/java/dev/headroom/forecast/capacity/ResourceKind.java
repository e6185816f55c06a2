package dev.headroom.forecast.capacity;

import dev.headroom.forecast.series.Basis;
import java.util.Locale;

/** What kind of thing runs out: sets the defaults of a {@link Resource}. */
public enum ResourceKind {
  /** Fills up; the last reading of a day counts, and it may be used to the end. */
  DISK(Basis.LAST, 0.85, Limit.USABLE),
  MEMORY(Basis.MAX, 0.90, Limit.TARGET),
  CPU(Basis.MAX, 0.80, Limit.TARGET),
  OTHER(Basis.MAX, 0.80, Limit.TARGET);

  private final Basis basis;
  private final double target;
  private final Limit actOn;

  ResourceKind(Basis basis, double target, Limit actOn) {
    this.basis = basis;
    this.target = target;
    this.actOn = actOn;
  }

  public Basis basis() {
    return basis;
  }

  public double target() {
    return target;
  }

  public Limit actOn() {
    return actOn;
  }

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static ResourceKind parse(String text) {
    for (ResourceKind kind : values()) {
      if (kind.label().equals(text)) {
        return kind;
      }
    }
    throw new IllegalArgumentException("must be disk, memory, cpu or other");
  }
}
