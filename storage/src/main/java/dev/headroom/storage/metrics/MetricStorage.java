package dev.headroom.storage.metrics;

import dev.headroom.storage.ledger.StockEntry;
import dev.headroom.storage.model.SampleBatch;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import dev.headroom.storage.retention.RetainedPiece;
import dev.headroom.storage.retention.RetentionPolicy;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The heads and blocks of all tenants, without the WAL in front of them.
 *
 * <p><i>Threads.</i> {@link #add} on the WAL's thread only; {@link #flush} and {@link #compact} by
 * any, one at a time each.
 */
final class MetricStorage implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MetricStorage.class);
  private static final String PIECE_KIND = "metric_block";
  private static final long NANOS_PER_MILLI = 1_000_000;

  /** Of one block being written; several are, when a flush and a compaction run. */
  private static final long MAX_WRITE_BYTES = 512L << 20;

  /** A series without samples for so long is no longer active. */
  private static final Duration IDLE = Duration.ofHours(1);

  private final MetricStoreConfig config;
  private final InstantSource clock;
  private final RootAllocator allocator = new RootAllocator();
  private final BufferAllocator mappings;
  private final BufferAllocator writing;
  private final MappedBlocks mapped;
  private final Map<TenantId, TenantMetrics> tenants = new ConcurrentHashMap<>();
  private final List<BlockDamage> damage = new CopyOnWriteArrayList<>();
  private final HeadFlush flush;
  private final Object flushLock = new Object();
  private final Object compactionLock = new Object();

  // The WAL's thread writes them, after the samples they count are in a head.
  private final AtomicLong appliedSamples = new AtomicLong();
  private volatile long appliedPosition;

  private volatile long flushedSamples;

  /** Those in the flush that runs, too; the same as the flushed ones when none does. */
  private volatile long frozenSamples;

  private volatile long checkpoint;

  /** Days that the last flush added to. */
  private volatile Set<BlockKey> busyDays = Set.of();

  MetricStorage(MetricStoreConfig config, RetentionPolicy retention, InstantSource clock)
      throws IOException {
    this.config = config;
    this.clock = clock;
    this.mappings = allocator.newChildAllocator("metric-blocks", 0, Long.MAX_VALUE);
    this.writing = allocator.newChildAllocator("metric-writing", 0, MAX_WRITE_BYTES);
    this.mapped = new MappedBlocks(config.maxMappedBlocks());
    try {
      BlockCatalog catalog = BlockCatalog.load(config.directory(), mappings);
      Checkpoint saved = Checkpoint.read(config.directory());
      this.checkpoint = saved.position();
      var nextNumber = new AtomicLong(Math.max(saved.nextNumber(), catalog.nextNumber()));
      this.flush = new HeadFlush(config.directory(), writing, mappings, retention, nextNumber);
      catalog.blocks().forEach(b -> openTenant(b.manifest.key().tenant()).published(b));
      catalog.damage().forEach(this::report);
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private void report(BlockDamage found) {
    damage.add(found);
    LOG.error(
        "metric block set aside block={} problem={} samples={} bytes={}",
        found.block(),
        found.problem(),
        found.samples(),
        found.bytes());
  }

  TenantMetrics openTenant(TenantId tenant) {
    return tenants.computeIfAbsent(tenant, id -> new TenantMetrics(id, config.maxActiveSeries()));
  }

  Optional<TenantMetrics> tenant(TenantId tenant) {
    return Optional.ofNullable(tenants.get(tenant));
  }

  List<TenantId> tenantsWithSamples() {
    return tenants.values().stream()
        .filter(known -> !known.blocks().isEmpty() || !known.head.isEmpty())
        .map(known -> known.tenant)
        .sorted()
        .toList();
  }

  MetricReads reads(TenantMetrics tenant, SeriesSelection selection, long from, long to) {
    return new MetricReads(tenant, selection, from, to, mapped);
  }

  // Writing

  /** Every sample of the WAL below it is in a block. */
  long checkpoint() {
    return checkpoint;
  }

  /**
   * Tells where the WAL ends. One that ends before the checkpoint was lost and numbers from the
   * start again, so all of it is replayed.
   */
  void startAt(long walEnd) throws IOException {
    if (walEnd < checkpoint) {
      checkpoint = 0;
      flush.writeCheckpoint(0);
    }
    appliedPosition = checkpoint;
  }

  void recovered(long walEnd) {
    appliedPosition = walEnd;
  }

  /** Adds accepted samples to their head; the next position is behind them then. */
  void add(AdmittedSamples samples, long position) {
    SampleBatch batch = samples.batch();
    long now = System.nanoTime();
    for (int i = 0; i < batch.size(); ) {
      int end = MetricFrame.runEnd(batch, i);
      samples.tenant().head.add(samples.series()[batch.seriesOrdinal(i)], batch, i, end, now);
      i = end;
    }
    appliedSamples.addAndGet(batch.size());
    appliedPosition = position + batch.size();
  }

  long headBytes() {
    return (appliedSamples.get() - flushedSamples) * HeadSeries.BYTES_PER_SAMPLE;
  }

  /** Of those alone that no flush has begun to write. */
  long unflushedBytes() {
    return (appliedSamples.get() - frozenSamples) * HeadSeries.BYTES_PER_SAMPLE;
  }

  /** Waits while the heads are full, unless there is no hope that they are flushed. */
  void awaitRoom(BooleanSupplier hopeless) {
    synchronized (flushDone) {
      while (headBytes() >= config.maxHeadBytes() && !hopeless.getAsBoolean()) {
        try {
          flushDone.wait(100);
        } catch (InterruptedException _) {
          Thread.currentThread().interrupt();
          return;
        }
      }
    }
  }

  private final Object flushDone = new Object();

  /** Writes the heads into blocks and the checkpoint behind them. */
  void flush() throws IOException {
    synchronized (flushLock) {
      long position = appliedPosition;
      long samples = appliedSamples.get();
      if (samples > flushedSamples || position != checkpoint) {
        frozenSamples = samples;
        try {
          busyDays = flush.run(tenants.values(), position);
          checkpoint = position;
          flushedSamples = samples;
        } finally {
          frozenSamples = flushedSamples;
        }
      } else {
        busyDays = Set.of();
      }
      long idleSince = System.nanoTime() - IDLE.toNanos();
      tenants.values().forEach(tenant -> tenant.head.evictIdleSince(idleSince));
    }
    synchronized (flushDone) {
      flushDone.notifyAll();
    }
  }

  void compact(BooleanSupplier stopping) throws IOException {
    synchronized (compactionLock) {
      var compactor = new Compactor(config.directory(), writing, mappings, mapped, stopping);
      for (TenantMetrics tenant : tenants.values()) {
        compactor.run(tenant, busyDays, clock.millis());
      }
    }
  }

  // Care

  List<BlockDamage> damage() {
    return List.copyOf(damage);
  }

  List<BlockDamage> scrub() {
    List<BlockDamage> found = new ArrayList<>();
    for (TenantMetrics tenant : tenants.values()) {
      try (var all = tenant.read(Long.MIN_VALUE, Long.MAX_VALUE, head -> head)) {
        for (MetricBlock block : all.blocks()) {
          List<String> problems = BlockVerifier.verify(block.folder);
          if (!problems.isEmpty()) {
            found.add(damage(block.manifest, problems.getFirst(), block.bytes()));
            tenant.remove(block, MetricBlock.Fate.SET_ASIDE);
          }
        }
      }
    }
    found.forEach(this::report);
    return found;
  }

  private static BlockDamage damage(BlockManifest manifest, String problem, long bytes) {
    return new BlockDamage(
        manifest.path(),
        problem,
        manifest.samples(),
        bytes,
        manifest.minTime(),
        manifest.maxTime());
  }

  List<RetainedPiece> pieces() {
    List<RetainedPiece> pieces = new ArrayList<>();
    for (TenantMetrics tenant : tenants.values()) {
      for (MetricBlock block : tenant.blocks()) {
        BlockManifest manifest = block.manifest;
        pieces.add(
            new RetainedPiece(
                tenant.tenant,
                PIECE_KIND,
                manifest.path(),
                manifest.key().retentionClass(),
                new TimeRange(
                    manifest.minTime() * NANOS_PER_MILLI,
                    (manifest.maxTime() + 1) * NANOS_PER_MILLI),
                manifest.samples(),
                block.bytes()));
      }
    }
    return pieces;
  }

  void drop(RetainedPiece piece) {
    tenant(piece.tenant())
        .ifPresent(
            tenant ->
                tenant.blocks().stream()
                    .filter(block -> block.manifest.path().equals(piece.name()))
                    .forEach(
                        block -> {
                          tenant.remove(block, MetricBlock.Fate.DELETE);
                          mapped.forget(block);
                        }));
  }

  List<StockEntry> stock() {
    var stock = new MetricStock(config.directory(), mapped);
    for (TenantMetrics tenant : tenants.values()) {
      try (var all = tenant.read(Long.MIN_VALUE, Long.MAX_VALUE, head -> head)) {
        all.blocks().forEach(stock::add);
      }
    }
    return stock.complete();
  }

  @Override
  public void close() {
    for (TenantMetrics tenant : tenants.values()) {
      tenant.blocks().forEach(MetricBlock::unmapIfIdle);
    }
    writing.close();
    mappings.close();
    allocator.close();
  }
}
