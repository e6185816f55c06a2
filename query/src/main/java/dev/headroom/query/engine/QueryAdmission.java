package dev.headroom.query.engine;

import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.MemoryPermit;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Lets queries in, some at a time; shared by all engines of a process and safe for threads. */
public final class QueryAdmission {
  private final QueryLimits limits;
  private final Semaphore turns;
  private final MemoryPermit.Pool memory;
  private final Counter refused;

  public QueryAdmission(QueryLimits limits, MeterRegistry meters) {
    this.limits = limits;
    this.turns = new Semaphore(limits.concurrentQueries(), true);
    this.memory = new MemoryPermit.Pool(limits.memoryBytes(), limits.memoryBytesPerQuery());
    this.refused =
        Counter.builder("headroom.query.refused")
            .description("queries that found no turn in time")
            .register(meters);
    Gauge.builder(
            "headroom.query.running", turns, t -> limits.concurrentQueries() - t.availablePermits())
        .description("queries being answered")
        .register(meters);
  }

  public QueryLimits limits() {
    return limits;
  }

  /**
   * Waits for a turn; the deadline starts now, so waiting counts.
   *
   * @throws HeadroomException OVERLOADED when none came in time
   */
  public Turn enter() {
    Deadline deadline = Deadline.after(limits.deadline());
    try {
      if (!turns.tryAcquire(limits.maxWait().toNanos(), TimeUnit.NANOSECONDS)) {
        refused.increment();
        throw new HeadroomException(
            ErrorCategory.OVERLOADED,
            limits.concurrentQueries() + " queries are running; try again later");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HeadroomException(ErrorCategory.UNAVAILABLE, "query was interrupted", e);
    }
    return new Turn(deadline, memory);
  }

  /** One query's turn; closing it lets the next one in and gives its memory back. */
  public final class Turn implements AutoCloseable {
    private final Deadline deadline;
    private final MemoryPermit.Pool pool;
    private final MemoryPermit memory;
    private boolean closed;

    private Turn(Deadline deadline, MemoryPermit.Pool pool) {
      this.deadline = deadline;
      this.pool = pool;
      this.memory = pool.open();
    }

    public Deadline deadline() {
      return deadline;
    }

    public MemoryPermit memory() {
      return memory;
    }

    /**
     * Memory for a part of the work that is given back when the part is done, beside {@link
     * #memory}; the caller closes it.
     */
    public MemoryPermit passing() {
      return pool.open();
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        memory.close();
        turns.release();
      }
    }
  }
}
