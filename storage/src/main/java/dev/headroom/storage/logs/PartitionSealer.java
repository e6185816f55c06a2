package dev.headroom.storage.logs;

import dev.headroom.storage.file.DiskGuard;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.lucene.store.AlreadyClosedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that merges sealed partitions, one at a time: a merge wants a core and twice the
 * partition's bytes on the disk. One that fails is tried a few times, then left as it is until the
 * next start: it can be searched as well, only not as fast.
 */
final class PartitionSealer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PartitionSealer.class);
  private static final int MAX_ATTEMPTS = 3;
  private static final long WAIT_FOR_ROOM_MILLIS = 10_000;

  private final DiskGuard guard;
  private final BiConsumer<LogPartition, Throwable> onDamage;
  private final Runnable onLostChanges;
  private final Thread thread;

  private final ArrayDeque<LogPartition> queue = new ArrayDeque<>();

  // Guarded by `queue`.
  private boolean closed;
  private @Nullable LogPartition current;
  private long merged;

  private final Map<LogPartition, Integer> attempts = new HashMap<>(); // sealing thread only

  /**
   * @param onLostChanges told when removals went down with a failed merge: the WAL has them
   */
  PartitionSealer(
      DiskGuard guard, BiConsumer<LogPartition, Throwable> onDamage, Runnable onLostChanges) {
    this.guard = guard;
    this.onDamage = onDamage;
    this.onLostChanges = onLostChanges;
    this.thread = Thread.ofPlatform().name("log-sealer").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  void add(LogPartition partition) {
    synchronized (queue) {
      if (!queue.contains(partition)) {
        queue.add(partition);
        queue.notifyAll();
      }
    }
  }

  /** Partitions that wait for their merge or are merged now. */
  int waiting() {
    synchronized (queue) {
      return queue.size() + (current == null ? 0 : 1);
    }
  }

  /** Merges done since the start. */
  long merged() {
    synchronized (queue) {
      return merged;
    }
  }

  /** Returns when nothing waits and nothing is merged, or it was closed. */
  void awaitIdle() {
    synchronized (queue) {
      while (!closed && (!queue.isEmpty() || current != null)) {
        try {
          queue.wait();
        } catch (InterruptedException _) {
          Thread.currentThread().interrupt();
          return;
        }
      }
    }
  }

  private void run() {
    LogPartition next = take();
    while (next != null) {
      merge(next);
      next = take();
    }
  }

  private @Nullable LogPartition take() {
    synchronized (queue) {
      current = null;
      queue.notifyAll();
      while (!closed) {
        LogPartition next = queue.peek();
        if (next != null && hasRoomFor(next)) {
          current = queue.poll();
          return current;
        }
        try {
          if (next == null) {
            queue.wait();
          } else {
            queue.add(queue.remove()); // a smaller one may fit
            queue.wait(WAIT_FOR_ROOM_MILLIS);
          }
        } catch (InterruptedException _) {
          return null;
        }
      }
      return null;
    }
  }

  private boolean hasRoomFor(LogPartition partition) {
    return guard.hasRoomFor(partition.manifest().map(LogManifest::bytes).orElse(0L));
  }

  private void merge(LogPartition partition) {
    try {
      partition.merge();
      attempts.remove(partition);
      synchronized (queue) {
        merged++;
      }
    } catch (IOException | RuntimeException e) {
      if (isClosed()) {
        return;
      }
      if (PartitionFiles.isDamage(e)) {
        onDamage.accept(partition, e);
      } else {
        retryLater(partition, e);
      }
      if (partition.isBroken()) {
        onLostChanges.run();
      }
    }
  }

  private boolean isClosed() {
    synchronized (queue) {
      return closed;
    }
  }

  private void retryLater(LogPartition partition, Exception e) {
    int attempt = attempts.merge(partition, 1, Integer::sum);
    LOG.warn(
        "merging a sealed partition failed name={} attempt={} problem={}",
        partition.key.name(),
        attempt,
        e instanceof AlreadyClosedException ? "stopped" : e.getMessage());
    if (attempt < MAX_ATTEMPTS) {
      add(partition);
    } else {
      attempts.remove(partition);
    }
  }

  /** Stops a merge that runs; it is done again after the next start. */
  @Override
  public void close() throws IOException {
    LogPartition merging;
    synchronized (queue) {
      closed = true;
      merging = current;
      queue.notifyAll();
    }
    if (merging != null) {
      merging.stopMerge();
    }
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
