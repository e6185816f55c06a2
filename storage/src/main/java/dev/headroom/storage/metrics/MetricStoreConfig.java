package dev.headroom.storage.metrics;

import dev.headroom.storage.wal.SyncPolicy;
import java.nio.file.Path;
import java.time.Duration;

/**
 * @param directory of the blocks
 * @param walDirectory of the metric WAL
 * @param walSegmentBytes size of a preallocated WAL file
 * @param checkpointBytes of WAL frames after which the head is flushed to blocks and the WAL is cut
 * @param checkpointInterval the same by time
 * @param maxHeadBytes of samples in memory, those being flushed among them; past it the WAL waits
 * @param maxActiveSeries of one tenant, that had samples within the last hour; past it samples of
 *     new series are rejected
 * @param maxMappedBlocks open at once; the least recently read is unmapped when nobody reads it
 */
public record MetricStoreConfig(
    Path directory,
    Path walDirectory,
    SyncPolicy sync,
    long walSegmentBytes,
    long checkpointBytes,
    Duration checkpointInterval,
    long maxHeadBytes,
    int maxActiveSeries,
    int maxMappedBlocks) {
  private static final long MAX_HEAD_BYTES = 256L << 20;

  /** Of the heap, so that a replay stays within a quarter of it. */
  private static final int HEAD_SHARE_OF_HEAP = 6;

  public MetricStoreConfig {
    if (checkpointBytes < 1 || maxHeadBytes < 1 || maxActiveSeries < 1 || maxMappedBlocks < 1) {
      throw new IllegalArgumentException("limits of the metric store must be positive");
    }
  }

  public static MetricStoreConfig of(Path directory, Path walDirectory) {
    return new MetricStoreConfig(
        directory,
        walDirectory,
        SyncPolicy.FSYNC,
        64L << 20,
        64L << 20,
        Duration.ofMinutes(5),
        Math.min(MAX_HEAD_BYTES, Runtime.getRuntime().maxMemory() / HEAD_SHARE_OF_HEAP),
        1_000_000,
        1_000);
  }
}
