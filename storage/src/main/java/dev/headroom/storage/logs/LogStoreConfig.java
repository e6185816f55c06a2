package dev.headroom.storage.logs;

import dev.headroom.storage.wal.SyncPolicy;
import dev.headroom.storage.wal.WalConfig;
import java.nio.file.Path;
import java.time.Duration;

/**
 * @param directory of the partitions
 * @param wal of the logs; its folder holds the checkpoint as well
 * @param maxUnindexedBytes acknowledged and not yet indexed; past it the WAL waits for the indexer
 * @param maxRecentIds ids of a tenant whose newest change is answered from memory, about as many
 * @param commitBytes raw bytes indexed after which partitions are committed and the WAL is cut
 * @param commitInterval the same by time
 */
public record LogStoreConfig(
    Path directory,
    WalConfig wal,
    SyncPolicy sync,
    long maxUnindexedBytes,
    int maxRecentIds,
    long commitBytes,
    Duration commitInterval,
    PartitionLimits partitions) {
  public static LogStoreConfig of(Path directory, Path walDirectory) {
    return new LogStoreConfig(
        directory,
        WalConfig.of("logs", walDirectory),
        SyncPolicy.FSYNC,
        64L << 20,
        50_000,
        64L << 20,
        Duration.ofSeconds(30),
        PartitionLimits.DEFAULT);
  }

  public LogStoreConfig withPartitions(PartitionLimits limits) {
    return new LogStoreConfig(
        directory, wal, sync, maxUnindexedBytes, maxRecentIds, commitBytes, commitInterval, limits);
  }

  public LogStoreConfig withCommits(long bytes, Duration interval) {
    return new LogStoreConfig(
        directory, wal, sync, maxUnindexedBytes, maxRecentIds, bytes, interval, partitions);
  }

  public LogStoreConfig withMaxUnindexed(long bytes) {
    return new LogStoreConfig(
        directory, wal, sync, bytes, maxRecentIds, commitBytes, commitInterval, partitions);
  }

  public LogStoreConfig withMaxRecentIds(int ids) {
    return new LogStoreConfig(
        directory, wal, sync, maxUnindexedBytes, ids, commitBytes, commitInterval, partitions);
  }

  public LogStoreConfig withSync(SyncPolicy policy) {
    return new LogStoreConfig(
        directory,
        wal,
        policy,
        maxUnindexedBytes,
        maxRecentIds,
        commitBytes,
        commitInterval,
        partitions);
  }

  public LogStoreConfig withWal(WalConfig config) {
    return new LogStoreConfig(
        directory,
        config,
        sync,
        maxUnindexedBytes,
        maxRecentIds,
        commitBytes,
        commitInterval,
        partitions);
  }
}
