package dev.headroom.ingest.normalise;

import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import dev.headroom.storage.retention.RetentionPolicy;
import java.time.InstantSource;

/** What every door needs to make records: the clock, how long they are kept, their streams. */
public record Normaliser(RetentionPolicy retention, StreamRouter router, InstantSource clock) {
  /** For the records of one request, received now. */
  public LogAssembler assembler(TenantId tenant, String door) {
    return new LogAssembler(tenant, door, TimeRange.nanos(clock.instant()), retention, router);
  }
}
