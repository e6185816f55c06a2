package dev.headroom.storage.model;

import java.time.Duration;

/** A moment on the monotonic clock by which an answer is due. */
public final class Deadline {
  private final long expiresAtNanoTime;

  private Deadline(long expiresAtNanoTime) {
    this.expiresAtNanoTime = expiresAtNanoTime;
  }

  public static Deadline after(Duration duration) {
    return new Deadline(System.nanoTime() + duration.toNanos());
  }

  public boolean isExpired() {
    return remainingNanos() <= 0;
  }

  public long remainingNanos() {
    return expiresAtNanoTime - System.nanoTime();
  }

  /**
   * @throws HeadroomException ({@link ErrorCategory#TIMEOUT}) when it has passed
   */
  public void check() {
    if (isExpired()) {
      throw new HeadroomException(ErrorCategory.TIMEOUT, "query timed out");
    }
  }
}
