package dev.headroom.storage.ledger;

import dev.headroom.storage.model.TenantId;
import java.util.Comparator;

/** What flows are added up by; hours since the epoch, the event's may be absent. */
record FlowKey(TenantId tenant, String stream, long receiptHour, long eventHour)
    implements Comparable<FlowKey> {
  private static final Comparator<FlowKey> ORDER =
      Comparator.comparing(FlowKey::tenant)
          .thenComparing(FlowKey::stream)
          .thenComparingLong(FlowKey::receiptHour)
          .thenComparingLong(FlowKey::eventHour);

  @Override
  public int compareTo(FlowKey other) {
    return ORDER.compare(this, other);
  }

  FlowKey daily() {
    return new FlowKey(tenant, stream, StockEntry.dayOf(receiptHour), StockEntry.dayOf(eventHour));
  }
}
