package dev.headroom.storage.logs;

import dev.headroom.storage.file.Damage;
import java.util.List;

/**
 * What a scrub found.
 *
 * @param partitions that were read through
 * @param bytes of them
 * @param skipped partitions that are written to; they are read when they are sealed
 * @param damage what was set aside
 */
public record ScrubReport(int partitions, long bytes, int skipped, List<Damage> damage) {
  public ScrubReport {
    damage = List.copyOf(damage);
  }
}
