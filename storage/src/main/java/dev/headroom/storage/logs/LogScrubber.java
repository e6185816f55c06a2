package dev.headroom.storage.logs;

import dev.headroom.storage.file.CorruptFileException;
import dev.headroom.storage.file.Damage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
  private final IndexingThread indexingThread;

  /** Runs a task there and waits for it. */
  interface IndexingThread {
    void call(LogIndexer.Task task) throws IOException;
  }

  LogScrubber(PartitionMap partitions, IndexingThread indexingThread) {
    this.partitions = partitions;
    this.indexingThread = indexingThread;
  }

  ScrubReport run(BooleanSupplier goesOn) throws IOException {
    int read = 0;
    int skipped = 0;
    long bytes = 0;
    List<Damage> damage = new ArrayList<>();
    for (LogPartition partition : partitions.all()) {
      if (!goesOn.getAsBoolean()) {
        break;
      }
      Optional<LogManifest> manifest = partition.manifest();
      if (partition.isWriterOpen() || manifest.isEmpty()) {
        skipped++;
        continue;
      }
      read++;
      try {
        bytes += PartitionFiles.verify(partition.path, manifest.get());
      } catch (CorruptFileException e) {
        if (isStill(partition, manifest.get())) {
          damage.addAll(setAside(partition, e));
        }
      }
    }
    LOG.info("scrub done partitions={} bytes={} damaged={}", read, bytes, damage.size());
    return new ScrubReport(read, bytes, skipped, damage);
  }

  /** Whether the partition is still what was read, and was not merged or dropped meanwhile. */
  private static boolean isStill(LogPartition partition, LogManifest manifest) {
    return !partition.isGone()
        && !partition.isBeingMerged()
        && partition.manifest().filter(manifest::equals).isPresent();
  }

  private List<Damage> setAside(LogPartition partition, CorruptFileException e) throws IOException {
    List<Damage> before = partitions.damage();
    indexingThread.call(() -> partitions.quarantineIfDamaged(partition, e));
    return partitions.damage().stream().filter(found -> !before.contains(found)).toList();
  }
}
