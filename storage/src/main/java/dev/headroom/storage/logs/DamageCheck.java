package dev.headroom.storage.logs;

import dev.headroom.storage.file.CorruptFileException;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads partitions through that a search or a merge could not read, and has them set aside when
 * their files are damaged. One thread of its own, as a partition may have gigabytes; a partition
 * waits for it once, however often it is met.
 */
final class DamageCheck implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DamageCheck.class);

  /** What was found whole is believed to be whole for so long. */
  private static final long BELIEVED_NANOS = Duration.ofMinutes(10).toNanos();

  private final PartitionMap partitions;
  private final IndexQueue queue;
  private final Set<LogPartition> waiting = ConcurrentHashMap.newKeySet();
  private final Map<LogPartition, Long> wholeSince =
      Collections.synchronizedMap(new WeakHashMap<>());
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("log-damage-check").daemon().factory());

  DamageCheck(PartitionMap partitions, IndexQueue queue) {
    this.partitions = partitions;
    this.queue = queue;
  }

  /** Checks a partition soon; does not wait. */
  void submit(LogPartition partition, Throwable problem) {
    if (partition.isGone() || wasRead(partition) || !waiting.add(partition)) {
      return;
    }
    try {
      thread.execute(() -> check(partition, problem));
    } catch (RejectedExecutionException _) {
      waiting.remove(partition); // the store closes
    }
  }

  private void check(LogPartition partition, Throwable problem) {
    try {
      if (partition.isWriterOpen()) {
        queue.call(() -> setAsideIfDamaged(partition, problem));
      } else {
        readThrough(partition);
      }
    } catch (IOException e) {
      LOG.warn("partition not checked name={} problem={}", partition.key.name(), e.getMessage());
    } finally {
      waiting.remove(partition);
    }
  }

  /** Returns the bytes read of a partition that is not written to, none when it is damaged. */
  long readThrough(LogPartition partition) throws IOException {
    Optional<LogManifest> manifest = partition.manifest();
    if (manifest.isEmpty()) {
      return 0;
    }
    try {
      long bytes = PartitionFiles.verify(partition.path, manifest.get());
      wholeSince.put(partition, System.nanoTime());
      return bytes;
    } catch (CorruptFileException e) {
      if (isStill(partition, manifest.get())) {
        queue.call(() -> setAsideIfDamaged(partition, e));
      }
      return 0;
    }
  }

  /** Whether the partition is still what was read, and was not merged or dropped meanwhile. */
  private static boolean isStill(LogPartition partition, LogManifest manifest) {
    return !partition.isGone()
        && !partition.isBeingMerged()
        && partition.manifest().filter(manifest::equals).isPresent();
  }

  private void setAsideIfDamaged(LogPartition partition, Throwable problem) throws IOException {
    if (partitions.quarantineIfDamaged(partition, problem)) {
      queue.askCommit(); // which notices a writer that is to be given up
    } else {
      wholeSince.put(partition, System.nanoTime());
    }
  }

  /**
   * Whether all its files were read lately and are as they were written; of a partition that is
   * written to, only those of its last commit can be known.
   */
  boolean wasFoundWhole(LogPartition partition) {
    return !partition.isWriterOpen() && wasRead(partition);
  }

  private boolean wasRead(LogPartition partition) {
    Long since = wholeSince.get(partition);
    return since != null && System.nanoTime() - since < BELIEVED_NANOS;
  }

  /** Leaves what waits unchecked. */
  @Override
  public void close() {
    thread.shutdownNow();
  }
}
