package dev.headroom.storage.logs;

import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.wal.CommitListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that turns acknowledged batches into documents, in WAL order, and commits partitions
 * so that the WAL can be cut. {@link #awaitIndexed} is how a search comes to see all that was
 * acknowledged.
 *
 * <p><i>Start.</i> What was acknowledged before a crash and is in no commit is read from the WAL
 * while new batches are taken; they wait in the WAL behind it, or, past a limit, at the door.
 *
 * <p><i>Failure.</i> When an index cannot be written (disk full, error of the disk), indexing
 * <i>stalls</i>: appends are refused, searches answer from what there is and say so, and what was
 * acknowledged waits in the WAL. It is tried again until it works: back to the last commits, then
 * the WAL is read again from the checkpoint. Anything else that goes wrong is a bug; then the store
 * stays readable and takes nothing more.
 */
final class LogIndexer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogIndexer.class);
  private static final Duration FIRST_RETRY = Duration.ofMillis(100);
  private static final Duration LAST_RETRY = Duration.ofSeconds(10);
  private static final Duration BETWEEN_ROUNDS = Duration.ofSeconds(10);

  /** Reads acknowledged frames again. */
  interface Frames {
    void read(long from, long to, CommitListener consumer) throws IOException;
  }

  /** What is done from time to time behind the indexing: commit, checkpoint, seal. */
  interface Upkeep {
    /** Commits and makes the checkpoint durable. */
    void commit() throws IOException;

    /** Seals what is due. */
    void round() throws IOException;
  }

  /** A change of the set of partitions, made between batches. */
  interface Task {
    void run() throws IOException;
  }

  private record Work(LogBatch batch, long position) {}

  private record Queued(Task task, CompletableFuture<Boolean> done) {}

  private final LogStoreConfig config;
  private final LogApplier applier;
  private final PartitionMap partitions;
  private final WalCatchUp catchUp;
  private final Upkeep upkeep;
  private final BooleanSupplier diskIsFull;
  private final Thread thread;

  private final ArrayDeque<Work> queue = new ArrayDeque<>();

  // Guarded by `queue`.
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

  // Indexing thread only.
  private @Nullable LogPartition suspect;
  private long lastCommitNanoTime = System.nanoTime();
  private long lastRoundNanoTime = System.nanoTime();
  private long retryNanoTime;
  private Duration retryAfter = FIRST_RETRY;

  LogIndexer(
      LogStoreConfig config,
      LogApplier applier,
      PartitionMap partitions,
      Frames frames,
      Upkeep upkeep,
      BooleanSupplier diskIsFull) {
    this.config = config;
    this.applier = applier;
    this.partitions = partitions;
    this.catchUp = new WalCatchUp(config, applier, upkeep, frames, this::isClosed);
    this.upkeep = upkeep;
    this.diskIsFull = diskIsFull;
    this.indexedPosition = applier.position();
    this.thread = Thread.ofPlatform().name("log-indexer").unstarted(this::run);
  }

  /**
   * Starts with what the partitions lack of the WAL.
   *
   * @param durable behind the last record in the WAL
   * @param problem why the index could not be written meanwhile, to be tried again
   */
  void start(long durable, Optional<IOException> problem) {
    synchronized (queue) {
      durablePosition = durable;
      isBehind = indexedPosition < durable;
    }
    problem.ifPresent(this::stall);
    thread.start();
  }

  /** Takes an acknowledged batch; waits while too much is queued. */
  void add(LogBatch batch, long position) {
    synchronized (queue) {
      while (queuedBytes > config.maxUnindexedBytes() && isRunning()) {
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
      queue.add(new Work(batch, position));
      queue.notifyAll();
    }
  }

  private boolean isRunning() {
    return !closed && stall == null && failure == null;
  }

  /** Whether every record below the position is in the index writers, after waiting for it. */
  boolean awaitIndexed(long position) {
    synchronized (queue) {
      while (indexedPosition < position && isRunning()) {
        waitForChange();
      }
      return indexedPosition >= position && stall == null && failure == null;
    }
  }

  /** The same within a time; false when that is over. */
  boolean awaitIndexed(long position, Deadline deadline) {
    synchronized (queue) {
      while (indexedPosition < position && isRunning() && !deadline.isExpired()) {
        waitForChange(deadline);
      }
      return indexedPosition >= position && stall == null && failure == null;
    }
  }

  private void waitForChange(Deadline deadline) {
    try {
      TimeUnit.NANOSECONDS.timedWait(queue, Math.max(1, deadline.remainingNanos()));
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static HeadroomException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new HeadroomException(ErrorCategory.UNAVAILABLE, "interrupted", e);
  }

  private void waitForChange() {
    try {
      queue.wait();
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Acknowledged records from before the start that no search finds yet; it waits for them. */
  long recordsBehind() {
    synchronized (queue) {
      return isBehind ? durablePosition - indexedPosition : 0;
    }
  }

  /** Every record below is in the index writers, unless indexing is stalled. */
  long position() {
    synchronized (queue) {
      return indexedPosition;
    }
  }

  /** Of acknowledged batches that wait in memory to be indexed. */
  long queuedBytes() {
    synchronized (queue) {
      return queuedBytes;
    }
  }

  /** How often indexing stalled; what was indexed may have been missing in between. */
  long stalls() {
    synchronized (queue) {
      return stalls;
    }
  }

  /** Why nothing is indexed now, though it will be again. */
  Optional<String> stalled() {
    synchronized (queue) {
      return Optional.ofNullable(stall);
    }
  }

  /** Why nothing will be indexed until a restart. */
  Optional<String> failure() {
    synchronized (queue) {
      return Optional.ofNullable(failure);
    }
  }

  /** Asks for a commit of everything indexed so far; does not wait. */
  void askCommit() {
    synchronized (queue) {
      commitAsked = true;
      queue.notifyAll();
    }
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
    queue(task, done);
    try {
      done.join();
    } catch (java.util.concurrent.CompletionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException(String.valueOf(cause.getMessage()), cause);
    }
  }

  /** The same without waiting. */
  void submit(Task task) {
    queue(task, new CompletableFuture<>());
  }

  private void queue(Task task, CompletableFuture<Boolean> done) {
    synchronized (queue) {
      if (closed) {
        done.completeExceptionally(new IOException("the log store is closed"));
        return;
      }
      tasks.add(new Queued(task, done));
      queue.notifyAll();
    }
  }

  private void run() {
    boolean goesOn = true;
    while (goesOn) {
      Work work = take();
      try {
        goesOn = step(work);
      } catch (IOException e) {
        stall(e);
      } catch (UncheckedIOException e) {
        stall(cause(e));
      } catch (Throwable e) {
        fail(e);
      }
    }
    refuseTasks();
  }

  /** Whether there is a next one. */
  private boolean step(@Nullable Work work) throws IOException {
    if (work != null) {
      applier.apply(work.batch, work.position);
      done(work);
    }
    runTasks();
    if (failure().isPresent()) {
      return !isClosed();
    }
    if (lags()) {
      if (isClosed()) {
        return false; // what is acknowledged is in the WAL
      }
      catchUpIfDue();
      return true;
    }
    commitIfDue(takeCommitAsked());
    sealIfDue();
    if (work == null && isDrained()) {
      upkeep.commit();
      return false;
    }
    return true;
  }

  private boolean lags() {
    synchronized (queue) {
      return isBehind || stall != null;
    }
  }

  private @Nullable Work take() {
    synchronized (queue) {
      boolean mustWait = stall != null || !isBehind;
      if (mustWait && queue.isEmpty() && tasks.isEmpty() && !closed && !commitAsked) {
        try {
          queue.wait(Math.max(1, waitMillis()));
        } catch (InterruptedException _) {
          closed = true;
        }
      }
      return queue.poll();
    }
  }

  private long waitMillis() {
    return stall != null
        ? retryAfter.toMillis()
        : Math.min(config.commitInterval().toMillis(), BETWEEN_ROUNDS.toMillis());
  }

  private boolean isClosed() {
    synchronized (queue) {
      return closed;
    }
  }

  private boolean isDrained() {
    synchronized (queue) {
      return closed && queue.isEmpty() && tasks.isEmpty();
    }
  }

  private boolean takeCommitAsked() {
    synchronized (queue) {
      boolean asked = commitAsked;
      commitAsked = false;
      return asked;
    }
  }

  private void done(Work work) {
    synchronized (queue) {
      queuedBytes -= work.batch.toBytes().length;
      indexedPosition = work.position + work.batch.size();
      queue.notifyAll();
    }
  }

  private void runTasks() {
    while (true) {
      Queued next;
      synchronized (queue) {
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

  private void refuseTasks() {
    synchronized (queue) {
      tasks.forEach(task -> task.done.completeExceptionally(new IOException("closed")));
      tasks.clear();
    }
  }

  private void fail(Throwable e) {
    LOG.error("indexing failed; the log store is read-only until a restart", e);
    stop(() -> failure = "indexing failed: " + e);
  }

  private void stall(IOException e) {
    LOG.error("indexing stalled, it is tried again problem={}", e.getMessage());
    LOG.debug("indexing stalled", e);
    if (e instanceof PartitionFailure partitionFailure) {
      suspect = partitionFailure.partition;
    }
    retryNanoTime = System.nanoTime() + retryAfter.toNanos();
    stop(
        () -> {
          stall = "indexing waits: " + e.getMessage();
          stalls++;
        });
  }

  private void stop(Runnable why) {
    synchronized (queue) {
      why.run();
      queue.clear();
      queuedBytes = 0;
      queue.notifyAll();
    }
  }

  private void catchUpIfDue() {
    boolean again = stalled().isPresent();
    if (again && (System.nanoTime() - retryNanoTime < 0 || diskIsFull.getAsBoolean())) {
      return;
    }
    try {
      applier.restart(); // first: what is rolled back must not count as applied
      partitions.rollbackBroken(Optional.ofNullable(suspect));
      suspect = null;
      while (lags() && !isClosed()) {
        catchUp();
      }
      retryAfter = FIRST_RETRY;
      LOG.info("indexing goes on position={}", applier.position());
    } catch (IOException e) {
      stallLonger(e);
    } catch (UncheckedIOException e) {
      stallLonger(cause(e));
    }
  }

  private void stallLonger(IOException e) {
    Duration twice = retryAfter.multipliedBy(2);
    retryAfter = twice.compareTo(LAST_RETRY) < 0 ? twice : LAST_RETRY;
    stall(e);
  }

  private static IOException cause(UncheckedIOException e) {
    return e.getCause() == null ? new IOException(e) : e.getCause();
  }

  private void catchUp() throws IOException {
    long to;
    synchronized (queue) {
      to = durablePosition;
    }
    if (!catchUp.run(to)) {
      return;
    }
    synchronized (queue) {
      indexedPosition = to;
      if (durablePosition == to) {
        isBehind = false;
        stall = null;
        queuedBytes = 0;
      }
      queue.notifyAll();
    }
  }

  private void commitIfDue(boolean asked) throws IOException {
    long age = System.nanoTime() - lastCommitNanoTime;
    long bytes = applier.rawBytesSinceCommit();
    if (asked
        || bytes >= config.commitBytes()
        || applier.position() > applier.checkpoint().position()
            && age >= config.commitInterval().toNanos()) {
      upkeep.commit();
      lastCommitNanoTime = System.nanoTime();
    }
  }

  private void sealIfDue() throws IOException {
    if (System.nanoTime() - lastRoundNanoTime >= BETWEEN_ROUNDS.toNanos()) {
      lastRoundNanoTime = System.nanoTime();
      upkeep.round();
    }
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
