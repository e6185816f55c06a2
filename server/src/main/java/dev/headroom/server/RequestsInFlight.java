package dev.headroom.server;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Counts the requests that are not answered yet, so that a stop can wait for them. (Armeria counts
 * a request only after its service has been called, which may be too late.) Any thread.
 */
final class RequestsInFlight {
  // Guarded by this.
  private int count;
  private boolean closed;

  /**
   * @return false when no more are taken; else each is followed by a {@link #leave}
   */
  synchronized boolean enter() {
    if (closed) {
      return false;
    }
    count++;
    return true;
  }

  synchronized void leave() {
    count--;
    if (count == 0) {
      notifyAll();
    }
  }

  /** Takes no more, and returns when there are none or the time is over. */
  synchronized void close(Duration atMost) {
    closed = true;
    long end = System.nanoTime() + atMost.toNanos();
    try {
      while (count > 0 && end - System.nanoTime() > 0) {
        TimeUnit.NANOSECONDS.timedWait(this, end - System.nanoTime());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
