package dev.headroom.storage.verify;

import java.util.List;

/**
 * What a check of a data directory found.
 *
 * @param files how many were read to their end
 * @param bytes of those
 * @param walFrames whole ones in both logs
 * @param problems what is damaged; empty when everything is as it was written
 * @param notes what is worth knowing and no damage, such as the torn end that a crash leaves
 */
public record VerifyReport(
    long files, long bytes, long walFrames, List<Problem> problems, List<String> notes) {
  /**
   * @param file below the data directory
   */
  public record Problem(String file, String what) {}

  public VerifyReport {
    problems = List.copyOf(problems);
    notes = List.copyOf(notes);
  }

  public boolean isSound() {
    return problems.isEmpty();
  }
}
