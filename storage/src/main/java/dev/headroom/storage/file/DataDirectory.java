package dev.headroom.storage.file;

import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A data directory held by this process alone, until closed. */
public final class DataDirectory implements AutoCloseable {
  private final StoreLayout layout;
  private final FileChannel lockChannel;
  private final FileLock lock;
  private final boolean lastStopWasClean;
  private final boolean isRunning;

  private DataDirectory(
      StoreLayout layout,
      FileChannel lockChannel,
      FileLock lock,
      boolean lastStopWasClean,
      boolean isRunning) {
    this.layout = layout;
    this.lockChannel = lockChannel;
    this.lock = lock;
    this.lastStopWasClean = lastStopWasClean;
    this.isRunning = isRunning;
  }

  /**
   * Makes the directory if it is absent, and locks it.
   *
   * @throws HeadroomException UNAVAILABLE when another process has it
   */
  public static DataDirectory open(Path root) throws IOException {
    return open(root, true);
  }

  /** The same for a look: the next start is told of an unclean stop as if nobody had looked. */
  public static DataDirectory inspect(Path root) throws IOException {
    return open(root, false);
  }

  private static DataDirectory open(Path root, boolean isRunning) throws IOException {
    var layout = new StoreLayout(root);
    DurableFiles.createDirectories(root.toAbsolutePath());
    FileChannel channel =
        FileChannel.open(layout.lockFile(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw inUse(root);
      }
      boolean clean = !Files.exists(layout.runningMarker());
      if (clean && isRunning) {
        Files.createFile(layout.runningMarker());
        DurableFiles.forceDirectory(root);
      }
      return new DataDirectory(layout, channel, lock, clean, isRunning);
    } catch (OverlappingFileLockException _) {
      channel.close();
      throw inUse(root);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static HeadroomException inUse(Path root) {
    return new HeadroomException(
        ErrorCategory.UNAVAILABLE,
        "data directory " + root + " is in use by another process; stop it or pass another --data");
  }

  public StoreLayout layout() {
    return layout;
  }

  /** Whether the process that had it last stopped in order (or there was none). */
  public boolean lastStopWasClean() {
    return lastStopWasClean;
  }

  /** An orderly stop. */
  @Override
  public void close() throws IOException {
    try (lockChannel) {
      if (isRunning) {
        Files.deleteIfExists(layout.runningMarker());
        DurableFiles.forceDirectory(layout.root());
      }
      lock.release();
    }
  }
}
