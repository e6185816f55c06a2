package dev.headroom.storage.metrics;

import dev.headroom.storage.file.DurableFiles;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * An immutable block; the format is in {@code storage/docs/format/metric-block.md}.
 *
 * <p>Readers are counted: {@link #retain} before use, {@link #release} after. A block that was
 * {@link #retire retired} is there until its last reader is done, then its folder goes. The mapping
 * is made at the first read and may be given up when nobody reads.
 */
final class MetricBlock {
  private static final org.slf4j.Logger LOG = org.slf4j.LoggerFactory.getLogger(MetricBlock.class);

  static final String TEMPORARY = ".tmp";
  static final String DROPPED = ".dropped";
  static final String DAMAGED = ".damaged";

  /** What becomes of the folder of a retired block. */
  enum Fate {
    DELETE,
    SET_ASIDE
  }

  final BlockManifest manifest;
  final Path folder;
  private final BufferAllocator allocator;

  // Guarded by this.
  private int readers;
  private @Nullable BlockReader mapped;
  private Optional<Fate> fate = Optional.empty();
  private boolean gone;

  MetricBlock(BlockManifest manifest, Path folder, BufferAllocator allocator) {
    this.manifest = manifest;
    this.folder = folder;
    this.allocator = allocator;
  }

  boolean intersects(long from, long to) {
    return manifest.minTime() <= to && manifest.maxTime() >= from;
  }

  /** Bytes of all its files. */
  long bytes() {
    long bytes = 0;
    for (BlockManifest.DataFile file : manifest.files()) {
      bytes += file.length();
    }
    return bytes + size(folder.resolve(BlockManifest.FILE));
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException _) {
      return 0; // gone meanwhile
    }
  }

  /** Keeps the block for a reader; the owner of the list it came from holds its lock. */
  synchronized void retain() {
    readers++;
  }

  /**
   * The mapped files; the caller has retained the block.
   *
   * @throws HeadroomException INTERNAL when they cannot be read
   */
  synchronized BlockReader reader() {
    BlockReader open = mapped;
    if (open == null) {
      try {
        open = BlockReader.open(folder, manifest, allocator);
      } catch (IOException e) {
        throw unreadable(e);
      }
      mapped = open;
    }
    return open;
  }

  HeadroomException unreadable(Exception e) {
    return new HeadroomException(
        ErrorCategory.INTERNAL,
        "metric block " + manifest.path() + " cannot be read; run verify to set it aside",
        e);
  }

  synchronized boolean isMapped() {
    return mapped != null;
  }

  synchronized void release() {
    readers--;
    removeIfUnused();
  }

  /** Gives up the mapping when nobody reads; the next reader maps it again. */
  synchronized boolean unmapIfIdle() {
    if (readers == 0) {
      unmap();
    }
    return mapped == null;
  }

  private void unmap() {
    BlockReader open = mapped;
    if (open != null) {
      open.close();
      mapped = null;
    }
  }

  /** Deletes the folder, or sets it aside, once the last reader is done. */
  synchronized void retire(Fate newFate) {
    fate = Optional.of(newFate);
    removeIfUnused();
  }

  private void removeIfUnused() {
    if (readers > 0 || fate.isEmpty() || gone) {
      return;
    }
    gone = true;
    unmap();
    try {
      switch (fate.get()) {
        case DELETE -> delete(folder);
        case SET_ASIDE -> setAside(folder);
      }
    } catch (IOException e) {
      LOG.error("metric block not removed block={} problem={}", manifest.path(), e.toString());
    }
  }

  /** Takes a folder of a block away: renamed first, so that half of one is never taken for one. */
  static void delete(Path folder) throws IOException {
    Path dropped = folder;
    if (!isMarked(folder)) {
      dropped = folder.resolveSibling(folder.getFileName() + DROPPED);
      Files.move(folder, dropped, StandardCopyOption.ATOMIC_MOVE);
      forceParent(folder);
    }
    try (Stream<Path> files = Files.list(dropped)) {
      files.forEach(MetricBlock::deleteFile);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    Files.delete(dropped);
  }

  private static boolean isMarked(Path folder) {
    String name = String.valueOf(folder.getFileName());
    return name.endsWith(TEMPORARY) || name.endsWith(DROPPED);
  }

  private static void deleteFile(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void setAside(Path folder) throws IOException {
    Path aside = folder.resolveSibling(folder.getFileName() + DAMAGED);
    for (int number = 2; Files.exists(aside); number++) {
      aside = folder.resolveSibling(folder.getFileName() + DAMAGED + number);
    }
    Files.move(folder, aside, StandardCopyOption.ATOMIC_MOVE);
    forceParent(folder);
  }

  static void forceParent(Path folder) throws IOException {
    Path parent = folder.toAbsolutePath().getParent();
    if (parent != null) {
      DurableFiles.forceDirectory(parent);
    }
  }

  /** Reads every byte of a block and says what is wrong with it; nothing when all is well. */
  static List<String> verify(Path folder) {
    return BlockVerifier.verify(folder);
  }
}
