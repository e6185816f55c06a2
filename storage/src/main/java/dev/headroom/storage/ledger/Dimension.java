package dev.headroom.storage.ledger;

import java.util.Locale;

/** What the ledger can be broken down by. */
public enum Dimension {
  STREAM,
  FIELD,
  STRUCTURE,
  HOUR,
  DAY;

  /** As requests name it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
