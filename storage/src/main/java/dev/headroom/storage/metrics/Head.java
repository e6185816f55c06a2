package dev.headroom.storage.metrics;

import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.SampleBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The series of one tenant that are written to now, with their samples that are in no block yet.
 * Any thread may look up, add and read; see {@link HeadSeries} for the samples.
 */
final class Head {
  private final int maxSeries;
  private final ConcurrentHashMap<Labels, HeadSeries> byLabels = new ConcurrentHashMap<>();

  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  // Guarded by `lock`.
  private LabelIndex index = new LabelIndex();
  private List<HeadSeries> byId = new ArrayList<>();

  Head(int maxSeries) {
    this.maxSeries = maxSeries;
  }

  int seriesCount() {
    return byLabels.size();
  }

  /** The series of these labels, a new one if need be; empty when there are too many. */
  Optional<HeadSeries> series(Labels labels, long nowNanos) {
    HeadSeries known = byLabels.get(labels);
    if (known != null) {
      return Optional.of(known);
    }
    lock.writeLock().lock();
    try {
      known = byLabels.get(labels);
      if (known != null) {
        return Optional.of(known);
      }
      return byId.size() >= maxSeries ? Optional.empty() : Optional.of(create(labels, nowNanos));
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** The same for samples that were accepted before, whatever the limit is now. */
  HeadSeries seriesForReplay(Labels labels, long nowNanos) {
    HeadSeries known = byLabels.get(labels);
    if (known != null) {
      return known;
    }
    lock.writeLock().lock();
    try {
      known = byLabels.get(labels);
      return known == null ? create(labels, nowNanos) : known;
    } finally {
      lock.writeLock().unlock();
    }
  }

  int maxSeries() {
    return maxSeries;
  }

  private HeadSeries create(Labels labels, long nowNanos) {
    var series = new HeadSeries(labels, nowNanos);
    index.add(labels);
    byId.add(series);
    byLabels.put(labels, series);
    return series;
  }

  /** Adds a stretch of one series; what was accepted is never refused here. */
  void add(HeadSeries series, SampleBatch batch, int from, int to, long nowNanos) {
    if (series.add(batch, from, to, nowNanos)) {
      return;
    }
    // Evicted between the check at the door and now; a new one cannot be before it got samples,
    // for the eviction waits until it was idle for long.
    seriesForReplay(series.labels, nowNanos).add(batch, from, to, nowNanos);
  }

  /** Those that match, in no order. */
  List<HeadSeries> select(SeriesSelection selection) {
    lock.readLock().lock();
    try {
      int[] ids = selection.select(index);
      List<HeadSeries> found = new ArrayList<>(ids.length);
      for (int id : ids) {
        found.add(byId.get(id));
      }
      return found;
    } finally {
      lock.readLock().unlock();
    }
  }

  List<HeadSeries> all() {
    lock.readLock().lock();
    try {
      return List.copyOf(byId);
    } finally {
      lock.readLock().unlock();
    }
  }

  boolean isEmpty() {
    return all().stream().allMatch(HeadSeries::isEmpty);
  }

  /**
   * Forgets series that are empty and got nothing since then, when they are an eighth or more, or
   * when there is no room for new ones.
   */
  void evictIdleSince(long nanos) {
    lock.writeLock().lock();
    try {
      List<HeadSeries> gone = byId.stream().filter(s -> s.isIdleSince(nanos)).toList();
      boolean few = gone.size() * 8L < byId.size() && byId.size() < maxSeries;
      if (gone.isEmpty() || few) {
        return;
      }
      gone.stream().filter(s -> s.evictIfIdleSince(nanos)).forEach(s -> byLabels.remove(s.labels));
      var kept = new ArrayList<HeadSeries>();
      var rebuilt = new LabelIndex();
      for (HeadSeries series : byId) {
        if (byLabels.get(series.labels) == series) {
          kept.add(series);
          rebuilt.add(series.labels);
        }
      }
      byId = kept;
      index = rebuilt;
    } finally {
      lock.writeLock().unlock();
    }
  }
}
