package dev.headroom.storage.model;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much heap one query may hold. Drawn from a pool that all queries share; closing it gives
 * everything back. Safe for use by the threads of one query.
 */
public final class MemoryPermit implements AutoCloseable {
  private final Pool pool;
  private final long maxBytes;
  private final AtomicLong heldBytes = new AtomicLong();

  private MemoryPermit(Pool pool, long maxBytes) {
    this.pool = pool;
    this.maxBytes = maxBytes;
  }

  /** Takes more bytes if both this query's own limit and the shared pool allow it. */
  public boolean tryReserve(long bytes) {
    if (heldBytes.addAndGet(bytes) > maxBytes) {
      heldBytes.addAndGet(-bytes);
      return false;
    }
    if (!pool.tryTake(bytes)) {
      heldBytes.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  /**
   * @throws HeadroomException ({@link ErrorCategory#OVERLOADED}) when there is no room
   */
  public void reserve(long bytes) {
    if (!tryReserve(bytes)) {
      throw new HeadroomException(
          ErrorCategory.OVERLOADED,
          "query needs more than its " + maxBytes + " bytes of memory; narrow the time range");
    }
  }

  public long heldBytes() {
    return heldBytes.get();
  }

  @Override
  public void close() {
    pool.giveBack(heldBytes.getAndSet(0));
  }

  /** The memory all queries of the process may hold together. */
  public static final class Pool {
    private final AtomicLong freeBytes;
    private final long maxBytesPerQuery;

    public Pool(long totalBytes, long maxBytesPerQuery) {
      this.freeBytes = new AtomicLong(totalBytes);
      this.maxBytesPerQuery = maxBytesPerQuery;
    }

    public MemoryPermit open() {
      return new MemoryPermit(this, maxBytesPerQuery);
    }

    private boolean tryTake(long bytes) {
      if (freeBytes.addAndGet(-bytes) < 0) {
        freeBytes.addAndGet(bytes);
        return false;
      }
      return true;
    }

    private void giveBack(long bytes) {
      freeBytes.addAndGet(bytes);
    }
  }
}
