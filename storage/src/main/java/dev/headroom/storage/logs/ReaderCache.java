package dev.headroom.storage.logs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which partitions keep a reader open between searches; the least recently used gives its reader
 * up. Never calls a partition while holding its own lock.
 */
final class ReaderCache {
  private static final Logger LOG = LoggerFactory.getLogger(ReaderCache.class);

  private final int max;

  // Guarded by itself; least recently used first.
  private final LinkedHashMap<LogPartition, Boolean> open = new LinkedHashMap<>(64, 0.75f, true);

  ReaderCache(int max) {
    this.max = max;
  }

  void used(LogPartition partition) {
    List<LogPartition> surplus = new ArrayList<>(1);
    synchronized (open) {
      open.put(partition, true);
      while (open.size() > max) {
        surplus.add(open.pollFirstEntry().getKey());
      }
    }
    for (LogPartition eldest : surplus) {
      try {
        eldest.readers.release();
      } catch (IOException e) {
        LOG.warn("closing a reader failed partition={}", eldest.key.name(), e);
      }
    }
  }

  void forget(LogPartition partition) {
    synchronized (open) {
      open.remove(partition);
    }
  }

  int size() {
    synchronized (open) {
      return open.size();
    }
  }
}
