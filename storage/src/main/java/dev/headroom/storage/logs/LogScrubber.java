package dev.headroom.storage.logs;

import dev.headroom.storage.file.Damage;
import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads partitions through while the store runs. Lucene compares a file's checksum when it merges
 * and never when it searches, so a flipped bit in an old file would stay in answers for ever.
 */
final class LogScrubber {
  private static final Logger LOG = LoggerFactory.getLogger(LogScrubber.class);

  private final PartitionMap partitions;
  private final DamageCheck check;

  LogScrubber(PartitionMap partitions, DamageCheck check) {
    this.partitions = partitions;
    this.check = check;
  }

  ScrubReport run(BooleanSupplier goesOn) throws IOException {
    int read = 0;
    int skipped = 0;
    long bytes = 0;
    List<Damage> before = partitions.damage();
    for (LogPartition partition : partitions.all()) {
      if (!goesOn.getAsBoolean()) {
        break;
      }
      if (partition.isWriterOpen() || partition.manifest().isEmpty()) {
        skipped++;
        continue;
      }
      read++;
      bytes += check.readThrough(partition);
    }
    List<Damage> damage =
        partitions.damage().stream().filter(found -> !before.contains(found)).toList();
    LOG.info("scrub done partitions={} bytes={} damaged={}", read, bytes, damage.size());
    return new ScrubReport(read, bytes, skipped, damage);
  }
}
