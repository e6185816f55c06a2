package dev.headroom.ingest.admission;

import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Bounds how many requests are decompressed and decoded at once: there are as many virtual threads
 * as requests, and memory and time are lost when all of them decode. Safe for any thread; blocks,
 * so not for an event loop.
 */
public final class DecodeSlots {
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

  private final Semaphore slots;

  public DecodeSlots(int count) {
    this.slots = new Semaphore(count, true);
  }

  /** Two a core: one may wait for the disk while the other works. */
  public static DecodeSlots forThisMachine() {
    return new DecodeSlots(2 * Runtime.getRuntime().availableProcessors());
  }

  /**
   * @throws HeadroomException OVERLOADED when no slot came free in time
   */
  public <T> T run(Supplier<T> work) {
    try {
      if (!slots.tryAcquire(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new HeadroomException(
            ErrorCategory.OVERLOADED, "too many requests are being decoded; try again");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HeadroomException(ErrorCategory.UNAVAILABLE, "interrupted", e);
    }
    try {
      return work.get();
    } finally {
      slots.release();
    }
  }
}
