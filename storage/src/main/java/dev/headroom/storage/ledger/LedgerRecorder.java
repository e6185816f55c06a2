package dev.headroom.storage.ledger;

import dev.headroom.storage.ledger.UsageHistory.FlowTotals;
import dev.headroom.storage.metrics.MetricStore;
import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.SampleBatch;
import dev.headroom.storage.model.StreamAttributes;
import dev.headroom.storage.model.StreamKey;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes the ledger as ordinary series into each tenant's metrics, where it can be queried and
 * forecast like anything else. The counters start at 0 with the process, as counters do. What it
 * writes is counted in the ledger as well, for the stream {@code headroom}.
 */
public final class LedgerRecorder {
  static final String DOOR = "self";

  private final Ledger ledger;
  private final FlowLedger flows;
  private final MetricStore store;

  public LedgerRecorder(Ledger ledger, FlowLedger flows, MetricStore store) {
    this.ledger = ledger;
    this.flows = flows;
    this.store = store;
  }

  /** Few kinds of stored bytes, as each is a series a stream. */
  private enum Tier {
    SOURCE,
    INDEX,
    DELETED,
    SAMPLES;

    static Tier of(Structure structure) {
      return switch (structure) {
        case SOURCE -> SOURCE;
        case DELETED -> DELETED;
        case TIMES, VALUES, LABELS, LABEL_POSTINGS, CHUNK_META -> SAMPLES;
        default -> INDEX;
      };
    }

    String label() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  private record Stored(StreamKey stream, Tier tier) {}

  /**
   * One sample of each series at that time; for one caller at a time.
   *
   * @throws dev.headroom.storage.model.HeadroomException as {@link MetricStore#append} does
   */
  public void record(Instant now) {
    var batches = new TreeMap<TenantId, SampleBatch.Builder>();
    Map<Stored, Long> stored = new HashMap<>();
    ledger.stock(
        StockDetail.DAILY,
        entry -> {
          if (entry.tenant().isPresent() && !entry.structure().isOverhead()) {
            var stream = new StreamKey(entry.tenant().get(), entry.stream());
            stored.merge(new Stored(stream, Tier.of(entry.structure())), entry.bytes(), Long::sum);
          }
        });
    stored.forEach(
        (of, bytes) ->
            add(
                batches,
                now,
                of.stream,
                "headroom_stored_bytes",
                "structure",
                of.tier.label(),
                bytes));
    flows.sinceStart().forEach((stream, totals) -> addFlows(batches, now, stream, totals));
    for (SampleBatch.Builder batch : batches.values()) {
      store.append(batch.build(0));
    }
  }

  private void addFlows(
      Map<TenantId, SampleBatch.Builder> batches,
      Instant now,
      StreamKey stream,
      FlowTotals totals) {
    String received = "headroom_received_bytes_total";
    add(batches, now, stream, received, "kind", "wire", totals.wireBytes());
    add(batches, now, stream, received, "kind", "raw", totals.rawBytes());
    add(batches, now, stream, "headroom_received_records_total", "", "", totals.acceptedRecords());
    add(batches, now, stream, "headroom_rejected_records_total", "", "", totals.rejectedRecords());
  }

  private void add(
      Map<TenantId, SampleBatch.Builder> batches,
      Instant now,
      StreamKey stream,
      String name,
      String label,
      String value,
      long number) {
    Map<String, String> labels = new HashMap<>();
    labels.put("__name__", name);
    labels.put("job", StreamKey.SELF);
    labels.put("stream", stream.name());
    if (!label.isEmpty()) {
      labels.put(label, value);
    }
    StreamAttributes attributes = flows.attributes(stream);
    labels.put("service", attributes.service());
    labels.put("environment", attributes.environment());
    labels.put("region", attributes.region());
    batches
        .computeIfAbsent(
            stream.tenant(), tenant -> new SampleBatch.Builder(tenant, DOOR, TimeRange.nanos(now)))
        .add(Labels.of(labels), now.toEpochMilli(), number);
  }
}
