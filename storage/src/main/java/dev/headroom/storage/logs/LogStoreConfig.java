package dev.headroom.storage.logs;

import dev.headroom.storage.wal.SyncPolicy;
import java.nio.file.Path;
import java.time.Duration;

/**
 * @param directory of the partitions
 * @param walDirectory of the log WAL
 * @param maxUnindexedBytes acknowledged and not yet indexed; past it the WAL waits for the indexer
 * @param commitBytes raw bytes indexed after which partitions are committed and the WAL is cut
 * @param commitInterval the same by time
 * @param bufferBytes memory of all index writers together; the largest is flushed past it
 * @param maxOpenPartitions writers open at once; the least recently used is committed and closed
 */
public record LogStoreConfig(
    Path directory,
    Path walDirectory,
    SyncPolicy sync,
    long maxUnindexedBytes,
    long commitBytes,
    Duration commitInterval,
    long bufferBytes,
    int maxOpenPartitions) {
  public static LogStoreConfig of(Path directory, Path walDirectory) {
    return new LogStoreConfig(
        directory,
        walDirectory,
        SyncPolicy.FSYNC,
        64L << 20,
        64L << 20,
        Duration.ofSeconds(30),
        128L << 20,
        64);
  }
}
