package dev.headroom.storage.metrics;

import java.util.LinkedHashMap;

/** Which blocks are mapped: at most so many, the least recently read given up first. */
final class MappedBlocks {
  private final int maxBlocks;

  /** Least recently read first; guarded by this. */
  private final LinkedHashMap<MetricBlock, Boolean> mapped = new LinkedHashMap<>(64, 0.75f, true);

  MappedBlocks(int maxBlocks) {
    this.maxBlocks = maxBlocks;
  }

  /** The files of a block that the caller has retained. */
  BlockReader reader(MetricBlock block) {
    BlockReader reader = block.reader();
    touch(block);
    return reader;
  }

  /** A block that is being read stays mapped, and the limit is passed for so long. */
  private synchronized void touch(MetricBlock block) {
    mapped.put(block, true);
    var oldest = mapped.keySet().iterator();
    int over = mapped.size() - maxBlocks;
    while (over > 0 && oldest.hasNext()) {
      if (oldest.next().unmapIfIdle()) {
        oldest.remove();
        over--;
      }
    }
  }

  synchronized void forget(MetricBlock block) {
    mapped.remove(block);
  }
}
