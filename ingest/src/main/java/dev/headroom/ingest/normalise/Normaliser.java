package dev.headroom.ingest.normalise;

import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import dev.headroom.storage.retention.RetentionPolicy;
import java.time.InstantSource;

/** What every door needs to make records: the clock, how long they are kept, their streams. */
public record Normaliser(RetentionPolicy retention, StreamRouter router, InstantSource clock) {
  private static final int FEW_BYTES = 4 << 10;

  /** For the records of one request, received now. */
  public LogAssembler assembler(TenantId tenant, String door) {
    return assembler(tenant, door, FEW_BYTES);
  }

  /**
   * The same for records of about so many bytes, which must be bounded: room is made for them at
   * once.
   */
  public LogAssembler assembler(TenantId tenant, String door, int expectedBytes) {
    return new LogAssembler(
        tenant, door, TimeRange.nanos(clock.instant()), retention, router, expectedBytes);
  }
}
