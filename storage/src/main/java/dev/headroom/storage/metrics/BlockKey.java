package dev.headroom.storage.metrics;

import dev.headroom.storage.model.TenantId;
import java.nio.file.Path;
import java.time.LocalDate;

/** Where a block belongs: {@code <tenant>/<retention class>/<yyyy-MM-dd>}. */
record BlockKey(TenantId tenant, String retentionClass, long epochDay)
    implements Comparable<BlockKey> {
  static final long MILLIS_PER_DAY = 86_400_000L;

  static long epochDay(long timeMillis) {
    return Math.floorDiv(timeMillis, MILLIS_PER_DAY);
  }

  Path directory(Path root) {
    return root.resolve(path());
  }

  String path() {
    return tenant.value() + "/" + retentionClass + "/" + LocalDate.ofEpochDay(epochDay);
  }

  long fromMillis() {
    return epochDay * MILLIS_PER_DAY;
  }

  /** Last moment of the day. */
  long toMillis() {
    return fromMillis() + MILLIS_PER_DAY - 1;
  }

  /** Oldest first. */
  @Override
  public int compareTo(BlockKey other) {
    int byDay = Long.compare(epochDay, other.epochDay);
    if (byDay != 0) {
      return byDay;
    }
    int byTenant = tenant.compareTo(other.tenant);
    return byTenant != 0 ? byTenant : retentionClass.compareTo(other.retentionClass);
  }
}
