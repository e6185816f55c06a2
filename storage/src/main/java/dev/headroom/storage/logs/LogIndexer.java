package dev.headroom.storage.logs;

import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.model.LogRecord;
import dev.headroom.storage.model.StreamKey;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.retention.RetentionPolicy;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The thread that turns acknowledged batches into documents, in WAL order, and commits partitions
 * so that the WAL can be cut. {@link #awaitIndexed} is how a search comes to see all that was
 * acknowledged.
 */
final class LogIndexer implements AutoCloseable {
  private final LogStoreConfig config;
  private final PartitionMap partitions;
  private final RetentionPolicy retention;
  private final LongConsumer cutWal;
  private final Consumer<Throwable> onFailure;
  private final Thread thread;
  private final LogRecord record = new LogRecord();

  private record Work(LogBatch batch, long position) {}

  private final ArrayDeque<Work> queue = new ArrayDeque<>();

  // Guarded by `queue`.
  private long queuedBytes;
  private long indexedPosition;
  private boolean closed;
  private boolean commitAsked;
  private long commitsAsked;
  private long commitsDone;
  private @Nullable Throwable failure;

  // Indexing thread only.
  private long rawBytesSinceCommit;
  private long lastCommitNanoTime = System.nanoTime();

  LogIndexer(
      LogStoreConfig config,
      PartitionMap partitions,
      RetentionPolicy retention,
      LongConsumer cutWal,
      Consumer<Throwable> onFailure) {
    this.config = config;
    this.partitions = partitions;
    this.retention = retention;
    this.cutWal = cutWal;
    this.onFailure = onFailure;
    this.thread = Thread.ofPlatform().name("log-indexer").unstarted(this::run);
  }

  void start(long position) {
    synchronized (queue) {
      indexedPosition = Math.max(indexedPosition, position);
    }
    thread.start();
  }

  /** Takes an acknowledged batch; waits while too much is queued. */
  void add(LogBatch batch, long position) {
    synchronized (queue) {
      while (queuedBytes > config.maxUnindexedBytes() && !closed && failure == null) {
        waitForChange();
      }
      queue.add(new Work(batch, position));
      queuedBytes += batch.toBytes().length;
      queue.notifyAll();
    }
  }

  /** Returns when every record below the position is in the index writers. */
  void awaitIndexed(long position) {
    synchronized (queue) {
      while (indexedPosition < position && failure == null && !closed) {
        waitForChange();
      }
    }
  }

  private void waitForChange() {
    try {
      queue.wait();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new dev.headroom.storage.model.HeadroomException(
          dev.headroom.storage.model.ErrorCategory.UNAVAILABLE, "interrupted", e);
    }
  }

  /**
   * Indexes what of a batch is not in its partitions yet, on the caller's thread, at a start;
   * returns how many records that were.
   */
  int replay(LogBatch batch, long position) throws IOException {
    int added = index(batch, position);
    synchronized (queue) {
      indexedPosition = position + batch.size();
    }
    commitIfDue(false);
    return added;
  }

  private void run() {
    try {
      while (true) {
        Work work = take();
        if (work != null) {
          index(work.batch, work.position);
          done(work);
        }
        long asked = takeCommitAsked();
        commitIfDue(asked > 0);
        commitDone(asked);
        if (work == null && isDrained()) {
          commitAll();
          return;
        }
      }
    } catch (IOException | RuntimeException e) {
      fail(e);
    }
  }

  private @Nullable Work take() {
    synchronized (queue) {
      if (queue.isEmpty() && !closed && !commitAsked) {
        try {
          queue.wait(Math.max(1, config.commitInterval().toMillis()));
        } catch (InterruptedException _) {
          closed = true;
        }
      }
      return queue.poll();
    }
  }

  private boolean isDrained() {
    synchronized (queue) {
      return closed && queue.isEmpty();
    }
  }

  /** How many commits were asked for so far, if one is still to be done; else 0. */
  private long takeCommitAsked() {
    synchronized (queue) {
      long asked = commitAsked ? commitsAsked : 0;
      commitAsked = false;
      return asked;
    }
  }

  private void commitDone(long asked) {
    if (asked > 0) {
      synchronized (queue) {
        commitsDone = asked;
        queue.notifyAll();
      }
    }
  }

  private void done(Work work) {
    synchronized (queue) {
      queuedBytes -= work.batch.toBytes().length;
      indexedPosition = work.position + work.batch.size();
      queue.notifyAll();
    }
  }

  private void fail(Throwable e) {
    synchronized (queue) {
      failure = e;
      queue.clear();
      queue.notifyAll();
    }
    onFailure.accept(e);
  }

  private int index(LogBatch batch, long firstPosition) throws IOException {
    int added = 0;
    for (int i = 0; i < batch.size(); i++) {
      record.moveTo(batch, i);
      if (indexRecord(batch.tenant(), firstPosition + i)) {
        added++;
      }
      rawBytesSinceCommit += record.sourceLength();
    }
    return added;
  }

  private boolean indexRecord(TenantId tenant, long position) throws IOException {
    if (record.hasId() && record.expectedPosition() != LogRecord.ANY_POSITION) {
      for (LogPartition partition : partitions.of(tenant)) {
        if (position >= partition.committedPosition()) {
          partition.remove(record, record.expectedPosition());
        }
      }
    }
    if (LogPartition.isRemoval(record)) {
      return true;
    }
    String retentionClass = retention.classOf(new StreamKey(tenant, record.stream()));
    LogPartition partition =
        partitions.open(
            PartitionKey.of(tenant, retentionClass, record.eventTimeNanos()), indexedPositionNow());
    if (position < partition.committedPosition()) {
      return false;
    }
    partition.add(record, position);
    return true;
  }

  private long indexedPositionNow() {
    synchronized (queue) {
      return indexedPosition;
    }
  }

  /** Commits everything indexed so far; returns when that is done. */
  void commit() {
    synchronized (queue) {
      commitAsked = true;
      long mine = ++commitsAsked;
      queue.notifyAll();
      while (commitsDone < mine && failure == null && !closed) {
        waitForChange();
      }
    }
  }

  private void commitIfDue(boolean asked) throws IOException {
    long age = System.nanoTime() - lastCommitNanoTime;
    if (asked
        || rawBytesSinceCommit >= config.commitBytes()
        || rawBytesSinceCommit > 0 && age >= config.commitInterval().toNanos()) {
      commitAll();
    }
  }

  private void commitAll() throws IOException {
    long position = indexedPositionNow();
    partitions.commitAll(position);
    rawBytesSinceCommit = 0;
    lastCommitNanoTime = System.nanoTime();
    cutWal.accept(position);
  }

  /** Indexes what is queued, commits, and ends the thread. */
  @Override
  public void close() {
    synchronized (queue) {
      closed = true;
      queue.notifyAll();
    }
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
