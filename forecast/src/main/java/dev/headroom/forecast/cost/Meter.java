package dev.headroom.forecast.cost;

import java.util.Locale;

/** What is counted; each price names one. */
public enum Meter {
  /** Bytes on disk, one copy; a stock, averaged over the days of a calendar month. */
  STORED,
  /** Bytes as they came over the wire, compressed if they were; a flow. */
  WIRE,
  /** Bytes after decompression; a flow. */
  RAW,
  /** Accepted log records and samples; a flow. */
  ACCEPTED;

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Meter parse(String text) {
    for (Meter meter : values()) {
      if (meter.label().equals(text)) {
        return meter;
      }
    }
    throw new IllegalArgumentException("must be stored, wire, raw or accepted");
  }
}
