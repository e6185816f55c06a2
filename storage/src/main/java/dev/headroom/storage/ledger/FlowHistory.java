package dev.headroom.storage.ledger;

import dev.headroom.storage.ledger.UsageHistory.FlowTotals;
import dev.headroom.storage.model.TenantId;
import java.time.LocalDate;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Flows of one tenant by stream and UTC day of event time. Not changed once handed out. */
final class FlowHistory {
  private static final long HOURS_PER_DAY = 24;

  private final TenantId tenant;
  private final Set<Long> days;
  private final TreeSet<TenantId> tenants = new TreeSet<>();
  private final TreeMap<String, TreeMap<Long, FlowSum>> streams = new TreeMap<>();

  /**
   * @param days of receipt that it is made of
   */
  FlowHistory(TenantId tenant, Set<Long> days) {
    this.tenant = tenant;
    this.days = days;
  }

  TenantId tenant() {
    return tenant;
  }

  Set<Long> days() {
    return days;
  }

  /** What has no event time (rejected records) stands at its day of receipt. */
  void add(FlowEntry entry) {
    tenants.add(entry.tenant());
    if (entry.tenant().equals(tenant)) {
      long hour = entry.eventHour() == StockEntry.NO_HOUR ? entry.receiptHour() : entry.eventHour();
      sum(entry.stream(), Math.floorDiv(hour, HOURS_PER_DAY)).add(entry);
    }
  }

  private FlowSum sum(String stream, long epochDay) {
    return streams
        .computeIfAbsent(stream, _ -> new TreeMap<>())
        .computeIfAbsent(epochDay, _ -> new FlowSum());
  }

  void addAll(FlowHistory other) {
    tenants.addAll(other.tenants);
    other.streams.forEach(
        (stream, byDay) -> byDay.forEach((day, flows) -> sum(stream, day).add(flows)));
  }

  /** Every tenant met. */
  Set<TenantId> tenants() {
    return tenants;
  }

  Set<String> streams() {
    return streams.keySet();
  }

  NavigableMap<LocalDate, FlowTotals> of(String stream) {
    var totals = new TreeMap<LocalDate, FlowTotals>();
    TreeMap<Long, FlowSum> byDay = streams.get(stream);
    if (byDay != null) {
      byDay.forEach((day, sum) -> totals.put(LocalDate.ofEpochDay(day), sum.totals()));
    }
    return totals;
  }
}
