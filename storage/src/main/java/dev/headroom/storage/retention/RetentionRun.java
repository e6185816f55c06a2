package dev.headroom.storage.retention;

import java.util.List;
import java.util.Optional;

/**
 * What one sweep did.
 *
 * @param clockDoubt why the wall clock was not followed, if so
 * @param dropped what is gone
 * @param failures what could not be dropped, and why; the next run tries again
 */
public record RetentionRun(
    Optional<String> clockDoubt, List<PlannedDrop> dropped, List<String> failures) {
  public RetentionRun {
    dropped = List.copyOf(dropped);
    failures = List.copyOf(failures);
  }

  public long droppedBytes() {
    return dropped.stream().mapToLong(drop -> drop.piece().bytes()).sum();
  }
}
