package dev.headroom.storage.logs;

import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.LogBatch;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What stands between those who append or search and the one thread that indexes: acknowledged
 * batches, tasks for that thread, how far it is, and why it does not go on. Safe for any thread.
 */
final class IndexQueue {
  /** A change of the set of partitions, made between batches. */
  interface Task {
    void run() throws IOException;
  }

  /** An acknowledged batch. */
  record Work(LogBatch batch, long position) {}

  private record Queued(Task task, CompletableFuture<Boolean> done) {}

  private final long maxBytes;

  // Guarded by this.
  private final ArrayDeque<Work> batches = new ArrayDeque<>();
  private final ArrayDeque<Queued> tasks = new ArrayDeque<>();
  private long queuedBytes;
  private long durablePosition;
  private long indexedPosition;
  private boolean isBehind;
  private long stalls;
  private boolean closed;
  private boolean commitAsked;
  private @Nullable String stall;
  private @Nullable String failure;

  /**
   * @param maxBytes of batches that wait; past it whoever adds one waits
   * @param indexed everything below is indexed
   */
  IndexQueue(long maxBytes, long indexed) {
    this.maxBytes = maxBytes;
    this.indexedPosition = indexed;
  }

  /**
   * Before the first batch: what stands between the indexed position and that one is in the WAL
   * only.
   */
  synchronized void startAt(long durable) {
    durablePosition = durable;
    isBehind = indexedPosition < durable;
  }

  /** Takes an acknowledged batch; waits while too much is queued. */
  synchronized void add(LogBatch batch, long position) {
    while (queuedBytes > maxBytes && isRunning()) {
      waitForChange();
    }
    durablePosition = position + batch.size();
    if (stall != null || failure != null) {
      return; // it is in the WAL
    }
    queuedBytes += batch.toBytes().length;
    if (isBehind) {
      return; // it is read from there in its turn
    }
    batches.add(new Work(batch, position));
    notifyAll();
  }

  private boolean isRunning() {
    return !closed && stall == null && failure == null;
  }

  /** Whether every record below the position is in the index writers, after waiting for it. */
  synchronized boolean awaitIndexed(long position) {
    while (indexedPosition < position && isRunning()) {
      waitForChange();
    }
    return isIndexed(position);
  }

  /** The same within a time; false when that is over. */
  synchronized boolean awaitIndexed(long position, Deadline deadline) {
    while (indexedPosition < position && isRunning() && !deadline.isExpired()) {
      waitForChange(deadline);
    }
    return isIndexed(position);
  }

  private boolean isIndexed(long position) {
    return indexedPosition >= position && stall == null && failure == null;
  }

  @SuppressWarnings("WaitNotInLoop") // the callers loop
  private void waitForChange() {
    try {
      wait();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private void waitForChange(Deadline deadline) {
    try {
      TimeUnit.NANOSECONDS.timedWait(this, Math.max(1, deadline.remainingNanos()));
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static HeadroomException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new HeadroomException(ErrorCategory.UNAVAILABLE, "interrupted", e);
  }

  /** Acknowledged records from before the start that no search finds yet; it waits for them. */
  synchronized long recordsBehind() {
    return isBehind ? durablePosition - indexedPosition : 0;
  }

  /** Every record below is in the index writers, unless indexing is stalled. */
  synchronized long position() {
    return indexedPosition;
  }

  /** Of acknowledged batches that are not indexed. */
  synchronized long queuedBytes() {
    return queuedBytes;
  }

  /** How often indexing stalled; what was indexed may have been missing in between. */
  synchronized long stalls() {
    return stalls;
  }

  /** Why nothing is indexed now, though it will be again. */
  synchronized Optional<String> stalled() {
    return Optional.ofNullable(stall);
  }

  /** Why nothing will be indexed until a restart. */
  synchronized Optional<String> failure() {
    return Optional.ofNullable(failure);
  }

  /** Asks for a commit of everything indexed so far; does not wait. */
  synchronized void askCommit() {
    commitAsked = true;
    notifyAll();
  }

  /**
   * Runs a task that relies on everything indexed so far, as {@link #call} does.
   *
   * @throws IOException also while indexing is stalled
   */
  void callIndexed(Task task) throws IOException {
    call(
        () -> {
          Optional<String> problem = failure().or(this::stalled);
          if (problem.isPresent()) {
            throw new IOException(problem.get());
          }
          task.run();
        });
  }

  /** Runs a task on the indexing thread, between batches, and waits for it. */
  void call(Task task) throws IOException {
    var done = new CompletableFuture<Boolean>();
    add(new Queued(task, done));
    try {
      done.join();
    } catch (CompletionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException(String.valueOf(cause.getMessage()), cause);
    }
  }

  private synchronized void add(Queued task) {
    if (closed) {
      task.done.completeExceptionally(new IOException("the log store is closed"));
      return;
    }
    tasks.add(task);
    notifyAll();
  }

  // What follows is for the indexing thread.

  /** The next batch; null when there is none, or something else to do. Waits so long for any. */
  @SuppressWarnings("WaitNotInLoop") // the caller finds out what there is to do
  synchronized @Nullable Work take(Duration wait) {
    boolean mustCatchUp = isBehind && stall == null;
    if (!mustCatchUp && batches.isEmpty() && tasks.isEmpty() && !closed && !commitAsked) {
      try {
        wait(Math.max(1, wait.toMillis()));
      } catch (InterruptedException _) {
        closed = true;
      }
    }
    return batches.poll();
  }

  synchronized void done(Work work) {
    queuedBytes -= work.batch.toBytes().length;
    indexedPosition = work.position + work.batch.size();
    notifyAll();
  }

  void runTasks() {
    while (true) {
      Queued next;
      synchronized (this) {
        next = tasks.poll();
      }
      if (next == null) {
        return;
      }
      try {
        next.task.run();
        next.done.complete(true);
      } catch (IOException | RuntimeException e) {
        next.done.completeExceptionally(e);
      }
    }
  }

  synchronized void refuseTasks() {
    tasks.forEach(task -> task.done.completeExceptionally(new IOException("closed")));
    tasks.clear();
  }

  /** Whether acknowledged records must be read from the WAL. */
  synchronized boolean lags() {
    return isBehind || stall != null;
  }

  /** Behind the last record in the WAL. */
  synchronized long durablePosition() {
    return durablePosition;
  }

  /** Everything below is indexed from the WAL; when nothing came meanwhile, it lags no more. */
  synchronized void caughtUpTo(long position) {
    indexedPosition = position;
    if (durablePosition == position) {
      isBehind = false;
      stall = null;
      queuedBytes = 0;
    }
    notifyAll();
  }

  synchronized boolean takeCommitAsked() {
    boolean asked = commitAsked;
    commitAsked = false;
    return asked;
  }

  synchronized void stall(String why) {
    stall = why;
    stalls++;
    forgetBatches();
  }

  synchronized void fail(String why) {
    failure = why;
    forgetBatches();
  }

  /** They are in the WAL. */
  private void forgetBatches() {
    batches.clear();
    queuedBytes = 0;
    notifyAll();
  }

  synchronized boolean isClosed() {
    return closed;
  }

  synchronized boolean isDrained() {
    return closed && batches.isEmpty() && tasks.isEmpty();
  }

  /** Takes no more tasks; what is queued is still to be done. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }
}
