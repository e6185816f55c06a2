package dev.headroom.storage.logs;

import dev.headroom.storage.logs.IndexQueue.Work;
import dev.headroom.storage.wal.CommitListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that turns acknowledged batches into documents, in WAL order, and commits partitions
 * so that the WAL can be cut. {@link IndexQueue#awaitIndexed(long)} is how a search comes to see
 * all that was acknowledged.
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

  private final LogStoreConfig config;
  private final IndexQueue queue;
  private final LogApplier applier;
  private final PartitionMap partitions;
  private final WalCatchUp catchUp;
  private final Upkeep upkeep;
  private final BooleanSupplier diskIsFull;
  private final Thread thread;

  // Indexing thread only.
  private @Nullable LogPartition suspect;
  private long lastCommitNanoTime = System.nanoTime();
  private long lastRoundNanoTime = System.nanoTime();
  private long retryNanoTime;
  private Duration retryAfter = FIRST_RETRY;

  LogIndexer(
      LogStoreConfig config,
      IndexQueue queue,
      LogApplier applier,
      PartitionMap partitions,
      Frames frames,
      Upkeep upkeep,
      BooleanSupplier diskIsFull) {
    this.config = config;
    this.queue = queue;
    this.applier = applier;
    this.partitions = partitions;
    this.catchUp = new WalCatchUp(config, applier, upkeep, frames, queue::isClosed);
    this.upkeep = upkeep;
    this.diskIsFull = diskIsFull;
    this.thread = Thread.ofPlatform().name("log-indexer").unstarted(this::run);
  }

  /**
   * Starts with what the partitions lack of the WAL.
   *
   * @param durable behind the last record in the WAL
   * @param problem why the index could not be written meanwhile, to be tried again
   */
  void start(long durable, Optional<IOException> problem) {
    queue.startAt(durable);
    problem.ifPresent(this::stall);
    thread.start();
  }

  private void run() {
    boolean goesOn = true;
    while (goesOn) {
      Work work = queue.take(patience());
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
    queue.refuseTasks();
  }

  /** Whether there is a next one. */
  private boolean step(@Nullable Work work) throws IOException {
    if (work != null) {
      applier.apply(work.batch(), work.position());
      queue.done(work);
    }
    queue.runTasks();
    if (queue.failure().isPresent()) {
      return !queue.isClosed();
    }
    if (queue.lags()) {
      if (queue.isClosed()) {
        return false; // what is acknowledged is in the WAL
      }
      catchUpIfDue();
      return true;
    }
    commitIfDue(queue.takeCommitAsked());
    sealIfDue();
    if (work == null && queue.isDrained()) {
      upkeep.commit();
      return false;
    }
    return true;
  }

  private Duration patience() {
    if (queue.stalled().isPresent()) {
      return retryAfter;
    }
    Duration commit = config.commitInterval();
    return commit.compareTo(BETWEEN_ROUNDS) < 0 ? commit : BETWEEN_ROUNDS;
  }

  private void fail(Throwable e) {
    LOG.error("indexing failed; the log store is read-only until a restart", e);
    queue.fail("indexing failed: " + e);
  }

  private void stall(IOException e) {
    LOG.error("indexing stalled, it is tried again problem={}", e.getMessage());
    LOG.debug("indexing stalled", e);
    if (e instanceof PartitionFailure partitionFailure) {
      suspect = partitionFailure.partition;
    }
    retryNanoTime = System.nanoTime() + retryAfter.toNanos();
    queue.stall("indexing waits: " + e.getMessage());
  }

  private void catchUpIfDue() {
    boolean again = queue.stalled().isPresent();
    if (again && (System.nanoTime() - retryNanoTime < 0 || diskIsFull.getAsBoolean())) {
      return;
    }
    try {
      if (again) {
        goBack();
      }
      catchUp();
      retryAfter = FIRST_RETRY;
      LOG.info("caught up with the WAL position={}", applier.position());
    } catch (IOException e) {
      stallLonger(e);
    } catch (UncheckedIOException e) {
      stallLonger(cause(e));
    }
  }

  private void goBack() throws IOException {
    applier.restart(); // first: what is rolled back must not count as applied
    partitions.rollbackBroken(Optional.ofNullable(suspect));
    suspect = null;
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
    boolean isStopped = false;
    while (queue.lags() && !isStopped) {
      long to = queue.durablePosition();
      isStopped = !catchUp.run(to);
      if (!isStopped) {
        queue.caughtUpTo(to);
      }
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
    queue.close();
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
