package dev.headroom.storage.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/** A file system in which the n-th change of a kind fails, once or from then on. */
public final class FaultyFileSystem extends ObservedFileSystem {
  private BiPredicate<Change, String> which = (change, name) -> false;
  private long left = Long.MAX_VALUE;
  private boolean forEver;
  private String message = "Input/output error";
  private int failures;

  public FaultyFileSystem() {
    super("faulty", FileSystems.getDefault());
  }

  /** The same file, seen through this file system. */
  public Path path(Path real) {
    return wrapPath(real);
  }

  /** Writes to files with such a path fail as on a full disk, from now on. */
  public void failWrites(Predicate<String> paths) {
    failFrom(
        1,
        (change, path) -> change == Change.WRITE && paths.test(path),
        "no space left on device (injected)");
  }

  /** Forcing such files fails as on a broken disk, from now on. */
  public void failForces(Predicate<String> paths) {
    failFrom(
        1,
        (change, path) -> change == Change.FORCE && paths.test(path),
        "input/output error (injected)");
  }

  /** Lets the n-th (from 1) of the chosen changes fail; the predicate sees the file's real path. */
  public synchronized void failOnce(long n, BiPredicate<Change, String> chosen, String error) {
    set(n, chosen, error, false);
  }

  /** The same for the n-th and all that follow, until {@link #repair}. */
  public synchronized void failFrom(long n, BiPredicate<Change, String> chosen, String error) {
    set(n, chosen, error, true);
  }

  private void set(long n, BiPredicate<Change, String> chosen, String error, boolean always) {
    which = chosen;
    left = n;
    forEver = always;
    message = error;
    failures = 0;
  }

  public synchronized void repair() {
    left = Long.MAX_VALUE;
    which = (change, name) -> false;
  }

  /** How often a change was made to fail since the last order. */
  public synchronized int failures() {
    return failures;
  }

  /** Tests do not need the real disk's patience. */
  @Override
  protected void force(FileChannel channel, Path file, boolean metadata) {}

  @Override
  protected void before(Change change, Path file) throws IOException {
    if (!which.test(change, file.toString())) {
      return;
    }
    left--;
    if (left == 0 || forEver && left < 0) {
      failures++;
      throw new IOException(message);
    }
  }
}
