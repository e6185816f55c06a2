package dev.headroom.storage.metrics;

import dev.headroom.storage.file.DiskGuard;
import dev.headroom.storage.file.DurableFiles;
import dev.headroom.storage.ledger.StockEntry;
import dev.headroom.storage.ledger.StockSource;
import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.MemoryPermit;
import dev.headroom.storage.model.SampleBatch;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.retention.RetainedPiece;
import dev.headroom.storage.retention.RetainedStore;
import dev.headroom.storage.retention.RetentionPolicy;
import dev.headroom.storage.wal.ReplayProgress;
import dev.headroom.storage.wal.WalConfig;
import dev.headroom.storage.wal.WalDamage;
import dev.headroom.storage.wal.WalTicket;
import dev.headroom.storage.wal.WriteAheadLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metric store of one process: batches into the WAL, from there in WAL order into the heads of
 * tenants, from time to time into blocks.
 *
 * <p>A sample is visible to every read that begins after its batch was acknowledged.
 *
 * <p><i>Threads.</i> Any thread may call. The WAL's writer thread adds to heads; {@code
 * metric-flush} writes blocks and cuts the WAL; {@code metric-compaction} joins blocks.
 *
 * <p><i>Failure.</i> A poisoned WAL takes no more batches until a restart. While blocks cannot be
 * written batches are refused and the flush is tried again. Reads go on in both cases.
 */
public final class EmbeddedMetricStore implements MetricStore, RetainedStore, StockSource {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedMetricStore.class);

  private final MetricStoreConfig config;
  private final MetricStorage storage;
  private final SampleAdmission admission;
  private final SampleListener listener;
  private final WriteAheadLog wal;
  private final MetricMaintenance flusher;
  private final MetricMaintenance compaction;

  /** Batches on their way through the WAL, so that they need not be decoded again behind it. */
  private final Map<Long, AdmittedSamples> pending = new ConcurrentHashMap<>();

  private final AtomicLong walBytes = new AtomicLong();

  /** Filled at the start. */
  private final List<WalDamage> unreadableFrames = new ArrayList<>();

  private final DiskGuard guard;
  private final AtomicLong replayed = new AtomicLong();

  /** Reads hold it shared, so that close waits for them. */
  private final ReentrantReadWriteLock open = new ReentrantReadWriteLock();

  private volatile boolean closed;

  private EmbeddedMetricStore(
      MetricStoreConfig config,
      RetentionPolicy retention,
      InstantSource clock,
      SampleListener listener,
      DiskGuard guard)
      throws IOException {
    this.config = config;
    this.listener = listener;
    this.guard = guard;
    DurableFiles.createDirectories(config.directory().toAbsolutePath());
    this.storage = new MetricStorage(config, retention, clock);
    try {
      this.admission = new SampleAdmission(storage, retention, clock, listener);
      this.flusher =
          new MetricMaintenance("metric-flush", config.checkpointInterval(), this::flush);
      this.compaction =
          new MetricMaintenance("metric-compaction", config.checkpointInterval(), this::compact);
      this.wal = WriteAheadLog.open(walConfig(config), this::committed);
    } catch (RuntimeException e) {
      storage.close();
      throw e;
    }
  }

  private static WalConfig walConfig(MetricStoreConfig config) {
    WalConfig defaults = WalConfig.of("metrics", config.walDirectory());
    return new WalConfig(
        defaults.name(),
        defaults.directory(),
        config.walSegmentBytes(),
        defaults.maxGroupBytes(),
        defaults.maxQueuedBytes());
  }

  public static EmbeddedMetricStore open(
      MetricStoreConfig config, RetentionPolicy retention, InstantSource clock) {
    return open(config, retention, clock, SampleListener.NONE);
  }

  public static EmbeddedMetricStore open(
      MetricStoreConfig config,
      RetentionPolicy retention,
      InstantSource clock,
      SampleListener listener) {
    return open(config, retention, clock, listener, DiskGuard.of(config.directory()));
  }

  /**
   * Opens or makes a store and replays what its blocks lack; returns when it can be asked.
   *
   * @param guard others may share it
   * @throws HeadroomException UNAVAILABLE when a file cannot be read, or is of a newer format
   */
  public static EmbeddedMetricStore open(
      MetricStoreConfig config,
      RetentionPolicy retention,
      InstantSource clock,
      SampleListener listener,
      DiskGuard guard) {
    return open(config, retention, clock, listener, guard, new ReplayProgress());
  }

  /** The same, and tells meanwhile how far it is. */
  public static EmbeddedMetricStore open(
      MetricStoreConfig config,
      RetentionPolicy retention,
      InstantSource clock,
      SampleListener listener,
      DiskGuard guard,
      ReplayProgress progress) {
    try {
      var store = new EmbeddedMetricStore(config, retention, clock, listener, guard);
      try {
        store.recover(progress);
      } catch (IOException | RuntimeException e) {
        store.wal.close();
        store.storage.close();
        throw e;
      }
      store.flusher.start();
      store.compaction.start();
      return store;
    } catch (IOException | UncheckedIOException e) {
      throw new HeadroomException(
          ErrorCategory.UNAVAILABLE, "cannot open the metric store: " + e.getMessage(), e);
    }
  }

  /**
   * Reads every byte of every block of a store that is not open, and says what is wrong; for {@code
   * verify}. Nothing is changed.
   */
  public static List<String> verify(Path directory) throws IOException {
    List<String> problems = new ArrayList<>();
    for (Path folder : BlockCatalog.blockFolders(directory)) {
      problems.addAll(MetricBlock.verify(folder));
    }
    return problems;
  }

  private void recover(ReplayProgress progress) throws IOException {
    storage.startAt(wal.nextPosition());
    wal.replay(
        0,
        progress,
        (position, _, payload, offset, length) -> replay(position, payload, offset, length));
    storage.recovered(wal.nextPosition());
    for (WalDamage damage : damage()) {
      LOG.error(
          "metric WAL damaged file={} problem={} from_position={} bytes={}",
          damage.file(),
          damage.problem(),
          damage.fromPosition(),
          damage.bytes());
    }
  }

  private void replay(long position, byte[] payload, int offset, int length) {
    boolean isInBlocks = position < storage.checkpoint();
    if (isInBlocks && listener == SampleListener.NONE) {
      return;
    }
    SampleBatch batch;
    try {
      batch = MetricFrame.decode(payload, offset, length);
    } catch (IndexOutOfBoundsException e) {
      unreadableFrames.add(
          new WalDamage("frame", "does not decode: " + e.getMessage(), position, -1, length));
      return;
    }
    if (!isInBlocks) {
      storage.add(admission.readmit(batch), position);
      replayed.addAndGet(batch.size());
      flushIfFull();
    }
    listener.committed(batch, position);
  }

  private void flushIfFull() {
    if (storage.headBytes() >= config.maxHeadBytes() / 2) {
      try {
        storage.flush();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public MetricAppendResult append(SampleBatch batch) {
    flusher
        .problem()
        .ifPresent(
            problem -> {
              throw new HeadroomException(
                  ErrorCategory.UNAVAILABLE, "cannot write metric blocks: " + problem);
            });
    guard.requireRoom();
    AdmittedSamples admitted = admission.admit(batch);
    if (admitted.batch().size() > 0) {
      byte[] frame = MetricFrame.encode(admitted.batch());
      enqueue(admitted, frame).await();
    } else if (batch.size() > 0) {
      listener.refused(batch);
    }
    return admitted.result();
  }

  private synchronized WalTicket enqueue(AdmittedSamples samples, byte[] frame) {
    long position = wal.nextPosition(); // only this method appends, so it is the one given out
    pending.put(position, samples);
    try {
      return wal.append(frame, 0, frame.length, samples.batch().size(), config.sync());
    } catch (HeadroomException e) {
      pending.remove(position);
      throw e;
    }
  }

  private void committed(long position, int records, byte[] payload, int offset, int length) {
    AdmittedSamples samples = pending.remove(position);
    if (samples == null) {
      samples = admission.readmit(MetricFrame.decode(payload, offset, length));
    }
    storage.add(samples, position);
    listener.committed(samples.batch(), position);
    if (walBytes.addAndGet(length) >= config.checkpointBytes()
        || storage.unflushedBytes() >= config.maxHeadBytes() / 2) {
      flusher.ask();
    }
    storage.awaitRoom(() -> flusher.problem().isPresent() || flusher.isClosed());
  }

  /** On the flushing thread, or on the opening or closing one while there is none. */
  private void flush() throws IOException {
    synchronized (flusher) {
      long bytes = walBytes.getAndSet(0);
      try {
        storage.flush();
      } catch (IOException | RuntimeException e) {
        walBytes.addAndGet(bytes);
        throw e;
      }
      wal.truncateBefore(Math.min(storage.checkpoint(), listener.neededFrom()));
    }
    compaction.ask();
  }

  private void compact() throws IOException {
    storage.compact(compaction::isClosed);
  }

  /** Writes everything acknowledged so far into blocks, on the caller's thread. */
  public void flushNow() {
    try {
      flush();
    } catch (IOException e) {
      throw new HeadroomException(
          ErrorCategory.UNAVAILABLE, "cannot write metric blocks: " + e.getMessage(), e);
    }
  }

  /** Joins blocks until there is nothing to join, on the caller's thread. */
  public void compactNow() {
    try {
      compact();
    } catch (IOException e) {
      throw new HeadroomException(
          ErrorCategory.UNAVAILABLE, "cannot join metric blocks: " + e.getMessage(), e);
    }
  }

  @Override
  public List<SeriesSamples> select(
      TenantId tenant,
      List<LabelMatcher> matchers,
      long fromMillis,
      long toMillis,
      Deadline deadline,
      MemoryPermit permit) {
    if (matchers.isEmpty()) {
      throw HeadroomException.invalid("a selection needs at least one label matcher");
    }
    return read(
        tenant, matchers, fromMillis, toMillis, reads -> reads.select(deadline, permit), List.of());
  }

  @Override
  public List<Labels> series(
      TenantId tenant, List<LabelMatcher> matchers, long fromMillis, long toMillis) {
    return read(tenant, matchers, fromMillis, toMillis, MetricReads::series, List.of());
  }

  @Override
  public List<String> labelNames(
      TenantId tenant, List<LabelMatcher> matchers, long fromMillis, long toMillis) {
    return read(tenant, matchers, fromMillis, toMillis, MetricReads::labelNames, List.of());
  }

  @Override
  public List<String> labelValues(
      TenantId tenant, String name, List<LabelMatcher> matchers, long fromMillis, long toMillis) {
    return read(
        tenant, matchers, fromMillis, toMillis, reads -> reads.labelValues(name), List.of());
  }

  private <T> T read(
      TenantId tenant,
      List<LabelMatcher> matchers,
      long from,
      long to,
      Function<MetricReads, T> question,
      T nothing) {
    SeriesSelection selection = SeriesSelection.of(matchers);
    open.readLock().lock();
    try {
      requireOpen();
      Optional<TenantMetrics> known = storage.tenant(tenant);
      if (known.isEmpty() || from > to) {
        return nothing;
      }
      return question.apply(storage.reads(known.get(), selection, from, to));
    } finally {
      open.readLock().unlock();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new HeadroomException(ErrorCategory.UNAVAILABLE, "the metric store is closed");
    }
  }

  @Override
  public List<TenantId> tenants() {
    return storage.tenantsWithSamples();
  }

  /** Series of a tenant that had samples within the last hour. */
  public int activeSeries(TenantId tenant) {
    return storage.tenant(tenant).map(known -> known.head.seriesCount()).orElse(0);
  }

  /** Of the WAL's files, without what is only reserved: what a start would read. */
  public long walBytes() {
    return wal.usedBytes();
  }

  /** Samples replayed from the WAL at this start. */
  public long replayedSamples() {
    return replayed.get();
  }

  /** Bytes of samples in memory, those being flushed among them. */
  public long headBytes() {
    return storage.headBytes();
  }

  /** Why nothing can be written, if so. */
  public Optional<String> failure() {
    return wal.failure().or(flusher::problem);
  }

  /** What of the WAL could not be read at this start. */
  public List<WalDamage> damage() {
    List<WalDamage> all = new ArrayList<>(wal.damage());
    all.addAll(unreadableFrames);
    return all;
  }

  /** Blocks that were set aside, at this start and since. */
  public List<BlockDamage> damagedBlocks() {
    return storage.damage();
  }

  /**
   * Reads every byte of every block, sets aside those that are not what they were, and says which;
   * for a daily check. Reads and writes go on meanwhile.
   */
  public List<BlockDamage> scrub() {
    return whileOpen(storage::scrub);
  }

  private <T> T whileOpen(Supplier<T> work) {
    open.readLock().lock();
    try {
      requireOpen();
      return work.get();
    } finally {
      open.readLock().unlock();
    }
  }

  @Override
  public List<RetainedPiece> pieces() {
    return storage.pieces();
  }

  @Override
  public void drop(RetainedPiece piece) {
    storage.drop(piece);
  }

  @Override
  public List<StockEntry> stock() {
    return whileOpen(
        () -> {
          List<StockEntry> entries = new ArrayList<>(storage.stock());
          entries.addAll(wal.stock());
          return entries;
        });
  }

  /** Takes no more batches, writes what was acknowledged into blocks, waits for reads, closes. */
  @Override
  public void close() {
    wal.close();
    compaction.close();
    flusher.close();
    open.writeLock().lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      flushAtClose();
    } finally {
      open.writeLock().unlock();
    }
    storage.close();
  }

  private void flushAtClose() {
    try {
      flush();
    } catch (IOException | RuntimeException e) {
      LOG.error("metric head not flushed at the stop; the next start replays it", e);
    }
  }
}
