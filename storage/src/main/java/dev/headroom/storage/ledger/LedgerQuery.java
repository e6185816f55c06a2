package dev.headroom.storage.ledger;

import dev.headroom.storage.model.TenantId;
import java.util.Optional;
import java.util.Set;

/**
 * A question to the ledger.
 *
 * @param by dimensions of the rows; none gives totals
 * @param fromHour first hour, hours since the epoch: of event time for stock, of receipt for flows;
 *     {@link StockEntry#NO_HOUR} for the beginning
 * @param toHour behind the last hour
 * @param stream only this one
 * @param maxRows more are not made; the answer says so
 */
public record LedgerQuery(
    TenantId tenant,
    Set<Dimension> by,
    long fromHour,
    long toHour,
    Optional<String> stream,
    int maxRows) {
  public LedgerQuery {
    by = Set.copyOf(by);
  }

  /** Everything of a tenant. */
  public static LedgerQuery of(TenantId tenant, Dimension... by) {
    return new LedgerQuery(
        tenant,
        Set.of(by),
        StockEntry.NO_HOUR,
        Long.MAX_VALUE,
        Optional.empty(),
        Integer.MAX_VALUE);
  }

  /** Whether all hours are asked for; then data without an hour counts as well. */
  public boolean isUnbounded() {
    return fromHour == StockEntry.NO_HOUR && toHour == Long.MAX_VALUE;
  }

  boolean covers(long hour) {
    return hour == StockEntry.NO_HOUR ? isUnbounded() : hour >= fromHour && hour < toHour;
  }

  boolean wants(String name) {
    return stream.isEmpty() || stream.get().equals(name);
  }

  /** Days are hours rounded down; anything finer needs full detail. */
  StockDetail detail() {
    boolean wholeDays = isUnbounded() || isDay(fromHour) && isDay(toHour);
    return by.contains(Dimension.FIELD) || by.contains(Dimension.HOUR) || !wholeDays
        ? StockDetail.FULL
        : StockDetail.DAILY;
  }

  private static boolean isDay(long hour) {
    return hour == StockEntry.NO_HOUR || hour == Long.MAX_VALUE || StockEntry.dayOf(hour) == hour;
  }

  /** What of an hour the rows tell: the hour, its day's first, or nothing. */
  long hourOf(long hour) {
    if (by.contains(Dimension.HOUR)) {
      return hour;
    }
    return by.contains(Dimension.DAY) ? StockEntry.dayOf(hour) : StockEntry.NO_HOUR;
  }
}
