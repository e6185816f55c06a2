package dev.headroom.storage.retention;

import java.time.Instant;

/**
 * A piece and when it goes.
 *
 * @param dueAt by age: when the youngest record it may hold is too old; by size: at once
 * @param isDue whether the next run drops it
 * @param isClassInForce whether any stream is in its class today; data keeps the class it had when
 *     it came, so after a change of ages there are pieces of classes that no new data gets
 */
public record PlannedDrop(
    RetainedPiece piece, Reason reason, Instant dueAt, boolean isDue, boolean isClassInForce) {
  public enum Reason {
    /** Older than its class is kept. */
    AGE,
    /** The tenant's bytes pass the cap; oldest first. */
    SIZE
  }
}
