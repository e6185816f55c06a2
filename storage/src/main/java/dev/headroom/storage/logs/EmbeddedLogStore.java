package dev.headroom.storage.logs;

import dev.headroom.storage.ledger.StockDetail;
import dev.headroom.storage.ledger.StockEntry;
import dev.headroom.storage.ledger.StockSource;
import dev.headroom.storage.logs.AppendResult.Item;
import dev.headroom.storage.logs.AppendResult.Outcome;
import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.model.LogRecord;
import dev.headroom.storage.model.MemoryPermit;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import dev.headroom.storage.retention.RetentionPolicy;
import dev.headroom.storage.wal.WalConfig;
import dev.headroom.storage.wal.WalDamage;
import dev.headroom.storage.wal.WalTicket;
import dev.headroom.storage.wal.WriteAheadLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log store of one process: batches into the WAL, from there in WAL order into Lucene
 * partitions.
 *
 * <p>A record is visible to every search that begins after its batch was acknowledged: a search
 * first waits until the indexing thread has reached the acknowledged position, then opens readers
 * on the writers' buffers.
 */
public final class EmbeddedLogStore implements LogStore, StockSource {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedLogStore.class);

  private final LogStoreConfig config;
  private final LogListener listener;
  private final PartitionMap partitions;
  private final LogIndexer indexer;
  private final LogSearcher searcher;
  private final WriteAheadLog wal;
  private final BatchIds batchIds = new BatchIds();
  private final Map<TenantId, LogIds> ids = new ConcurrentHashMap<>();

  /** Behind the last record whose frame is durable. */
  private final AtomicLong acknowledged = new AtomicLong();

  private final AtomicLong replayed = new AtomicLong();
  private volatile Optional<String> failure = Optional.empty();

  private EmbeddedLogStore(LogStoreConfig config, RetentionPolicy retention, LogListener listener)
      throws IOException {
    this.config = config;
    this.listener = listener;
    this.partitions = new PartitionMap(config);
    this.indexer =
        new LogIndexer(config, partitions, retention, this::cutWal, this::indexingFailed);
    this.searcher = new LogSearcher();
    this.wal = WriteAheadLog.open(WalConfig.of("logs", config.walDirectory()), this::committed);
  }

  public static EmbeddedLogStore open(LogStoreConfig config, RetentionPolicy retention) {
    return open(config, retention, LogListener.NONE);
  }

  /**
   * Opens or makes a store and replays what its partitions lack; returns when it can be asked.
   *
   * @throws HeadroomException UNAVAILABLE when a file cannot be read
   */
  public static EmbeddedLogStore open(
      LogStoreConfig config, RetentionPolicy retention, LogListener listener) {
    try {
      var store = new EmbeddedLogStore(config, retention, listener);
      store.recover();
      return store;
    } catch (IOException | UncheckedIOException e) {
      throw new HeadroomException(
          ErrorCategory.UNAVAILABLE, "cannot open the log store: " + e.getMessage(), e);
    }
  }

  private void recover() {
    wal.replay(
        0,
        (position, records, payload, offset, length) -> {
          LogBatch batch = LogBatch.of(Arrays.copyOfRange(payload, offset, offset + length));
          try {
            replayed.addAndGet(indexer.replay(batch, position));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          batch.batchId().ifPresent(id -> batchIds.replayed(id, batch, position));
          listener.committed(batch, position);
        });
    acknowledged.set(wal.nextPosition());
    indexer.start(wal.nextPosition());
    for (WalDamage damage : wal.damage()) {
      LOG.error(
          "log WAL damaged file={} problem={} from_position={} bytes={}",
          damage.file(),
          damage.problem(),
          damage.fromPosition(),
          damage.bytes());
    }
  }

  private void committed(long position, int records, byte[] payload, int offset, int length) {
    LogBatch batch = pending.remove(position);
    if (batch == null) {
      batch = LogBatch.of(Arrays.copyOfRange(payload, offset, offset + length));
    }
    listener.committed(batch, position);
    indexer.add(batch, position);
    acknowledged.set(position + records);
  }

  /** Batches on their way through the WAL, so that they need not be parsed again behind it. */
  private final Map<Long, LogBatch> pending = new ConcurrentHashMap<>();

  private void cutWal(long position) {
    wal.truncateBefore(Math.min(position, listener.neededFrom()));
  }

  private void indexingFailed(Throwable e) {
    failure = Optional.of("indexing failed: " + e.getMessage());
    LOG.error("indexing failed; the log store is read-only until a restart", e);
  }

  @Override
  public AppendResult append(LogBatch batch) {
    if (failure.isPresent()) {
      throw new HeadroomException(ErrorCategory.UNAVAILABLE, failure.get());
    }
    if (batch.batchId().isEmpty()) {
      return store(batch);
    }
    return batchIds.once(batch.batchId().get(), () -> store(batch));
  }

  private AppendResult store(LogBatch batch) {
    return hasIds(batch) ? storeWithIds(batch) : storeNew(batch);
  }

  private static boolean hasIds(LogBatch batch) {
    var record = new LogRecord();
    for (int i = 0; i < batch.size(); i++) {
      if (record.moveTo(batch, i).hasId()) {
        return true;
      }
    }
    return false;
  }

  private AppendResult storeNew(LogBatch batch) {
    if (batch.size() == 0) {
      listener.refused(batch);
      return new AppendResult(List.of(), config.sync(), false);
    }
    WalTicket ticket = enqueue(batch);
    ticket.await();
    List<Item> items = new ArrayList<>(batch.size());
    for (int i = 0; i < batch.size(); i++) {
      long position = ticket.position() + i;
      items.add(new Item(Outcome.CREATED, position, 1, AutomaticId.of(position)));
    }
    return new AppendResult(items, config.sync(), false);
  }

  private synchronized WalTicket enqueue(LogBatch batch) {
    byte[] bytes = batch.toBytes();
    long position = wal.nextPosition(); // only this method appends, so it is the one given out
    pending.put(position, batch);
    try {
      return wal.append(bytes, 0, bytes.length, batch.size(), config.sync());
    } catch (HeadroomException e) {
      pending.remove(position);
      throw e;
    }
  }

  private AppendResult storeWithIds(LogBatch batch) {
    LogIds known = ids.computeIfAbsent(batch.tenant(), _ -> new LogIds());
    LogIds.Resolved resolved;
    Optional<WalTicket> ticket = Optional.empty();
    synchronized (known) {
      resolved =
          read(
              batch.tenant(),
              TimeRange.ALL,
              snapshot ->
                  known.resolve(batch, (index, id) -> searcher.findLive(snapshot, index, id)));
      if (resolved.stored().size() > 0) {
        ticket = Optional.of(enqueue(resolved.stored()));
        known.remember(resolved.changes(), ticket.get().position(), acknowledged.get());
      } else {
        listener.refused(resolved.stored());
      }
    }
    try {
      ticket.ifPresent(WalTicket::await);
    } catch (HeadroomException e) {
      synchronized (known) {
        known.forget(resolved.changes());
      }
      throw e;
    }
    long first = ticket.map(WalTicket::position).orElse(0L);
    List<Item> items = resolved.items().stream().map(item -> absolute(item, first)).toList();
    return new AppendResult(items, config.sync(), false);
  }

  private static Item absolute(Item item, long first) {
    return switch (item.outcome()) {
      case CONFLICT, NOT_FOUND -> item;
      case CREATED, UPDATED, DELETED -> {
        long position = first + item.position();
        String id = item.id().isEmpty() ? AutomaticId.of(position) : item.id();
        yield new Item(item.outcome(), position, item.version(), id);
      }
    };
  }

  @Override
  public LogAnswer search(
      TenantId tenant, LogSearch search, Deadline deadline, MemoryPermit permit) {
    return read(
        tenant, search.range(), snapshot -> searcher.search(snapshot, search, deadline, permit));
  }

  @Override
  public Optional<LogHit> get(TenantId tenant, String index, String id) {
    return read(tenant, TimeRange.ALL, snapshot -> searcher.get(snapshot, index, id));
  }

  private interface Read<T> {
    T from(LogSnapshot snapshot) throws IOException;
  }

  private <T> T read(TenantId tenant, TimeRange range, Read<T> read) {
    indexer.awaitIndexed(acknowledged.get());
    try (LogSnapshot snapshot = LogSnapshot.open(partitions.of(tenant, range))) {
      return read.from(snapshot);
    } catch (IOException e) {
      throw new HeadroomException(
          ErrorCategory.INTERNAL, "cannot read the log store: " + e.getMessage(), e);
    }
  }

  @Override
  public List<StreamInfo> streams(TenantId tenant) {
    return read(tenant, TimeRange.ALL, LogNames::streams);
  }

  @Override
  public List<String> indices(TenantId tenant) {
    return read(tenant, TimeRange.ALL, LogNames::indices);
  }

  @Override
  public List<FieldInfo> fields(TenantId tenant, TimeRange range) {
    return read(tenant, range, LogNames::fields);
  }

  @Override
  public List<TenantId> tenants() {
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
  }

  /** Commits all that was acknowledged to the partitions, so that the WAL can be cut. */
  public void checkpoint() {
    indexer.awaitIndexed(acknowledged.get());
    indexer.commit();
  }

  /** Records replayed from the WAL at this start. */
  public long replayedRecords() {
    return replayed.get();
  }

  /** Why nothing can be written, if so. */
  public Optional<String> failure() {
    return failure.or(wal::failure);
  }

  /** What of the WAL could not be read at this start. */
  public List<WalDamage> damage() {
    return wal.damage();
  }

  /** Takes no more batches, indexes and commits what was acknowledged, then closes. */
  @Override
  public void close() {
    wal.close();
    indexer.close();
    try {
      partitions.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
