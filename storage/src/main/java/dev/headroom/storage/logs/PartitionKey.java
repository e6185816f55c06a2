package dev.headroom.storage.logs;

import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** A tenant's records of one retention class and one UTC day of event time. */
record PartitionKey(TenantId tenant, String retentionClass, LocalDate day)
    implements Comparable<PartitionKey> {
  private static final long NANOS_PER_DAY = 86_400_000_000_000L;

  static PartitionKey of(TenantId tenant, String retentionClass, long eventTimeNanos) {
    return new PartitionKey(
        tenant, retentionClass, LocalDate.ofEpochDay(Math.floorDiv(eventTimeNanos, NANOS_PER_DAY)));
  }

  Path directory(Path root) {
    return root.resolve(tenant.value())
        .resolve(retentionClass)
        .resolve(day.toString())
        .resolve("0");
  }

  TimeRange range() {
    long from = TimeRange.nanos(day.atStartOfDay().toInstant(ZoneOffset.UTC));
    return new TimeRange(from, Math.addExact(from, NANOS_PER_DAY));
  }

  /** Oldest first. */
  @Override
  public int compareTo(PartitionKey other) {
    int byDay = day.compareTo(other.day);
    if (byDay != 0) {
      return byDay;
    }
    int byTenant = tenant.compareTo(other.tenant);
    return byTenant != 0 ? byTenant : retentionClass.compareTo(other.retentionClass);
  }
}
