package dev.headroom.storage.logs;

import java.time.Duration;

/**
 * @param bufferBytes memory of all index writers together; the largest is flushed past it
 * @param maxWriters writers open at once; the least recently used is committed and closed
 * @param maxReaders readers kept open between searches; the least recently used is closed
 * @param sealGrace a day's partition is sealed this long after the day's end, once nothing was
 *     added for as long (or a day after it was opened, if late data never stops)
 * @param sealBytes raw bytes past which a partition is sealed while its day still runs
 */
public record PartitionLimits(
    long bufferBytes, int maxWriters, int maxReaders, Duration sealGrace, long sealBytes) {
  public static final PartitionLimits DEFAULT =
      new PartitionLimits(64L << 20, 64, 512, Duration.ofHours(2), 16L << 30);

  public PartitionLimits {
    if (bufferBytes < 1 || maxWriters < 1 || maxReaders < 1 || sealBytes < 1) {
      throw new IllegalArgumentException("limits of partitions must be positive");
    }
  }

  public PartitionLimits withSealing(Duration grace, long bytes) {
    return new PartitionLimits(bufferBytes, maxWriters, maxReaders, grace, bytes);
  }

  public PartitionLimits withOpenFiles(int writers, int readers) {
    return new PartitionLimits(bufferBytes, writers, readers, sealGrace, sealBytes);
  }

  public PartitionLimits withBuffer(long bytes) {
    return new PartitionLimits(bytes, maxWriters, maxReaders, sealGrace, sealBytes);
  }
}
