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
  private static final long HOURS_PER_DAY = 24;

  /** Bytes that nobody's records are: files' own needs. */
  public static StockEntry overhead(Optional<TenantId> tenant, Structure structure, long bytes) {
    return new StockEntry(tenant, "", "", structure, NO_HOUR, bytes, Basis.MEASURED);
  }

  /** The same bytes without field, at the first hour of their day. */
  public StockEntry daily() {
    return new StockEntry(tenant, stream, "", structure, dayOf(eventHour), bytes, basis);
  }

  /** The first hour of the UTC day of an hour; {@link #NO_HOUR} stays. */
  public static long dayOf(long hour) {
    return hour == NO_HOUR ? NO_HOUR : Math.floorDiv(hour, HOURS_PER_DAY) * HOURS_PER_DAY;
  }

  /** How the bytes were found. */
  public enum Basis {
    /** Read off the file. */
    MEASURED,
    /** A share of bytes that several streams use, split by a stated rule. */
    ALLOCATED
  }
}
