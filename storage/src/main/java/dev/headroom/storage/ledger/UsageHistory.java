package dev.headroom.storage.ledger;

import dev.headroom.storage.model.StreamAttributes;
import dev.headroom.storage.model.TenantId;
import java.time.LocalDate;
import java.util.List;
import java.util.NavigableMap;

/** The ledger read back per UTC day: what forecasts of bytes and cost are made from. */
public interface UsageHistory {
  /** Tenants with stored bytes or flows, sorted. */
  List<TenantId> tenants();

  /** Streams with stored bytes or flows, sorted. */
  List<String> streams(TenantId tenant);

  StreamAttributes attributes(TenantId tenant, String stream);

  /**
   * Bytes that lie on the disk now, by the UTC day of their event time; a day without any is
   * absent. Bytes that belong to no day (NO_HOUR) are left out.
   */
  NavigableMap<LocalDate, Long> storedByEventDay(TenantId tenant, String stream);

  /**
   * Whether most of its stored bytes are samples, which are kept by an age of their own, and not
   * log records.
   */
  boolean isOfSamples(TenantId tenant, String stream);

  /** What arrived, by the UTC day of its event time. */
  NavigableMap<LocalDate, FlowTotals> receivedByEventDay(TenantId tenant, String stream);

  /** Sums of {@link FlowEntry}. */
  record FlowTotals(long wireBytes, long rawBytes, long acceptedRecords, long rejectedRecords) {}
}
