package dev.headroom.storage.ledger;

import dev.headroom.storage.ledger.UsageHistory.FlowTotals;
import java.util.List;

/**
 * What came in.
 *
 * @param rows by stream and by hour or day of receipt, as asked; else empty text, {@link
 *     StockEntry#NO_HOUR}
 * @param totals of all rows, also those past the cap
 * @param truncated whether rows were left out
 */
public record FlowAnswer(List<Row> rows, FlowTotals totals, boolean truncated) {
  public record Row(String stream, long receiptHour, FlowTotals totals) {}
}
