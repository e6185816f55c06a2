package dev.headroom.storage.file;

import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * Tells whether the disk has room for more. Looks again when asked, at most every quarter of a
 * second, so it needs no thread; safe for any thread.
 *
 * <p>Full begins below the minimum of free bytes and ends at the resume mark. While it lasts stores
 * refuse appends and start no merges; reads go on.
 */
public final class DiskGuard {
  private static final long LOOK_AGAIN_NANOS = 250_000_000L;

  private final LongSupplier freeBytes;
  private final DiskLimits limits;
  private final LongSupplier nanoTime;

  // Guarded by this.
  private boolean looked;
  private long lookedAtNanos;
  private long lastFree;
  private volatile boolean full;

  public DiskGuard(LongSupplier freeBytes, DiskLimits limits, LongSupplier nanoTime) {
    this.freeBytes = freeBytes;
    this.limits = limits;
    this.nanoTime = nanoTime;
  }

  /** Of the disk that holds a folder (or its nearest parent that exists), with its usual limits. */
  public static DiskGuard of(Path folder) {
    Path existing = nearestExisting(folder);
    try {
      return of(folder, DiskLimits.forDiskOf(Files.getFileStore(existing).getTotalSpace()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static DiskGuard of(Path folder, DiskLimits limits) {
    Path existing = nearestExisting(folder);
    return new DiskGuard(() -> usable(existing), limits, System::nanoTime);
  }

  private static Path nearestExisting(Path folder) {
    Path at = folder.toAbsolutePath();
    while (!Files.exists(at)) {
      Path parent = at.getParent();
      if (parent == null) {
        break;
      }
      at = parent;
    }
    return at;
  }

  private static long usable(Path folder) {
    try {
      FileStore store = Files.getFileStore(folder);
      return store.getUsableSpace();
    } catch (IOException _) {
      return 0; // a disk that cannot even say has no room to give
    }
  }

  /** Whether nothing more may be taken in. */
  public boolean isFull() {
    look();
    return full;
  }

  /** Whether so many bytes more would leave the disk its minimum. */
  public boolean hasRoomFor(long bytes) {
    return !isFull() && freeBytes() - bytes >= limits.minFreeBytes();
  }

  /** As last seen. */
  public synchronized long freeBytes() {
    look();
    return lastFree;
  }

  public DiskLimits limits() {
    return limits;
  }

  /**
   * @throws HeadroomException UNAVAILABLE while the disk is full
   */
  public void requireRoom() {
    if (isFull()) {
      throw new HeadroomException(
          ErrorCategory.UNAVAILABLE,
          "cannot write: the disk has "
              + freeBytes()
              + " bytes free, less than the "
              + limits.resumeFreeBytes()
              + " wanted; free space or shorten retention");
    }
  }

  private synchronized void look() {
    long now = nanoTime.getAsLong();
    if (looked && now - lookedAtNanos < LOOK_AGAIN_NANOS) {
      return;
    }
    looked = true;
    lookedAtNanos = now;
    lastFree = freeBytes.getAsLong();
    full = lastFree < (full ? limits.resumeFreeBytes() : limits.minFreeBytes());
  }
}
