package dev.headroom.storage.logs;

import dev.headroom.storage.file.CorruptFileException;
import dev.headroom.storage.file.Damage;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every partition of the store, and which of them hold a writer. Searches read the map from any
 * thread; only the indexing thread adds to it, takes from it, and opens writers.
 */
final class PartitionMap implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PartitionMap.class);
  private static final int MAX_GENERATION = Integer.MAX_VALUE;

  private final Path root;
  private final PartitionLimits limits;
  private final LogPartition.Shared shared;
  private final ConcurrentSkipListMap<PartitionKey, LogPartition> partitions =
      new ConcurrentSkipListMap<>();
  private final List<Damage> damage = new CopyOnWriteArrayList<>();

  private final AtomicInteger gone = new AtomicInteger();

  /** The next free generation number, by the key of generation 0; numbers are not used twice. */
  private final Map<PartitionKey, Integer> nextGeneration = new ConcurrentHashMap<>();

  /** Least recently used first; indexing thread only. */
  private final LinkedHashMap<PartitionKey, LogPartition> writing =
      new LinkedHashMap<>(64, 0.75f, true);

  /** Where the last record went; indexing thread only. */
  private @Nullable LogPartition last;

  PartitionMap(Path root, PartitionLimits limits, LogPartition.Shared shared) throws IOException {
    this.root = root;
    this.limits = limits;
    this.shared = shared;
    PartitionFolders.Loaded loaded = new PartitionFolders(root, shared).load();
    loaded.partitions().forEach(partition -> partitions.put(partition.key, partition));
    nextGeneration.putAll(loaded.nextGeneration());
    damage.addAll(loaded.damage());
  }

  /**
   * The partition of a record, new if there is none; whether the record is in it already is for the
   * caller to ask.
   */
  LogPartition forRecord(TenantId tenant, String retentionClass, long timeNanos, long position)
      throws IOException {
    LogPartition recent = last;
    if (recent != null
        && recent.days.contains(timeNanos)
        && recent.key.tenant().equals(tenant)
        && recent.key.retentionClass().equals(retentionClass)
        && recent.tally.holds(position)) {
      return recent;
    }
    PartitionKey first = PartitionKey.of(tenant, retentionClass, timeNanos);
    LogPartition found = null;
    for (LogPartition partition : generations(first)) {
      if (partition.tally.holds(position)) {
        found = partition;
        break;
      }
    }
    if (found == null) {
      PartitionKey key = first.withGeneration(nextGeneration.getOrDefault(first, 0));
      found = new LogPartition(key, key.directory(root), shared, position);
      nextGeneration.put(first, key.generation() + 1);
      partitions.put(key, found);
    }
    last = found;
    return found;
  }

  private Collection<LogPartition> generations(PartitionKey first) {
    return partitions.subMap(first, true, first.withGeneration(MAX_GENERATION), true).values();
  }

  /** To be called before a partition is written to; may close the writer of another one. */
  void willWrite(LogPartition partition, long position) throws IOException {
    if (writing.get(partition.key) == partition) {
      return;
    }
    while (writing.size() >= limits.maxWriters()) {
      LogPartition eldest = writing.pollFirstEntry().getValue();
      try {
        eldest.closeWriter(position);
      } catch (IOException | RuntimeException e) {
        throw new PartitionFailure(eldest, e);
      }
    }
    writing.put(partition.key, partition);
  }

  /** All of a tenant, oldest day first. */
  List<LogPartition> of(TenantId tenant) {
    List<LogPartition> found = new ArrayList<>();
    for (LogPartition partition : partitions.values()) {
      if (partition.key.tenant().equals(tenant)) {
        found.add(partition);
      }
    }
    return found;
  }

  /** Those that may hold records of the range, newest day first. */
  List<LogPartition> of(TenantId tenant, TimeRange range) {
    return partitions.descendingMap().values().stream()
        .filter(p -> p.key.tenant().equals(tenant) && p.mayHold(range))
        .toList();
  }

  /** Those that may hold the record of an id; most logs have none, and need not be opened. */
  List<LogPartition> withId(TenantId tenant, String id) {
    OptionalLong derivedFrom = AutomaticId.position(id);
    return of(tenant).stream().filter(p -> p.tally.mayHoldId(derivedFrom)).toList();
  }

  /** Those that hold ids of the sender. */
  List<LogPartition> withIds(TenantId tenant) {
    return of(tenant).stream().filter(p -> p.tally.mayHoldId(OptionalLong.empty())).toList();
  }

  /** How many were dropped or set aside since the start. */
  int gone() {
    return gone.get();
  }

  List<TenantId> tenants() {
    return partitions.keySet().stream().map(PartitionKey::tenant).distinct().sorted().toList();
  }

  List<LogPartition> all() {
    return List.copyOf(partitions.values());
  }

  Optional<LogPartition> named(String name) {
    return partitions.values().stream().filter(p -> p.key.name().equals(name)).findFirst();
  }

  /** What could not be read, at the start or since. */
  List<Damage> damage() {
    return List.copyOf(damage);
  }

  void noteDamage(Damage found) {
    damage.add(found);
  }

  /** Commits what changed; {@code position} is where the indexing thread stands. */
  void commitAll(long position) throws IOException {
    for (LogPartition partition : partitions.values()) {
      if (partition.isBroken()) {
        throw new PartitionFailure(partition, new IOException("index writer was closed"));
      }
      if (partition.isWriterOpen()) {
        commit(partition, position);
      }
    }
  }

  private void commit(LogPartition partition, long position) throws IOException {
    try {
      partition.commit(position);
      if (partition.tally.isSealed()) { // removals opened it again
        partition.closeWriter(position);
        writing.remove(partition.key);
      }
    } catch (IOException | RuntimeException e) {
      throw new PartitionFailure(partition, e);
    }
  }

  /** Flushes the largest buffers while all together are above the budget. */
  void flushOverBudget() throws IOException {
    long buffered = 0;
    LogPartition largest = null;
    long largestBytes = -1;
    for (LogPartition partition : writing.values()) {
      long bytes = partition.bufferedBytes();
      buffered += bytes;
      if (bytes > largestBytes) {
        largest = partition;
        largestBytes = bytes;
      }
    }
    if (largest == null || buffered <= limits.bufferBytes()) {
      return;
    }
    try {
      largest.flush();
    } catch (IOException | RuntimeException e) {
      throw new PartitionFailure(largest, e);
    }
  }

  void seal(LogPartition partition, long position) throws IOException {
    try {
      partition.seal(position);
    } catch (IOException | RuntimeException e) {
      throw new PartitionFailure(partition, e);
    }
    writing.remove(partition.key);
    forgetLast(partition);
  }

  private void forgetLast(LogPartition partition) {
    if (last == partition) {
      last = null;
    }
  }

  /**
   * Goes back to the last commit wherever a writer was closed by an error; a partition that proves
   * damaged is set aside. What was lost is then to be read again in the WAL.
   */
  void rollbackBroken(Optional<LogPartition> suspect) throws IOException {
    for (LogPartition partition : all()) {
      if (!partition.isBroken() && suspect.filter(s -> s == partition).isEmpty()) {
        continue;
      }
      writing.remove(partition.key);
      forgetLast(partition);
      try {
        partition.rollback();
        partition.manifest().ifPresent(_ -> partition.mendManifest());
        checkWhole(partition);
      } catch (IOException e) {
        if (!PartitionFiles.isDamage(e)) {
          throw e;
        }
        quarantine(partition, String.valueOf(e.getMessage()));
      }
    }
  }

  private static void checkWhole(LogPartition partition) throws IOException {
    Optional<LogManifest> manifest = partition.manifest();
    if (manifest.isPresent()) {
      PartitionFiles.verify(partition.path, manifest.get());
    }
  }

  /**
   * Takes a partition away: renamed, out of every new search, deleted when its readers are done.
   */
  void drop(LogPartition partition) throws IOException {
    if (!partitions.remove(partition.key, partition)) {
      return;
    }
    gone.incrementAndGet();
    writing.remove(partition.key);
    forgetLast(partition);
    Path dropped = PartitionFolders.dropped(partition.path);
    partition.leave(dropped, () -> PartitionFolders.delete(dropped));
    LOG.info("partition dropped name={}", partition.key.name());
  }

  /**
   * Sets a partition aside that could not be read, if its files prove to be damaged. One that is
   * written to is given up at the next commit instead, as after any failed write: then what it had
   * not committed is read in the WAL again.
   *
   * @return whether they are damaged, or it is gone
   */
  boolean quarantineIfDamaged(LogPartition partition, Throwable problem) throws IOException {
    if (partition.isGone() || partition.isBeingMerged()) {
      return true;
    }
    try {
      PartitionFiles.load(partition.path);
      checkWhole(partition);
      LOG.warn("files are whole, not set aside name={}", partition.key.name(), problem);
      return false;
    } catch (CorruptFileException e) {
      if (partition.isWriterOpen()) {
        LOG.error("partition damaged name={} problem={}", partition.key.name(), e.getMessage());
        partition.giveUpWriter();
      } else {
        quarantine(partition, String.valueOf(e.getMessage()));
      }
      return true;
    }
  }

  /** Sets a damaged partition aside and counts it. */
  void quarantine(LogPartition partition, String problem) throws IOException {
    if (!partitions.remove(partition.key, partition)) {
      return;
    }
    gone.incrementAndGet();
    writing.remove(partition.key);
    forgetLast(partition);
    Path aside = PartitionFolders.damaged(partition.path);
    damage.add(PartitionFolders.damageOf(partition, problem));
    LOG.error("partition damaged and set aside name={} problem={}", partition.key.name(), problem);
    partition.leave(aside, () -> {});
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (LogPartition partition : partitions.values()) {
      try {
        partition.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
