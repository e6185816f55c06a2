package dev.headroom.storage.wal;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far a start has come with reading a WAL again. Written by the thread that replays, read by
 * any.
 */
public final class ReplayProgress {
  /**
   * @param wal its name
   * @param bytes read so far
   * @param totalBytes to be read
   */
  public record Now(String wal, long bytes, long totalBytes) {
    public int percent() {
      return totalBytes == 0 ? 100 : (int) (100 * bytes / totalBytes);
    }
  }

  private volatile @Nullable String wal;
  private volatile long bytes;
  private volatile long totalBytes;

  void begin(String name, long total) {
    bytes = 0;
    totalBytes = total;
    wal = name;
  }

  void readTo(long offset) {
    bytes = Math.min(offset, totalBytes);
  }

  void end() {
    wal = null;
  }

  /** Empty while no WAL is read. */
  public Optional<Now> now() {
    String name = wal;
    return name == null ? Optional.empty() : Optional.of(new Now(name, bytes, totalBytes));
  }
}
