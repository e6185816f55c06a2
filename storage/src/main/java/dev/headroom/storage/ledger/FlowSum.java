package dev.headroom.storage.ledger;

import dev.headroom.storage.ledger.UsageHistory.FlowTotals;

/** Adds up flows; guarded by its owner. */
final class FlowSum {
  long wireBytes;
  long rawBytes;
  long accepted;
  long rejected;

  void add(long moreWire, long moreRaw, long moreAccepted, long moreRejected) {
    wireBytes += moreWire;
    rawBytes += moreRaw;
    accepted += moreAccepted;
    rejected += moreRejected;
  }

  void add(FlowSum other) {
    add(other.wireBytes, other.rawBytes, other.accepted, other.rejected);
  }

  void add(FlowEntry entry) {
    add(entry.wireBytes(), entry.rawBytes(), entry.acceptedRecords(), entry.rejectedRecords());
  }

  FlowTotals totals() {
    return new FlowTotals(wireBytes, rawBytes, accepted, rejected);
  }

  FlowEntry entry(FlowKey key) {
    return new FlowEntry(
        key.tenant(),
        key.stream(),
        key.receiptHour(),
        key.eventHour(),
        wireBytes,
        rawBytes,
        accepted,
        rejected);
  }
}
