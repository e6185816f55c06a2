package dev.headroom.storage.wal;

import java.nio.file.Path;

/**
 * @param name in metrics and messages: {@code logs}, {@code metrics}
 * @param maxSegmentBytes size of a preallocated file; less when the disk has less than 32 times
 *     that
 * @param maxGroupBytes written and forced at once; above 1 MiB a force takes longer, not better
 * @param maxQueuedBytes waiting to be written; past it appends are refused
 */
public record WalConfig(
    String name, Path directory, long maxSegmentBytes, long maxGroupBytes, long maxQueuedBytes) {
  public static WalConfig of(String name, Path directory) {
    return new WalConfig(name, directory, 64L << 20, 1L << 20, 64L << 20);
  }

  public WalConfig {
    if (maxSegmentBytes < 4096 || maxGroupBytes < 1 || maxQueuedBytes < 1) {
      throw new IllegalArgumentException(
          "WAL sizes must be positive, segments at least 4096 bytes");
    }
  }
}
