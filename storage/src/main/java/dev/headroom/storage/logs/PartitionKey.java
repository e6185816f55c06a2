package dev.headroom.storage.logs;

import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * A tenant's records of one retention class and one UTC day of event time; a further generation
 * holds what came after the one before was sealed.
 */
record PartitionKey(TenantId tenant, String retentionClass, LocalDate day, int generation)
    implements Comparable<PartitionKey> {
  private static final long NANOS_PER_DAY = 86_400_000_000_000L;

  /** The first generation of the day of that time. */
  static PartitionKey of(TenantId tenant, String retentionClass, long eventTimeNanos) {
    return new PartitionKey(
        tenant,
        retentionClass,
        LocalDate.ofEpochDay(Math.floorDiv(eventTimeNanos, NANOS_PER_DAY)),
        0);
  }

  PartitionKey withGeneration(int number) {
    return new PartitionKey(tenant, retentionClass, day, number);
  }

  /** Its name inside the store: the path below the store's folder. */
  String name() {
    return tenant.value() + '/' + retentionClass + '/' + day + '/' + generation;
  }

  Path directory(Path root) {
    return root.resolve(tenant.value())
        .resolve(retentionClass)
        .resolve(day.toString())
        .resolve(Integer.toString(generation));
  }

  TimeRange range() {
    long from = TimeRange.nanos(day.atStartOfDay().toInstant(ZoneOffset.UTC));
    return new TimeRange(from, Math.addExact(from, NANOS_PER_DAY));
  }

  /** Oldest day first; the generations of one day, class and tenant stand together. */
  @Override
  public int compareTo(PartitionKey other) {
    int byDay = day.compareTo(other.day);
    if (byDay != 0) {
      return byDay;
    }
    int byTenant = tenant.compareTo(other.tenant);
    if (byTenant != 0) {
      return byTenant;
    }
    int byClass = retentionClass.compareTo(other.retentionClass);
    return byClass != 0 ? byClass : Integer.compare(generation, other.generation);
  }
}
