package dev.headroom.storage.logs;

import dev.headroom.storage.file.CorruptFileException;
import dev.headroom.storage.file.Damage;
import dev.headroom.storage.file.DiskGuard;
import dev.headroom.storage.ledger.StockDetail;
import dev.headroom.storage.ledger.StockEntry;
import dev.headroom.storage.ledger.StockSource;
import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.model.MemoryPermit;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import dev.headroom.storage.retention.RetainedPiece;
import dev.headroom.storage.retention.RetainedStore;
import dev.headroom.storage.retention.RetentionPolicy;
import dev.headroom.storage.wal.ReplayProgress;
import dev.headroom.storage.wal.WalDamage;
import dev.headroom.storage.wal.WriteAheadLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The log store of one process: batches into the WAL, from there in WAL order into Lucene
 * partitions.
 *
 * <p>A record is visible to every search that begins after its batch was acknowledged: a search
 * first waits until the indexing thread has reached the acknowledged position, then opens readers
 * on the writers' buffers.
 *
 * <p><i>Failure.</i> A full disk and an index that cannot be written refuse appends until they are
 * mended, an error of the WAL until a restart; reads go on in each case. Damaged partitions are set
 * aside one by one.
 */
public final class EmbeddedLogStore implements LogStore, LogFeed, RetainedStore, StockSource {
  private final LogStoreConfig config;
  private final LogListener listener;
  private final DiskGuard guard;
  private final PartitionMap partitions;
  private final PartitionSealer sealer;
  private final LogApplier applier;
  private final LogUpkeep upkeep;
  private final IndexQueue queue;
  private final LogIndexer indexer;
  private final LogReads reads;
  private final DamageCheck damageCheck;
  private final WriteAheadLog wal;
  private final BatchIds batchIds;
  private final LogAppends appends;
  private final RetainedPartitions retained;
  private long replayedRecords;

  private EmbeddedLogStore(
      LogStoreConfig config,
      RetentionPolicy retention,
      LogListener listener,
      DiskGuard guard,
      InstantSource clock)
      throws IOException {
    this.config = config;
    this.listener = listener;
    this.guard = guard;
    PartitionLimits limits = config.partitions();
    var shared =
        new LogPartition.Shared(
            Math.max(MIN_BUFFER_MB, limits.bufferBytes() / 4.0 / (1 << 20)),
            guard,
            new ReaderCache(limits.maxReaders()),
            this::damaged);
    this.partitions = new PartitionMap(config.directory(), limits, shared);
    this.applier = new LogApplier(partitions, checkpoint(retention));
    var searcher = new LogSearcher();
    this.wal = WriteAheadLog.open(config.wal(), this::committed);
    this.batchIds = openBatchIds(config, wal, clock);
    this.sealer = new PartitionSealer(guard, this::damaged, this::askCommit);
    this.upkeep =
        new LogUpkeep(
            config, partitions, applier, retention, wal, listener, batchIds, sealer, clock);
    this.queue = new IndexQueue(config.maxUnindexedBytes(), applier.position());
    this.indexer =
        new LogIndexer(config, queue, applier, partitions, wal::read, upkeep, guard::isFull);
    this.damageCheck = new DamageCheck(partitions, queue);
    this.retained = new RetainedPartitions(partitions, queue, upkeep);
    this.appends =
        new LogAppends(config, listener, guard, wal, batchIds, queue, partitions, searcher);
    this.reads = new LogReads(partitions, queue, appends, searcher, damageCheck);
  }

  private static final double MIN_BUFFER_MB = 4;

  private static BatchIds openBatchIds(
      LogStoreConfig config, WriteAheadLog wal, InstantSource clock) {
    try {
      return BatchIds.open(config.wal(), BatchIds.Limits.DEFAULT, clock);
    } catch (RuntimeException e) {
      wal.close();
      throw e;
    }
  }

  public static EmbeddedLogStore open(LogStoreConfig config, RetentionPolicy retention) {
    return open(config, retention, LogListener.NONE);
  }

  /**
   * Opens or makes a store; returns when it takes batches. What its partitions lack of the WAL is
   * indexed meanwhile, and what is asked waits for that.
   *
   * @throws HeadroomException UNAVAILABLE when a file cannot be read
   */
  public static EmbeddedLogStore open(
      LogStoreConfig config, RetentionPolicy retention, LogListener listener) {
    return open(
        config, retention, listener, DiskGuard.of(config.directory()), InstantSource.system());
  }

  /** The same with a guard that others share, and the clock that tells when a day is over. */
  public static EmbeddedLogStore open(
      LogStoreConfig config,
      RetentionPolicy retention,
      LogListener listener,
      DiskGuard guard,
      InstantSource clock) {
    return open(config, retention, listener, guard, clock, new ReplayProgress());
  }

  /** The same, and tells meanwhile how far it is. */
  public static EmbeddedLogStore open(
      LogStoreConfig config,
      RetentionPolicy retention,
      LogListener listener,
      DiskGuard guard,
      InstantSource clock,
      ReplayProgress progress) {
    EmbeddedLogStore store = null;
    try {
      store = new EmbeddedLogStore(config, retention, listener, guard, clock);
      store.recover(progress);
      return store;
    } catch (IOException | UncheckedIOException e) {
      if (store != null) {
        store.wal.close();
        store.batchIds.close();
      }
      throw new HeadroomException(
          ErrorCategory.UNAVAILABLE, "cannot open the log store: " + e.getMessage(), e);
    }
  }

  private LogCheckpoint checkpoint(RetentionPolicy retention) throws IOException {
    var none = new LogCheckpoint(0, ClassHistory.startingWith(retention));
    try {
      return LogCheckpoint.read(config.wal().directory()).orElse(none);
    } catch (CorruptFileException e) {
      partitions.noteDamage(
          new Damage(
              "wal/logs/" + LogCheckpoint.FILE_NAME,
              e.getMessage() + "; the whole WAL is read again",
              0,
              0,
              Optional.empty()));
      return none;
    }
  }

  private void recover(ReplayProgress progress) throws IOException {
    var replay = new LogReplay(partitions, applier, upkeep, wal, batchIds, appends, listener);
    Optional<IOException> problem = replay.run(progress);
    replayedRecords = replay.records();
    long next = wal.nextPosition();
    appends.startAt(next);
    sealer.start();
    upkeep.goOnMerging();
    indexer.start(next, problem);
  }

  /** On the WAL's thread. */
  private void committed(long position, int records, byte[] payload, int offset, int length) {
    appends.committed(position, records, payload, offset, length);
  }

  private void damaged(LogPartition partition, Throwable problem) {
    damageCheck.submit(partition, problem);
  }

  private void askCommit() {
    queue.askCommit();
  }

  @Override
  public AppendResult append(LogBatch batch) {
    return appends.append(batch);
  }

  @Override
  public LogAnswer search(
      TenantId tenant, LogSearch search, Deadline deadline, MemoryPermit permit) {
    return reads.search(tenant, search, deadline, permit);
  }

  @Override
  public Optional<LogHit> get(TenantId tenant, String index, String id) {
    return reads.get(tenant, index, id);
  }

  @Override
  public List<StreamInfo> streams(TenantId tenant) {
    return reads.of(tenant, TimeRange.ALL, LogNames::streams);
  }

  @Override
  public long acknowledged() {
    return appends.acknowledged();
  }

  @Override
  public long awaitNewer(long position, Deadline deadline) {
    queue.awaitIndexed(position + 1, deadline);
    return Math.max(position, queue.position());
  }

  /** Those of what is indexed so far, without waiting for the rest. */
  public List<StreamInfo> indexedStreams(TenantId tenant) {
    return reads.ofIndexed(tenant, TimeRange.ALL, LogNames::streams);
  }

  @Override
  public List<String> indices(TenantId tenant) {
    return reads.of(tenant, TimeRange.ALL, LogNames::indices);
  }

  @Override
  public List<FieldInfo> fields(TenantId tenant, TimeRange range) {
    return reads.of(tenant, range, LogNames::fields);
  }

  @Override
  public List<TenantId> tenants() {
    queue.awaitIndexed(appends.acknowledged());
    return partitions.tenants();
  }

  @Override
  public List<StockEntry> stock() {
    return StockSource.collect(this, StockDetail.FULL);
  }

  @Override
  public void stock(StockDetail detail, Consumer<StockEntry> consumer) {
    new LogStock(config, partitions.all()).emit(detail, consumer);
    wal.stock().forEach(consumer);
    batchIds.stock().forEach(consumer);
  }

  /** Commits all that was acknowledged to the partitions, so that the WAL can be cut. */
  public void checkpoint() {
    queue.awaitIndexed(appends.acknowledged());
    call(upkeep::commit);
  }

  private void call(IndexQueue.Task task) {
    try {
      queue.callIndexed(task);
    } catch (IOException e) {
      throw new HeadroomException(
          ErrorCategory.UNAVAILABLE, "cannot write the log store: " + e.getMessage(), e);
    }
  }

  @Override
  public List<RetainedPiece> pieces() {
    queue.awaitIndexed(appends.acknowledged());
    return retained.pieces();
  }

  @Override
  public void drop(RetainedPiece piece) throws IOException {
    retained.drop(piece);
  }

  /** How it is doing now. */
  public LogStoreState state() {
    return new LogStoreState(
        partitions.all().size(),
        queue.queuedBytes(),
        wal.usedBytes(),
        sealer.waiting(),
        sealer.merged(),
        queue.stalls(),
        batchIds.size(),
        batchIds.cutShort());
  }

  /** Of those, and behind them, the ones that are not indexed yet. */
  public long recordsBehind() {
    return queue.recordsBehind();
  }

  /** Records that were only in the WAL at this start. */
  public long replayedRecords() {
    return replayedRecords;
  }

  /** Why nothing can be written until a restart, if so. */
  public Optional<String> failure() {
    return appends.failure();
  }

  /** Why nothing can be written for now, if so: the disk is full, or indexing waits. */
  public Optional<String> stalled() {
    return guard.isFull() ? Optional.of("the disk is full") : queue.stalled();
  }

  /** What could not be read, at this start or since, and was set aside or mended. */
  public List<Damage> damage() {
    List<Damage> all = new ArrayList<>(partitions.damage());
    wal.damage().forEach(found -> all.add(damage("wal/logs/", found)));
    batchIds.damage().forEach(found -> all.add(damage("wal/logs/batches/", found)));
    return all;
  }

  private static Damage damage(String folder, WalDamage found) {
    return new Damage(
        folder + found.file(), found.problem(), found.records(), found.bytes(), Optional.empty());
  }

  /** Seals what is due now, and returns when the merges are done; else it happens by itself. */
  public void seal() {
    queue.awaitIndexed(appends.acknowledged());
    call(upkeep::round);
    sealer.awaitIdle();
  }

  /**
   * Reads every byte of every partition of a store that is not open; changes nothing.
   *
   * @param problems takes a file or folder and what is wrong with it
   */
  public static void verify(Path directory, BiConsumer<Path, String> problems) throws IOException {
    for (Path folder : PartitionFolders.partitionFolders(directory)) {
      PartitionFiles.verify(folder, problems);
    }
  }

  /**
   * Reads every byte of the partitions that are not written to, and sets damaged ones aside. Meant
   * to run once a day; may take minutes.
   *
   * @param goesOn asked before each partition
   */
  public ScrubReport scrub(BooleanSupplier goesOn) throws IOException {
    return new LogScrubber(partitions, damageCheck).run(goesOn);
  }

  PartitionMap partitions() {
    return partitions;
  }

  /** Takes no more batches, indexes and commits what was acknowledged, then closes. */
  @Override
  public void close() {
    wal.close();
    damageCheck.close();
    indexer.close();
    batchIds.close();
    try {
      sealer.close();
      partitions.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
