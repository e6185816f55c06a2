package dev.headroom.storage.logs;

import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.model.TenantId;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Decides on the records with ids of every tenant: from memory what was changed lately, from the
 * index what was before. A decision waits for no indexing and, but for the first one after {@link
 * LogStoreConfig#maxRecentIds} changes, makes no searchable segment.
 *
 * <p><i>Threads.</i> Whoever holds the lock of a tenant's {@link LogIds}, which also keeps the
 * order of its batches in the WAL.
 */
final class IdOwners {
  /** Of all tenants together; an id takes about 150 bytes. */
  private static final int MAX_RECENT = 200_000;

  private final int maxRecentOfTenant;
  private final PartitionMap partitions;
  private final IndexQueue queue;
  private final LogSearcher searcher;
  private final LongSupplier acknowledged;
  private final Map<TenantId, LogIds> owners = new ConcurrentHashMap<>();
  private final AtomicLong recent = new AtomicLong();
  private final AtomicLong forgetAbove = new AtomicLong(MAX_RECENT);

  /** No change of an id at or behind it is unknown here, whether it is indexed yet or not. */
  private volatile long startedAt;

  private boolean replayIsRemembered = true;

  /**
   * @param acknowledged behind the last record that was acknowledged
   */
  IdOwners(
      LogStoreConfig config,
      PartitionMap partitions,
      IndexQueue queue,
      LogSearcher searcher,
      LongSupplier acknowledged) {
    this.maxRecentOfTenant = config.maxRecentIds();
    this.partitions = partitions;
    this.queue = queue;
    this.searcher = searcher;
    this.acknowledged = acknowledged;
  }

  /**
   * Remembers a batch that the index may lack at the start, so that decisions need not wait for it;
   * they do when there are too many of them.
   *
   * @param indexedBelow where the index stands
   */
  void replayed(LogBatch batch, long position, long indexedBelow, long walEpoch) {
    if (!replayIsRemembered) {
      return;
    }
    Map<String, LogIds.Live> changes = LogIds.changes(batch, position);
    if (changes.isEmpty()) {
      return;
    }
    LogIds known =
        owners.computeIfAbsent(
            batch.tenant(),
            _ -> new LogIds(maxRecentOfTenant, indexedBelow, walEpoch, partitions.gone()));
    int before = known.size();
    known.remember(changes, 0);
    if (recent.addAndGet((long) known.size() - before) > MAX_RECENT) {
      replayIsRemembered = false;
      owners.clear();
      recent.set(0);
    }
  }

  /**
   * Before the first decision.
   *
   * @param indexed where the index stands
   * @param next behind the last record from before the start
   */
  void startAt(long indexed, long next) {
    startedAt = replayIsRemembered ? indexed : next;
  }

  /**
   * The ids of a tenant; of a new one, nothing since the start with an id is on its way to the
   * index.
   */
  LogIds of(TenantId tenant, long walEpoch) {
    return owners.computeIfAbsent(
        tenant,
        _ ->
            new LogIds(
                maxRecentOfTenant,
                Math.max(startedAt, queue.position()),
                walEpoch,
                partitions.gone()));
  }

  /**
   * What becomes of a batch, if the WAL is still in that epoch.
   *
   * @throws HeadroomException UNAVAILABLE when the index cannot tell
   */
  LogIds.Resolved resolve(LogIds known, LogBatch batch, long walEpoch) {
    long stalls = queue.stalls();
    int before = known.size();
    known.startAt(walEpoch, acknowledged.getAsLong());
    known.noteGone(partitions.gone(), queue.position());
    if (known.isFull()) {
      known.forgetIndexed(queue.position());
    }
    recent.addAndGet((long) known.size() - before);
    requireIndexed(known.indexedBelow());
    LogIds.Resolved resolved = decide(known, batch);
    if (queue.stalls() != stalls) {
      throw unavailable("the index is being mended; try again");
    }
    return resolved;
  }

  private LogIds.Resolved decide(LogIds known, LogBatch batch) {
    try (var lookup = new IdLookup(partitions.withIds(batch.tenant()), known.indexedBelow())) {
      return known.resolve(
          batch,
          (index, id) -> {
            Optional<LogIds.Live> found = lookup.find(index, id);
            return found.isPresent() || AutomaticId.position(id).isEmpty()
                ? found
                : findAutomatic(batch.tenant(), index, id);
          });
    } catch (IOException e) {
      throw new HeadroomException(
          ErrorCategory.UNAVAILABLE, "cannot write: cannot look up ids: " + e.getMessage(), e);
    }
  }

  /** Records without an id of their sender are not remembered here, so the index must be up. */
  private Optional<LogIds.Live> findAutomatic(TenantId tenant, String index, String id)
      throws IOException {
    requireIndexed(acknowledged.getAsLong());
    try (LogSnapshot snapshot = LogSnapshot.open(partitions.withId(tenant, id))) {
      return searcher
          .get(snapshot, index, id)
          .map(hit -> new LogIds.Live(hit.position(), hit.version(), false));
    }
  }

  private void requireIndexed(long position) {
    if (!queue.awaitIndexed(position)) {
      throw unavailable(queue.failure().or(queue::stalled).orElse("stopping"));
    }
  }

  private static HeadroomException unavailable(String why) {
    return new HeadroomException(ErrorCategory.UNAVAILABLE, "cannot write: " + why);
  }

  /** Remembers decisions whose batch got its positions. */
  void remember(LogIds known, LogIds.Resolved resolved, long firstPosition) {
    int before = known.size();
    known.remember(resolved.changes(), firstPosition);
    recent.addAndGet((long) known.size() - before);
  }

  /** Gives memory back when all tenants together take too much; the caller holds no lock. */
  void keepBounded() {
    long limit = forgetAbove.get();
    if (recent.get() <= limit || !forgetAbove.compareAndSet(limit, Long.MAX_VALUE)) {
      return;
    }
    for (LogIds known : owners.values()) {
      synchronized (known) {
        int before = known.size();
        known.forgetIndexed(queue.position());
        recent.addAndGet((long) known.size() - before);
      }
    }
    forgetAbove.set(Math.max(MAX_RECENT, 2 * recent.get()));
  }
}
