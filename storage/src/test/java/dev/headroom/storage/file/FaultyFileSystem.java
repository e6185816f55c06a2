package dev.headroom.storage.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.lucene.tests.mockfile.FilterFileChannel;
import org.apache.lucene.tests.mockfile.FilterFileSystemProvider;

/**
 * A file system whose writes and forces fail for chosen files from a chosen moment on. Hand code a
 * path from {@link #path}; channels that were open before fail too.
 */
public final class FaultyFileSystem extends FilterFileSystemProvider {
  private volatile Predicate<String> failsWrite = path -> false;
  private volatile Predicate<String> failsForce = path -> false;

  public FaultyFileSystem() {
    super("faulty", FileSystems.getDefault());
  }

  /** The same file, seen through this file system. */
  public Path path(Path real) {
    return wrapPath(real);
  }

  /** Writes to files with such a path fail as on a full disk. */
  public void failWrites(Predicate<String> paths) {
    failsWrite = paths;
  }

  /** Forcing such files fails as on a broken disk. */
  public void failForces(Predicate<String> paths) {
    failsForce = paths;
  }

  public void repair() {
    failsWrite = path -> false;
    failsForce = path -> false;
  }

  @Override
  public FileChannel newFileChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    FileChannel real = super.newFileChannel(path, options, attributes);
    return options.contains(StandardOpenOption.WRITE)
        ? new FaultyChannel(real, path.toString())
        : real;
  }

  private final class FaultyChannel extends FilterFileChannel {
    private final String path;

    FaultyChannel(FileChannel real, String path) {
      super(real);
      this.path = path;
    }

    private void checkWrite() throws IOException {
      if (failsWrite.test(path)) {
        throw new IOException("no space left on device (injected)");
      }
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
      checkWrite();
      return super.write(source);
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
      checkWrite();
      return super.write(source, position);
    }

    @Override
    public void force(boolean metaData) throws IOException {
      if (failsForce.test(path)) {
        throw new IOException("input/output error (injected)");
      }
      super.force(metaData);
    }
  }
}
