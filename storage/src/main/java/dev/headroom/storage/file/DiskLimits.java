package dev.headroom.storage.file;

/**
 * When a disk counts as full.
 *
 * @param minFreeBytes below this nothing more is taken in; it is also the room in which what was
 *     already acknowledged is still indexed
 * @param resumeFreeBytes at this, taking in goes on; above the minimum, so that it does not flutter
 */
public record DiskLimits(long minFreeBytes, long resumeFreeBytes) {
  private static final long MAX_MIN_FREE = 1L << 30;
  private static final int SHARE = 20;

  public DiskLimits {
    if (minFreeBytes < 0 || resumeFreeBytes < minFreeBytes) {
      throw new IllegalArgumentException("resume must not be below the minimum of free bytes");
    }
  }

  /** A twentieth of the disk, at most 1 GiB; resumes a quarter above that. */
  public static DiskLimits forDiskOf(long totalBytes) {
    return minFree(Math.min(MAX_MIN_FREE, totalBytes / SHARE));
  }

  public static DiskLimits minFree(long bytes) {
    return new DiskLimits(bytes, bytes + bytes / 4);
  }
}
