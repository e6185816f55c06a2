package dev.headroom.storage.file;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.CopyOption;
import java.nio.file.FileSystem;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.apache.lucene.tests.mockfile.FilterFileChannel;
import org.apache.lucene.tests.mockfile.FilterFileSystemProvider;

/**
 * A file system over another one that shows each change to a subclass, which may refuse it. Changes
 * go through one at a time. Lucene reads through it to the real files.
 */
public abstract class ObservedFileSystem extends FilterFileSystemProvider {
  /** What is about to happen to a file or folder. */
  public enum Change {
    CREATE,
    /** An existing file, to write to it. */
    OPEN,
    WRITE,
    FORCE,
    RENAME,
    DELETE
  }

  protected ObservedFileSystem(String scheme, FileSystem delegate) {
    super(scheme, delegate);
  }

  /** Before a change; an exception refuses it. The path is the real one. */
  protected abstract void before(Change change, Path file) throws IOException;

  protected void created(Path file, boolean isFolder) throws IOException {}

  protected void renamed(Path from, Path to) throws IOException {}

  protected void deleted(Path file) throws IOException {}

  /** What a force does; the default does it. */
  protected void force(FileChannel channel, Path file, boolean metadata) throws IOException {
    channel.force(metadata);
  }

  @Override
  public synchronized void createDirectory(Path folder, FileAttribute<?>... attributes)
      throws IOException {
    Path real = toDelegate(folder);
    before(Change.CREATE, real);
    super.createDirectory(folder, attributes);
    created(real, true);
  }

  @Override
  public synchronized void delete(Path file) throws IOException {
    Path real = toDelegate(file);
    before(Change.DELETE, real);
    super.delete(file);
    deleted(real);
  }

  @Override
  public synchronized boolean deleteIfExists(Path file) throws IOException {
    Path real = toDelegate(file);
    before(Change.DELETE, real);
    boolean existed = super.deleteIfExists(file);
    if (existed) {
      deleted(real);
    }
    return existed;
  }

  @Override
  public synchronized void move(Path from, Path to, CopyOption... options) throws IOException {
    Path realFrom = toDelegate(from);
    before(Change.RENAME, realFrom);
    super.move(from, to, options);
    renamed(realFrom, toDelegate(to));
  }

  @Override
  public synchronized FileChannel newFileChannel(
      Path file, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    Path real = toDelegate(file);
    if (!isWriting(options)) {
      return new Channel(super.newFileChannel(file, options, attributes), real);
    }
    boolean isNew = !java.nio.file.Files.exists(real);
    before(isNew ? Change.CREATE : Change.OPEN, real);
    FileChannel channel = super.newFileChannel(file, options, attributes);
    if (isNew) {
      created(real, false);
    }
    return new Channel(channel, real);
  }

  @Override
  public SeekableByteChannel newByteChannel(
      Path file, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return newFileChannel(file, options, attributes);
  }

  @Override
  public synchronized OutputStream newOutputStream(Path file, OpenOption... options)
      throws IOException {
    Path real = toDelegate(file);
    boolean isNew = !java.nio.file.Files.exists(real);
    before(isNew ? Change.CREATE : Change.OPEN, real);
    OutputStream out = super.newOutputStream(file, options);
    if (isNew) {
      created(real, false);
    }
    return new Stream(out, real);
  }

  private static boolean isWriting(Set<? extends OpenOption> options) {
    var writing =
        new HashSet<OpenOption>(
            Arrays.asList(
                StandardOpenOption.WRITE,
                StandardOpenOption.APPEND,
                StandardOpenOption.CREATE,
                StandardOpenOption.CREATE_NEW));
    writing.retainAll(options);
    return !writing.isEmpty();
  }

  private final class Stream extends FilterOutputStream {
    private final Path file;

    Stream(OutputStream out, Path file) {
      super(out);
      this.file = file;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      synchronized (ObservedFileSystem.this) {
        before(Change.WRITE, file);
        out.write(bytes, offset, length);
      }
    }
  }

  private final class Channel extends FilterFileChannel {
    private final Path file;

    Channel(FileChannel delegate, Path file) {
      super(delegate);
      this.file = file;
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
      synchronized (ObservedFileSystem.this) {
        before(Change.WRITE, file);
        return super.write(bytes);
      }
    }

    @Override
    public int write(ByteBuffer bytes, long position) throws IOException {
      synchronized (ObservedFileSystem.this) {
        before(Change.WRITE, file);
        return super.write(bytes, position);
      }
    }

    @Override
    public MemorySegment map(MapMode mode, long offset, long size, Arena arena) throws IOException {
      return delegate.map(mode, offset, size, arena);
    }

    @Override
    public void force(boolean metadata) throws IOException {
      synchronized (ObservedFileSystem.this) {
        before(Change.FORCE, file);
        ObservedFileSystem.this.force(delegate, file, metadata);
      }
    }
  }
}
