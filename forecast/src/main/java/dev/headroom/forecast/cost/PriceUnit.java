package dev.headroom.forecast.cost;

import java.util.Arrays;
import java.util.stream.Collectors;

/** What a price is per: GB is 10^9 bytes, GiB is 2^30 bytes. */
public enum PriceUnit {
  GB_MONTH("GB-month", 1_000_000_000L),
  GIB_MONTH("GiB-month", 1L << 30),
  GB("GB", 1_000_000_000L),
  GIB("GiB", 1L << 30),
  MILLION_RECORDS("million records", 1_000_000L);

  private final String label;
  private final long size;

  PriceUnit(String label, long size) {
    this.label = label;
    this.size = size;
  }

  public String label() {
    return label;
  }

  /** Bytes or records in one unit. */
  public long size() {
    return size;
  }

  boolean fits(Meter meter) {
    return switch (this) {
      case GB_MONTH, GIB_MONTH -> meter == Meter.STORED;
      case GB, GIB -> meter == Meter.WIRE || meter == Meter.RAW;
      case MILLION_RECORDS -> meter == Meter.ACCEPTED;
    };
  }

  static PriceUnit parse(String text) {
    for (PriceUnit unit : values()) {
      if (unit.label.equals(text)) {
        return unit;
      }
    }
    throw new IllegalArgumentException(
        "must be one of "
            + Arrays.stream(values()).map(PriceUnit::label).collect(Collectors.joining(", ")));
  }
}
