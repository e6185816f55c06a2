package dev.headroom.storage.metrics;

import dev.headroom.storage.model.TenantId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;

/**
 * What one tenant has: its head and its blocks. The lock makes a flush one step for readers: they
 * see samples in the head or in the new blocks, never in neither.
 */
final class TenantMetrics {
  final TenantId tenant;
  final Head head;
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

  /** Guarded by `lock`: by day, and within a day by running number, so that later ones win. */
  private List<MetricBlock> blocks = List.of();

  TenantMetrics(TenantId tenant, int maxSeries) {
    this.tenant = tenant;
    this.head = new Head(maxSeries);
  }

  /** What a reader may use until it closes it. */
  record Snapshot<T>(T head, List<MetricBlock> blocks) implements AutoCloseable {
    @Override
    public void close() {
      blocks.forEach(MetricBlock::release);
    }
  }

  /** The result of reading the head, and the blocks of the closed range that fit it. */
  <T> Snapshot<T> read(long from, long to, Function<Head, T> readHead) {
    lock.readLock().lock();
    try {
      T fromHead = readHead.apply(head);
      List<MetricBlock> found = blocks.stream().filter(b -> b.intersects(from, to)).toList();
      found.forEach(MetricBlock::retain);
      return new Snapshot<>(fromHead, found);
    } finally {
      lock.readLock().unlock();
    }
  }

  /** The blocks there are now; not retained. */
  List<MetricBlock> blocks() {
    lock.readLock().lock();
    try {
      return blocks;
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Takes up a block found at a start. */
  void published(MetricBlock block) {
    published(List.of(block), List.of());
  }

  /** Takes blocks up and, in the same step for readers, forgets what the flush wrote. */
  void published(List<MetricBlock> added, List<HeadSeries> flushed) {
    lock.writeLock().lock();
    try {
      List<MetricBlock> all = new ArrayList<>(blocks);
      all.addAll(added);
      blocks = sorted(all);
      flushed.forEach(HeadSeries::forgetFrozen);
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** What must be true at the moment of a change, and what is done in it. */
  interface Change {
    MetricBlock make() throws java.io.IOException;
  }

  /**
   * Puts a block in the place of others; false, and nothing was done, when one of them is gone.
   *
   * @param change makes the new block visible on the disk
   */
  boolean replace(List<MetricBlock> parents, Change change) throws java.io.IOException {
    lock.writeLock().lock();
    try {
      if (!blocks.containsAll(parents)) {
        return false;
      }
      MetricBlock joined = change.make();
      List<MetricBlock> all = new ArrayList<>(blocks);
      all.removeAll(parents);
      all.add(joined);
      blocks = sorted(all);
    } finally {
      lock.writeLock().unlock();
    }
    parents.forEach(parent -> parent.retire(MetricBlock.Fate.DELETE));
    return true;
  }

  /** Takes a block away at once for new readers. */
  void remove(MetricBlock block, MetricBlock.Fate fate) {
    lock.writeLock().lock();
    try {
      List<MetricBlock> all = new ArrayList<>(blocks);
      if (!all.remove(block)) {
        return;
      }
      blocks = List.copyOf(all);
    } finally {
      lock.writeLock().unlock();
    }
    block.retire(fate);
  }

  private static List<MetricBlock> sorted(List<MetricBlock> blocks) {
    return blocks.stream()
        .sorted(
            Comparator.comparingLong((MetricBlock b) -> b.manifest.key().epochDay())
                .thenComparingLong(b -> b.manifest.last()))
        .toList();
  }
}
