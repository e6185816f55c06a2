package dev.headroom.ingest.admission;

import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the bytes of all requests in flight, before anything is copied. A permit is held from the
 * first byte until the answer; safe for any thread, never blocks.
 */
public final class AdmissionControl {
  private final long maxBytes;
  private final AtomicLong heldBytes = new AtomicLong();

  public AdmissionControl(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * @throws HeadroomException OVERLOADED when there is no room; the caller answers 503
   */
  public Permit acquire(long bytes) {
    var permit = new Permit();
    permit.grow(bytes);
    return permit;
  }

  public long heldBytes() {
    return heldBytes.get();
  }

  public long maxBytes() {
    return maxBytes;
  }

  /** Bytes one request may hold; grows as its body is read and decompressed. */
  public final class Permit implements AutoCloseable {
    private final AtomicLong mine = new AtomicLong();
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * @throws HeadroomException OVERLOADED when there is no room for so many more now, TOO_LARGE
     *     when there never is
     */
    public void grow(long bytes) {
      if (mine.get() + bytes > maxBytes) {
        throw new HeadroomException(
            ErrorCategory.TOO_LARGE,
            "this request alone needs more than the "
                + maxBytes
                + " bytes that all requests together may use; send smaller ones");
      }
      if (heldBytes.addAndGet(bytes) > maxBytes) {
        heldBytes.addAndGet(-bytes);
        throw new HeadroomException(
            ErrorCategory.OVERLOADED, "too much is being received at once; try again");
      }
      mine.addAndGet(bytes);
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        heldBytes.addAndGet(-mine.get());
      }
    }
  }
}
