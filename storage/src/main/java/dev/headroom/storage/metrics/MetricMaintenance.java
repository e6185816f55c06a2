package dev.headroom.storage.metrics;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread of its own for one kind of background work: runs when asked, and at the latest after an
 * interval. Work that failed is tried again soon; what went wrong can be asked for meanwhile.
 */
final class MetricMaintenance implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MetricMaintenance.class);
  private static final Duration RETRY = Duration.ofSeconds(5);
  private static final long NANOS_PER_MILLI = 1_000_000;

  /** Work that may be repeated. */
  interface Work {
    void run() throws IOException;
  }

  private final String name;
  private final Duration interval;
  private final Work work;
  private final Thread thread;

  // Guarded by this.
  private boolean asked;
  private boolean closed;
  private @Nullable String problem;

  MetricMaintenance(String name, Duration interval, Work work) {
    this.name = name;
    this.interval = interval;
    this.work = work;
    this.thread = Thread.ofPlatform().name(name).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Asks for a run; does not wait. */
  synchronized void ask() {
    asked = true;
    notifyAll();
  }

  /** Why the last run failed, if it did. */
  synchronized Optional<String> problem() {
    return Optional.ofNullable(problem);
  }

  synchronized boolean isClosed() {
    return closed;
  }

  private void run() {
    while (awaitTurn()) {
      try {
        work.run();
        setProblem(null);
      } catch (IOException | RuntimeException e) {
        failed(e);
      }
    }
  }

  /** Said once, not at every further attempt that fails alike. */
  private synchronized void failed(Exception e) {
    String message = String.valueOf(e.getMessage());
    if (!closed && !message.equals(problem)) {
      LOG.error("metric store cannot do its work, trying again work={}", name, e);
      problem = message;
    }
  }

  private synchronized void setProblem(@Nullable String newProblem) {
    problem = newProblem;
  }

  /** False when it is time to end. */
  private synchronized boolean awaitTurn() {
    long due = System.nanoTime() + (problem == null ? interval : RETRY).toNanos();
    for (long left = due - System.nanoTime();
        !asked && !closed && left > 0;
        left = due - System.nanoTime()) {
      try {
        wait(left / NANOS_PER_MILLI + 1);
      } catch (InterruptedException _) {
        closed = true;
      }
    }
    asked = false;
    return !closed;
  }

  /** Ends the thread after the work it may be doing. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
