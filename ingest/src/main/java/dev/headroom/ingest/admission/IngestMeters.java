package dev.headroom.ingest.admission;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/**
 * Counts what came in and what became of it, by door ({@code bulk}, {@code ndjson}, {@code
 * syslog_tcp} …): once nothing is in flight, received = stored + rejected + dropped. Safe for any
 * thread.
 */
public final class IngestMeters {
  private final MeterRegistry registry;

  public IngestMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  /** Records or samples found in requests, good or bad. */
  public void received(String door, long records) {
    count("headroom.received.records", "records and samples received", records, "door", door);
  }

  /** Bytes of requests as they came over the wire. */
  public void receivedBytes(String door, long bytes) {
    count("headroom.received.wire.bytes", "bytes received over the wire", bytes, "door", door);
  }

  /** Durable, as the sync policy says. */
  public void stored(String door, long records) {
    count("headroom.stored.records", "records and samples stored", records, "door", door);
  }

  /** Can never be stored as they are; the sender was told. */
  public void rejected(String door, String reason, long records) {
    count(
        "headroom.rejected.records",
        "records and samples rejected, by reason",
        records,
        "door",
        door,
        "reason",
        reason);
  }

  /**
   * Not stored and, where the protocol has an answer, refused: the sender may try again. Or (reason
   * {@code repeated}) stored before, under the same batch id.
   */
  public void dropped(String door, String reason, long records) {
    count(
        "headroom.dropped.records",
        "records and samples not stored for want of room or disk",
        records,
        "door",
        door,
        "reason",
        reason);
  }

  /** Stored, but in the overflow stream: their tenant has as many streams as it may. */
  public void overflowed(String door, long records) {
    count(
        "headroom.overflow.records",
        "records stored in the overflow stream for want of room for another stream",
        records,
        "door",
        door);
  }

  /** Kept in the source of a record, and not searchable by field. */
  public void unindexed(String door, long values) {
    count(
        "headroom.unindexed.values",
        "values kept in a record's source only: too many field names or values",
        values,
        "door",
        door);
  }

  private void count(String name, String description, long amount, String... tags) {
    if (amount > 0) {
      Counter.builder(name)
          .description(description)
          .tags(tags)
          .register(registry)
          .increment(amount);
    }
  }
}
