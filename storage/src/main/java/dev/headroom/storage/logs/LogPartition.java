package dev.headroom.storage.logs;

import dev.headroom.storage.file.DiskGuard;
import dev.headroom.storage.file.DurableFiles;
import dev.headroom.storage.model.LogRecord;
import dev.headroom.storage.model.TimeRange;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.jspecify.annotations.Nullable;

/**
 * One Lucene index; the format is in {@code storage/docs/format/log-partition.md}. Hot, then
 * sealed, then merged once, then dropped.
 *
 * <p><i>Threads.</i> The indexing thread adds, removes and commits; the sealing thread merges a
 * sealed partition, into which the indexing thread may still remove. Both hold the write lock.
 * Readers may be acquired by any thread. Lock order: the write lock, then that of the readers.
 *
 * <p><i>Failure.</i> An error of the disk closes the index writer for good. {@link #rollback} goes
 * back to the last commit, and the tally then tells which records the WAL must give again. Removing
 * is by id and position, so doing it twice does no harm.
 */
final class LogPartition implements AutoCloseable {
  /**
   * What the partitions of a store share.
   *
   * @param onDamage told, on any thread, of a partition whose files cannot be read
   */
  record Shared(
      double bufferMegabytes,
      DiskGuard guard,
      ReaderCache readers,
      BiConsumer<LogPartition, Throwable> onDamage) {}

  final PartitionKey key;
  final Path path;
  final TimeRange days;
  final PartitionTally tally;
  final PartitionReaders readers;
  private final Shared shared;
  private final PartitionStock stock;
  private final PartitionManifest manifest;
  private final Object writeLock = new Object();

  // Guarded by the write lock; the volatile ones are read without it.
  private volatile @Nullable PartitionWriter writer;
  private boolean dirty;
  private volatile boolean broken;
  private volatile @Nullable Thread merger;

  private LogPartition(
      PartitionKey key,
      Path path,
      Shared shared,
      PartitionTally tally,
      Optional<PartitionFiles.Found> found) {
    this.key = key;
    this.path = path;
    this.days = key.range();
    this.shared = shared;
    this.tally = tally;
    this.manifest = new PartitionManifest(key.name(), path, found);
    this.stock = new PartitionStock(key, path, this::isWriterOpen);
    this.readers =
        new PartitionReaders(
            key.name(),
            path,
            this::openIndex,
            () -> broken,
            () -> shared.readers().used(this),
            problem -> shared.onDamage().accept(this, problem));
  }

  /** A new partition whose first record is at that position. */
  LogPartition(PartitionKey key, Path path, Shared shared, long from) throws IOException {
    this(key, path, shared, new PartitionTally(from), Optional.empty());
    DurableFiles.createDirectories(path);
  }

  /** One that was found. */
  LogPartition(PartitionKey key, Path path, Shared shared, PartitionFiles.Found found) {
    this(key, path, shared, new PartitionTally(found.manifest().state()), Optional.of(found));
  }

  private @Nullable IndexWriter openIndex() {
    PartitionWriter open = writer;
    return open == null ? null : open.index();
  }

  boolean isWriterOpen() {
    return writer != null;
  }

  boolean isBeingMerged() {
    return merger != null;
  }

  /** Whether the index writer was closed by an error, or changes of it were lost. */
  boolean isBroken() {
    PartitionWriter open = writer;
    return broken || open != null && !open.isOpen();
  }

  boolean isGone() {
    return readers.isGone();
  }

  long bufferedBytes() {
    PartitionWriter open = writer;
    return open == null ? 0 : open.bufferedBytes();
  }

  /** Its last commit; empty before the first. */
  Optional<LogManifest> manifest() {
    return manifest.get();
  }

  /** What the bytes in its folder are. */
  PartitionStock stock() {
    return stock;
  }

  /** Records added and not removed, as of now. */
  long records() {
    PartitionWriter open = writer;
    if (open != null && open.isOpen()) {
      return open.index().getDocStats().numDocs;
    }
    return manifest.get().map(LogManifest::records).orElse(0L);
  }

  boolean mayHold(TimeRange range) {
    return days.intersects(range) && (isWriterOpen() || tally.hasTimesIn(range));
  }

  private PartitionWriter writer() throws IOException {
    PartitionWriter open = writer;
    if (open == null) {
      open =
          new PartitionWriter(
              key.name(),
              readers.directory(),
              manifest.get().map(LogManifest::streams).orElse(List.of()),
              shared.bufferMegabytes(),
              shared.guard(),
              this::mayMergeHere);
      writer = open;
    }
    return open;
  }

  private boolean mayMergeHere() {
    Thread sealing = merger;
    return sealing != null
        ? sealing == Thread.currentThread()
        : Thread.holdsLock(writeLock) && !shared.guard().isFull();
  }

  /** Adds a record that it does not have yet. */
  void add(LogRecord log, long position) throws IOException {
    synchronized (writeLock) {
      PartitionWriter open = writer();
      open.add(log, position);
      tally.add(log, position);
      if (log.hasId()) {
        readers.noteIdChanged(position);
      }
      markChanged();
      if (readers.isMergeDue()) {
        open.mergeWaiting();
      }
    }
  }

  /**
   * Removes the record of that id at that position, if it is here.
   *
   * @param at the position of the change that removes it
   */
  void remove(LogRecord log, long position, long at) throws IOException {
    if (!isWriterOpen() && !LogDocuments.isAutomaticId(log, position) && !isInCommit(log)) {
      return;
    }
    synchronized (writeLock) {
      writer().remove(log, position);
      readers.noteIdChanged(at);
      markChanged();
    }
  }

  private boolean isInCommit(LogRecord log) throws IOException {
    DirectoryReader current = readers.acquire();
    if (current == null) {
      return false;
    }
    try {
      return current.docFreq(LogDocuments.idTerm(log)) > 0;
    } finally {
      current.decRef();
    }
  }

  private void markChanged() {
    dirty = true;
    readers.markChanged();
  }

  /** Makes everything durable; {@code position} is where the index now stands in the WAL. */
  void commit(long position) throws IOException {
    synchronized (writeLock) {
      PartitionWriter open = writer;
      if (open == null || !dirty) {
        return;
      }
      PartitionState state = tally.state(position);
      open.commit(state);
      dirty = false;
      tally.committedAt(state.position());
      manifest.follow(readers.directory(), open.streams());
    }
  }

  /** Writes the manifest of a commit that a crash separated from it; no harm when it fails. */
  void mendManifest() {
    synchronized (writeLock) {
      manifest.mend();
    }
  }

  /** Writes the buffer to a segment, without making it durable. */
  void flush() throws IOException {
    synchronized (writeLock) {
      PartitionWriter open = writer;
      if (open != null) {
        open.flush();
      }
    }
  }

  /** Commits and gives the writer's memory back; the partition stays readable. */
  void closeWriter(long position) throws IOException {
    synchronized (writeLock) {
      if (isBeingMerged()) {
        return; // whoever merges closes it
      }
      commit(position);
      closeCommitted();
    }
  }

  private void closeCommitted() throws IOException {
    synchronized (readers) {
      PartitionWriter open = writer;
      if (open != null) {
        readers.release();
        open.close();
        writer = null;
        readers.markChanged();
      }
    }
  }

  /** Takes no more records from that position on, and closes the writer. */
  void seal(long position) throws IOException {
    synchronized (writeLock) {
      writer();
      tally.seal(position);
      markChanged();
      closeWriter(position);
    }
  }

  /** Joins the segments of a sealed partition; the calling thread does the work. */
  void merge() throws IOException {
    PartitionWriter open;
    synchronized (writeLock) {
      if (isGone()) {
        return;
      }
      open = writer();
      merger = Thread.currentThread();
    }
    try {
      open.mergeAll();
      finishMerge();
    } catch (IOException | RuntimeException e) {
      abandonMerge();
      if (!isGone()) {
        throw e;
      }
    }
  }

  private void finishMerge() throws IOException {
    synchronized (writeLock) {
      Optional<LogManifest> committed = manifest.get();
      if (isGone() || committed.isEmpty()) {
        return;
      }
      tally.setMerged(true);
      markChanged();
      // Removals may be in that are younger than this position; they will be repeated, for nothing.
      commit(committed.get().state().position());
      merger = null;
      closeCommitted();
    }
  }

  private void abandonMerge() {
    synchronized (writeLock) {
      merger = null;
      tally.setMerged(false);
      if (!isGone()) {
        broken = broken || dirty;
        rollbackWriter();
      }
    }
  }

  /** Makes a merge that another thread runs give up. */
  void stopMerge() {
    PartitionWriter open = writer;
    if (open != null && isBeingMerged()) {
      open.abort();
    }
  }

  /** Makes the writer count as broken: nothing is committed any more until {@link #rollback}. */
  void giveUpWriter() {
    synchronized (writeLock) {
      broken = true;
    }
  }

  /** Goes back to the last commit. What was acknowledged stays readable as far as it was read. */
  void rollback() throws IOException {
    synchronized (writeLock) {
      rollbackWriter();
      broken = false;
      Optional<PartitionFiles.Found> found = PartitionFiles.load(path);
      if (found.isPresent()) {
        manifest.take(found.get());
        tally.take(found.get().manifest().state());
      } else {
        tally.startOver();
      }
    }
  }

  private void rollbackWriter() {
    PartitionWriter open;
    synchronized (readers) {
      open = writer;
      writer = null;
    }
    dirty = false;
    if (open != null) {
      open.abort();
    }
  }

  /**
   * Takes no more part in anything; its folder now has that name. The task runs when the last
   * reader is done, at once when there is none.
   */
  void leave(Path newPath, Runnable whenLastReaderIsDone) throws IOException {
    boolean isUnused;
    synchronized (writeLock) {
      readers.stop();
      rollbackWriter();
      isUnused = readers.leave(newPath, whenLastReaderIsDone);
    }
    shared.readers().forget(this);
    if (isUnused) {
      whenLastReaderIsDone.run();
    }
  }

  /** Closes without committing; call {@link #commit} first to keep what is new. */
  @Override
  public void close() throws IOException {
    synchronized (writeLock) {
      readers.stop();
      rollbackWriter();
      readers.close();
    }
    shared.readers().forget(this);
  }
}
