package dev.headroom.query.logql;

import dev.headroom.storage.model.Labels;
import java.util.HashMap;
import java.util.Map;

/** Leaves out lines that come too soon behind the last one of their stream. */
final class Spacing {
  private final long intervalNanos;
  private final Map<Labels, Long> last = new HashMap<>();

  Spacing(long intervalNanos) {
    this.intervalNanos = intervalNanos;
  }

  boolean takes(Entry entry) {
    if (intervalNanos <= 0) {
      return true;
    }
    Labels labels = entry.labels();
    Long before = last.get(labels);
    if (before != null && Math.abs(entry.timeNanos() - before) < intervalNanos) {
      return false;
    }
    last.put(labels, entry.timeNanos());
    return true;
  }
}
