package dev.headroom.storage.logs;

import dev.headroom.storage.file.DiskGuard;
import dev.headroom.storage.file.DurableFiles;
import dev.headroom.storage.model.LogRecord;
import dev.headroom.storage.model.TimeRange;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Lucene index; the format is in {@code storage/docs/format/log-partition.md}. Hot, then
 * sealed, then merged once, then dropped.
 *
 * <p><i>Threads.</i> The indexing thread adds, removes and commits; the sealing thread merges a
 * sealed partition, into which the indexing thread may still remove. Both hold the write lock.
 * {@link #acquire} may be called by any thread; a reader is counted and lives until it is released.
 * Lock order: the write lock, then this.
 *
 * <p><i>Failure.</i> An error of the disk closes the Lucene writer for good. {@link #rollback} goes
 * back to the last commit, and {@link #has} then tells which records the WAL must give again.
 * Removing is by id and position, so doing it twice does no harm.
 */
final class LogPartition implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogPartition.class);

  /** Every search makes a small segment; after so many the writing thread looks for merges. */
  private static final int REFRESHES_PER_MERGE = 10;

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
  private final Shared shared;
  private final PartitionStock stock;
  private final Object writeLock = new Object();

  // Guarded by the write lock; the volatile ones are read without it.
  private volatile @Nullable IndexWriter writer;
  private @Nullable PartitionMergeScheduler scheduler;
  private @Nullable LogDocuments documents;
  private volatile @Nullable LogManifest manifest;
  private boolean isManifestWritten;
  private volatile long from;
  private volatile long applied;
  private volatile long sealedAt = PartitionState.OPEN;
  private volatile boolean merged;
  private volatile boolean hasIds;
  private volatile long rawBytes;
  private volatile long minTime = Long.MAX_VALUE;
  private volatile long maxTime = Long.MIN_VALUE;
  private @Nullable Set<String> streams;
  private boolean dirty;
  private volatile boolean broken;
  private volatile @Nullable Thread merger;
  private long openedNanoTime = System.nanoTime();
  private long addedNanoTime = System.nanoTime();

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

  /** A new partition whose first record is at that position. */
  LogPartition(PartitionKey key, Path path, Shared shared, long from) throws IOException {
    this.key = key;
    this.path = path;
    this.days = key.range();
    this.shared = shared;
    this.stock = new PartitionStock(key, path, this::isWriterOpen);
    this.from = from;
    this.applied = from;
    DurableFiles.createDirectories(path);
  }

  /** One that was found. */
  LogPartition(PartitionKey key, Path path, Shared shared, PartitionFiles.Found found) {
    this.key = key;
    this.path = path;
    this.days = key.range();
    this.shared = shared;
    this.stock = new PartitionStock(key, path, this::isWriterOpen);
    this.isManifestWritten = found.isWritten();
    take(found.manifest());
  }

  private void take(LogManifest current) {
    PartitionState state = current.state();
    manifest = current;
    from = state.from();
    applied = state.position();
    sealedAt = state.sealedAt();
    merged = state.merged();
    hasIds = state.hasIds();
    rawBytes = state.rawBytes();
    minTime = state.minTimeNanos();
    maxTime = state.maxTimeNanos();
    streams = null;
    dirty = false;
  }

  /** Whether the record of that position, if of this tenant, class and day, goes here. */
  boolean holds(long position) {
    return position >= from && position < sealedAt;
  }

  /** Whether a record of that position that belongs here is in the index already. */
  boolean has(long position) {
    return position < applied;
  }

  boolean isSealed() {
    return sealedAt != PartitionState.OPEN;
  }

  boolean isMerged() {
    return merged;
  }

  boolean isWriterOpen() {
    return writer != null;
  }

  /** Whether a reader is kept for the next search. */
  synchronized boolean isReaderOpen() {
    return reader != null;
  }

  boolean isBeingMerged() {
    return merger != null;
  }

  /** Whether the index writer was closed by an error, or changes of it were lost. */
  boolean isBroken() {
    IndexWriter open = writer;
    return broken || open != null && !open.isOpen();
  }

  /** Whether a record of that id may be here: of its sender's, or derived from that position. */
  boolean mayHoldId(OptionalLong derivedFrom) {
    return hasIds
        || derivedFrom.isPresent()
            && holds(derivedFrom.getAsLong())
            && has(derivedFrom.getAsLong());
  }

  /** Whether the last search could not read all of it. */
  boolean isUnreadable() {
    return unreadable;
  }

  boolean isGone() {
    return gone;
  }

  long bufferedBytes() {
    IndexWriter open = writer;
    return open == null || !open.isOpen() ? 0 : open.ramBytesUsed();
  }

  long rawBytes() {
    return rawBytes;
  }

  /** Its last commit; empty before the first. */
  Optional<LogManifest> manifest() {
    return Optional.ofNullable(manifest);
  }

  /** Records added and not removed, as of now. */
  long records() {
    IndexWriter open = writer;
    LogManifest committed = manifest;
    if (open != null && open.isOpen()) {
      return open.getDocStats().numDocs;
    }
    return committed == null ? 0 : committed.records();
  }

  boolean mayHold(TimeRange range) {
    return days.intersects(range)
        && (isWriterOpen() || minTime < range.toNanos() && maxTime >= range.fromNanos());
  }

  /** How long ago the last record was added, in this process. */
  long idleNanos(long nowNanoTime) {
    synchronized (writeLock) {
      return nowNanoTime - addedNanoTime;
    }
  }

  /** How long it has been here, in this process. */
  long ageNanos(long nowNanoTime) {
    synchronized (writeLock) {
      return nowNanoTime - openedNanoTime;
    }
  }

  private synchronized Directory directory() throws IOException {
    Directory open = directory;
    if (open == null) {
      open = new MMapDirectory(path);
      directory = open;
    }
    return open;
  }

  private IndexWriter writer() throws IOException {
    IndexWriter open = writer;
    if (open == null) {
      var merges = new PartitionMergeScheduler(this::mayMergeHere);
      open = new IndexWriter(directory(), writerConfig(merges));
      scheduler = merges;
      writer = open;
      LogManifest committed = manifest;
      streams = new HashSet<>(committed == null ? List.of() : committed.streams());
    }
    return open;
  }

  private IndexWriterConfig writerConfig(PartitionMergeScheduler merges) {
    var meter = new SegmentMeter();
    return new IndexWriterConfig()
        .setCodec(new LogCodec(meter))
        .setRAMBufferSizeMB(shared.bufferMegabytes())
        .setMergePolicy(
            new MeteredMerges(meter, new PartitionMergePolicy(shared.guard()::hasRoomFor)))
        .setMergeScheduler(merges)
        .setMaxFullFlushMergeWaitMillis(0)
        .setUseCompoundFile(true)
        .setCommitOnClose(false);
  }

  private boolean mayMergeHere() {
    Thread sealing = merger;
    return sealing != null
        ? sealing == Thread.currentThread()
        : Thread.holdsLock(writeLock) && !shared.guard().isFull();
  }

  private LogDocuments documents() {
    LogDocuments made = documents;
    if (made == null) {
      made = new LogDocuments();
      documents = made;
    }
    return made;
  }

  /** Adds a record that it does not have yet. */
  void add(LogRecord log, long position) throws IOException {
    synchronized (writeLock) {
      IndexWriter open = writer();
      try {
        open.addDocument(documents().document(log, position));
      } catch (IllegalArgumentException e) {
        LOG.warn("a value cannot be indexed partition={} position={}", key.name(), position, e);
        open.addDocument(documents().withoutFields(log, position));
      }
      applied = position + 1;
      if (log.hasId()) {
        hasIds = true;
        noteIdChanged(position);
      }
      rawBytes = rawBytes + log.sourceLength();
      minTime = Math.min(minTime, log.eventTimeNanos());
      maxTime = Math.max(maxTime, log.eventTimeNanos());
      addedNanoTime = System.nanoTime();
      streams().add(log.stream());
      markChanged();
      if (refreshes.get() >= REFRESHES_PER_MERGE) {
        refreshes.set(0);
        mergeWaiting();
      }
    }
  }

  /** Only once the index writer has the change, and before {@link #markChanged}. */
  private void noteIdChanged(long position) {
    idsUnseenFrom.accumulateAndGet(position, Math::min);
  }

  private void mergeWaiting() throws IOException {
    PartitionMergeScheduler merges = scheduler;
    if (merges != null) {
      merges.mergeWaiting();
    }
  }

  private Set<String> streams() {
    Set<String> known = streams;
    if (known == null) {
      known = new HashSet<>();
      streams = known;
    }
    return known;
  }

  /**
   * Removes the record of that id at that position, if it is here.
   *
   * @param at the position of the change that removes it
   */
  void remove(LogRecord log, long position, long at) throws IOException {
    String id = log.id().orElseThrow();
    Query query = NumericDocValuesField.newSlowExactQuery(LogSchema.POSITION, position);
    if (!id.equals(AutomaticId.of(position))) {
      BytesRef term = LogDocuments.idTerm(log.index(), id);
      if (!isWriterOpen() && !mayHold(term)) {
        return;
      }
      query =
          new BooleanQuery.Builder()
              .add(new TermQuery(new Term(LogSchema.ID, term)), BooleanClause.Occur.FILTER)
              .add(query, BooleanClause.Occur.FILTER)
              .build();
    }
    synchronized (writeLock) {
      writer().deleteDocuments(query);
      noteIdChanged(at);
      markChanged();
    }
  }

  private boolean mayHold(BytesRef id) throws IOException {
    DirectoryReader current = acquire();
    if (current == null) {
      return false;
    }
    try {
      return current.docFreq(new Term(LogSchema.ID, id)) > 0;
    } finally {
      current.decRef();
    }
  }

  private void markChanged() {
    dirty = true;
    changes.incrementAndGet();
  }

  /** Makes everything durable; {@code position} is where the index now stands in the WAL. */
  void commit(long position) throws IOException {
    synchronized (writeLock) {
      IndexWriter open = writer;
      if (open == null || !dirty) {
        return;
      }
      // While the WAL is read again, records are in that stand behind the present position.
      long at = Math.max(position, applied);
      var state =
          new PartitionState(from, at, sealedAt, merged, hasIds, rawBytes, minTime, maxTime);
      open.setLiveCommitData(state.toUserData().entrySet());
      open.commit();
      documents().release();
      dirty = false;
      applied = at;
      isManifestWritten = false;
      writeManifest();
    }
  }

  private void writeManifest() throws IOException {
    LogManifest before = manifest;
    LogManifest current =
        LogManifest.of(
            SegmentInfos.readLatestCommit(directory()),
            streams().stream().sorted().toList(),
            directory(),
            before == null ? List.of() : before.files());
    manifest = current;
    current.write(path);
    isManifestWritten = true;
  }

  /** Writes the manifest of a commit that a crash separated from it; no harm when it fails. */
  void mendManifest() {
    synchronized (writeLock) {
      LogManifest current = manifest;
      if (isManifestWritten || current == null) {
        return;
      }
      try {
        current.write(path);
        isManifestWritten = true;
      } catch (IOException e) {
        LOG.warn("manifest not written, the next commit will partition={}", key.name(), e);
      }
    }
  }

  /** Writes the buffer to a segment, without making it durable. */
  void flush() throws IOException {
    synchronized (writeLock) {
      IndexWriter open = writer;
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
    synchronized (this) {
      IndexWriter open = writer;
      if (open != null) {
        closeReader();
        open.close();
        writer = null;
        streams = null;
        documents = null;
        changes.incrementAndGet();
      }
    }
  }

  /** Takes no more records from that position on, and closes the writer. */
  void seal(long position) throws IOException {
    synchronized (writeLock) {
      writer();
      sealedAt = position;
      markChanged();
      closeWriter(position);
    }
  }

  /** Joins the segments of a sealed partition; the calling thread does the work. */
  void merge() throws IOException {
    IndexWriter open;
    synchronized (writeLock) {
      if (gone) {
        return;
      }
      open = writer();
      merger = Thread.currentThread();
    }
    try {
      open.forceMerge(1);
      finishMerge();
    } catch (IOException | RuntimeException e) {
      abandonMerge();
      if (!gone) {
        throw e;
      }
    }
  }

  private void finishMerge() throws IOException {
    synchronized (writeLock) {
      LogManifest committed = manifest;
      if (gone || committed == null) {
        return;
      }
      merged = true;
      markChanged();
      // Removals may be in that are younger than this position; they will be repeated, for nothing.
      commit(committed.state().position());
      merger = null;
      closeCommitted();
    }
  }

  private void abandonMerge() {
    synchronized (writeLock) {
      merger = null;
      merged = false;
      if (!gone) {
        broken = broken || dirty;
        rollbackWriter();
      }
    }
  }

  /** Makes a merge that another thread runs give up. */
  void stopMerge() {
    IndexWriter open = writer;
    if (open != null && isBeingMerged()) {
      try {
        open.rollback();
      } catch (IOException | AlreadyClosedException e) {
        LOG.warn("stopping a merge failed partition={}", key.name(), e);
      }
    }
  }

  /** Goes back to the last commit. What was acknowledged stays readable as far as it was read. */
  void rollback() throws IOException {
    synchronized (writeLock) {
      rollbackWriter();
      broken = false;
      Optional<PartitionFiles.Found> found = PartitionFiles.load(path);
      if (found.isPresent()) {
        take(found.get().manifest());
        isManifestWritten = found.get().isWritten();
      } else {
        startOver();
      }
    }
  }

  private void startOver() {
    applied = from;
    sealedAt = PartitionState.OPEN;
    hasIds = false;
    rawBytes = 0;
    minTime = Long.MAX_VALUE;
    maxTime = Long.MIN_VALUE;
    streams = null;
  }

  private void rollbackWriter() {
    IndexWriter open;
    synchronized (this) {
      open = writer;
      writer = null;
      documents = null;
    }
    dirty = false;
    if (open != null) {
      try {
        open.rollback();
      } catch (IOException | AlreadyClosedException e) {
        LOG.warn("rolling back failed partition={}", key.name(), e);
      }
    }
  }

  /**
   * A point-in-time reader of all that was added; null when the partition is empty or cannot be
   * read, which {@link #isUnreadable} then says. Counted: the caller releases it by {@code decRef}.
   */
  @Nullable DirectoryReader acquire() throws IOException {
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
    if (current != null) {
      shared.readers().used(this);
    }
    return current;
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
      throw new IOException("partition " + key.name() + ": " + problem.getMessage(), problem);
    }
    if (current != null) {
      shared.readers().used(this);
    }
    return current;
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
      shared.onDamage().accept(this, problem);
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
      LOG.warn("cannot read what is new partition={} problem={}", key.name(), e.getMessage());
      return e;
    }
  }

  private void refresh() throws IOException {
    IndexWriter open = writer;
    DirectoryReader old = reader;
    if (open != null) {
      refreshes.incrementAndGet();
      replaceReader(
          old == null ? DirectoryReader.open(open) : DirectoryReader.openIfChanged(old, open));
    } else if (broken) {
      throw new AlreadyClosedException("waits for its records to be read again");
    } else if (DirectoryReader.indexExists(directory())) {
      replaceReader(DirectoryReader.open(directory()));
    }
  }

  private void replaceReader(@Nullable DirectoryReader newer) throws IOException {
    if (newer == null) {
      return;
    }
    openReaders++;
    newer.getReaderCacheHelper().addClosedListener(_ -> readerClosed());
    closeReader();
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

  private void closeReader() throws IOException {
    DirectoryReader old = reader;
    reader = null;
    seenChanges = -1;
    if (old != null) {
      old.decRef();
    }
  }

  /** What the bytes in its folder are. */
  PartitionStock stock() {
    return stock;
  }

  /** Gives up the reader that is kept between searches; those in use go on. */
  void releaseReader() throws IOException {
    synchronized (this) {
      closeReader();
    }
  }

  /**
   * Takes no more part in anything; its folder now has that name. The task runs when the last
   * reader is done, at once when there is none.
   */
  void leave(Path newPath, Runnable whenLastReaderIsDone) throws IOException {
    boolean unused;
    synchronized (writeLock) {
      gone = true;
      rollbackWriter();
      synchronized (this) {
        closeReader();
        closeDirectory();
        java.nio.file.Files.move(path, newPath, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
        unused = openReaders == 0;
        if (!unused) {
          whenUnused = whenLastReaderIsDone;
        }
      }
    }
    shared.readers().forget(this);
    if (unused) {
      whenLastReaderIsDone.run();
    }
  }

  private void closeDirectory() throws IOException {
    Directory open = directory;
    directory = null;
    if (open != null) {
      open.close();
    }
  }

  /** Closes without committing; call {@link #commit} first to keep what is new. */
  @Override
  public void close() throws IOException {
    synchronized (writeLock) {
      gone = true;
      rollbackWriter();
      synchronized (this) {
        closeReader();
        closeDirectory();
      }
    }
    shared.readers().forget(this);
  }
}
