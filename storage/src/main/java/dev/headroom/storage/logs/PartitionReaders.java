package dev.headroom.storage.logs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The readers of one partition: one is kept for the next search and replaced when something new is
 * there; each is counted and lives until its last search releases it.
 *
 * <p><i>Threads.</i> Any. Whoever opens or closes the index writer holds this object's lock
 * meanwhile, so that no reader is opened on a writer that goes away.
 */
final class PartitionReaders {
  private static final Logger LOG = LoggerFactory.getLogger(PartitionReaders.class);

  /** Every search makes a small segment; after so many the writing thread looks for merges. */
  private static final int REFRESHES_PER_MERGE = 10;

  private final String partition;
  private final Path path;
  private final Supplier<@Nullable IndexWriter> writer;
  private final BooleanSupplier isBroken;
  private final Runnable onUse;
  private final Consumer<Throwable> onDamage;

  /** Counts what a reader may not have seen. */
  private final AtomicLong changes = new AtomicLong();

  /** The first position at which an id was changed that a reader may not have seen. */
  private final AtomicLong idsUnseenFrom = new AtomicLong(Long.MAX_VALUE);

  private final AtomicInteger refreshes = new AtomicInteger();

  // Guarded by this.
  private @Nullable Directory directory;
  private @Nullable DirectoryReader reader;
  private long seenChanges = -1;
  private int openReaders;
  private @Nullable Runnable whenUnused;
  private volatile boolean gone;
  private volatile boolean unreadable;

  /**
   * @param writer the open index writer, whose buffer is searched too; null when there is none
   * @param isBroken whether the last commit lacks what was acknowledged, until it is read in the
   *     WAL again
   * @param onUse told, without any lock held, of each reader that is given out
   * @param onDamage told, without any lock held, of a problem that looks like damage
   */
  PartitionReaders(
      String partition,
      Path path,
      Supplier<@Nullable IndexWriter> writer,
      BooleanSupplier isBroken,
      Runnable onUse,
      Consumer<Throwable> onDamage) {
    this.partition = partition;
    this.path = path;
    this.writer = writer;
    this.isBroken = isBroken;
    this.onUse = onUse;
    this.onDamage = onDamage;
  }

  synchronized Directory directory() throws IOException {
    Directory open = directory;
    if (open == null) {
      open = new MMapDirectory(path);
      directory = open;
    }
    return open;
  }

  /** Whether one is kept for the next search. */
  synchronized boolean isOpen() {
    return reader != null;
  }

  /** Whether the last search could not read all of it. */
  boolean isUnreadable() {
    return unreadable;
  }

  boolean isGone() {
    return gone;
  }

  /** Only once the index writer has the change, and before {@link #markChanged}. */
  void noteIdChanged(long position) {
    idsUnseenFrom.accumulateAndGet(position, Math::min);
  }

  void markChanged() {
    changes.incrementAndGet();
  }

  /** Whether searches made so many segments that it is time to merge; then counts anew. */
  boolean isMergeDue() {
    if (refreshes.get() < REFRESHES_PER_MERGE) {
      return false;
    }
    refreshes.set(0);
    return true;
  }

  /**
   * A point-in-time reader of all that was added; null when the partition is empty or cannot be
   * read, which {@link #isUnreadable} then says. Counted: the caller releases it by {@code decRef}.
   */
  @Nullable DirectoryReader acquire() {
    DirectoryReader current;
    Throwable problem;
    synchronized (this) {
      if (gone) {
        return null;
      }
      problem = refreshIfStale();
      unreadable = problem != null;
      current = counted();
    }
    tellIfDamaged(problem);
    return used(current);
  }

  /**
   * The same, of all changes of ids below a position that was indexed, and perhaps not of the
   * newest ones: a search in between costs nothing then.
   *
   * @throws IOException when those cannot be read
   */
  @Nullable DirectoryReader acquireIds(long below) throws IOException {
    DirectoryReader current;
    Throwable problem = null;
    synchronized (this) {
      if (gone) {
        return null;
      }
      if (reader == null || idsUnseenFrom.get() < below) {
        problem = refreshIfStale();
      }
      current = problem == null ? counted() : null;
    }
    if (problem != null) {
      tellIfDamaged(problem);
      throw new IOException("partition " + partition + ": " + problem.getMessage(), problem);
    }
    return used(current);
  }

  private @Nullable DirectoryReader used(@Nullable DirectoryReader given) {
    if (given != null) {
      onUse.run();
    }
    return given;
  }

  private @Nullable DirectoryReader counted() {
    DirectoryReader current = reader;
    if (current != null) {
      current.incRef();
    }
    return current;
  }

  /** Has the partition set aside if a problem met while reading it proves to be damage. */
  void tellIfDamaged(@Nullable Throwable problem) {
    if (problem != null && PartitionFiles.isDamage(problem)) {
      onDamage.accept(problem);
    }
  }

  private @Nullable Throwable refreshIfStale() {
    long now = changes.get();
    if (reader != null && seenChanges == now) {
      return null;
    }
    long idsUnseen = idsUnseenFrom.getAndSet(Long.MAX_VALUE);
    try {
      refresh();
      seenChanges = now;
      return null;
    } catch (IOException | AlreadyClosedException | IllegalArgumentException e) {
      // The older reader, if there is one, still answers for what it saw.
      noteIdChanged(idsUnseen);
      LOG.warn("cannot read what is new partition={} problem={}", partition, e.getMessage());
      return e;
    }
  }

  private void refresh() throws IOException {
    IndexWriter open = writer.get();
    DirectoryReader old = reader;
    if (open != null) {
      refreshes.incrementAndGet();
      replace(old == null ? DirectoryReader.open(open) : DirectoryReader.openIfChanged(old, open));
    } else if (isBroken.getAsBoolean()) {
      throw new AlreadyClosedException("waits for its records to be read again");
    } else if (DirectoryReader.indexExists(directory())) {
      replace(DirectoryReader.open(directory()));
    }
  }

  private void replace(@Nullable DirectoryReader newer) throws IOException {
    if (newer == null) {
      return;
    }
    openReaders++;
    newer.getReaderCacheHelper().addClosedListener(_ -> readerClosed());
    release();
    reader = newer;
  }

  private void readerClosed() {
    Runnable next = null;
    synchronized (this) {
      openReaders--;
      if (openReaders == 0) {
        next = whenUnused;
        whenUnused = null;
      }
    }
    if (next != null) {
      next.run();
    }
  }

  /** Gives up the reader that is kept between searches; those in use go on. */
  synchronized void release() throws IOException {
    DirectoryReader old = reader;
    reader = null;
    seenChanges = -1;
    if (old != null) {
      old.decRef();
    }
  }

  /** Gives out no more readers. */
  void stop() {
    gone = true;
  }

  synchronized void close() throws IOException {
    release();
    Directory open = directory;
    directory = null;
    if (open != null) {
      open.close();
    }
  }

  /**
   * Renames the folder of a partition that is {@link #stop stopped}.
   *
   * @return whether no reader is left; else the task runs when the last one is done
   */
  synchronized boolean leave(Path newPath, Runnable whenLastReaderIsDone) throws IOException {
    close();
    Files.move(path, newPath, StandardCopyOption.ATOMIC_MOVE);
    if (openReaders == 0) {
      return true;
    }
    whenUnused = whenLastReaderIsDone;
    return false;
  }
}
