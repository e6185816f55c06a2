package dev.headroom.storage.ledger;

import dev.headroom.storage.model.TenantId;
import java.util.Optional;

/**
 * Bytes that lie on the disk.
 *
 * @param tenant whose; empty for overhead that belongs to nobody (WAL, lock file)
 * @param stream whose, empty text when shared by nobody in particular
 * @param field logical field or metric name, empty text when none
 * @param structure what they are: one of {@link Structure}
 * @param eventHour hours since the epoch of the data's event time, or {@link #NO_HOUR}
 */
public record StockEntry(
    Optional<TenantId> tenant,
    String stream,
    String field,
    Structure structure,
    long eventHour,
    long bytes,
    Basis basis) {
  public static final long NO_HOUR = Long.MIN_VALUE;

  /** How the bytes were found. */
  public enum Basis {
    /** Read off the file. */
    MEASURED,
    /** A share of bytes that several streams use, split by a stated rule. */
    ALLOCATED
  }
}
