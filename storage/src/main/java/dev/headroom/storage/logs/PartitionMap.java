package dev.headroom.storage.logs;

import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;

/**
 * Every partition of the store, and which of them hold a writer. Searches read the map from any
 * thread; only the indexing thread adds to it and opens writers.
 */
final class PartitionMap implements AutoCloseable {
  private static final double MIN_BUFFER_MB = 4;

  private final LogStoreConfig config;
  private final ConcurrentSkipListMap<PartitionKey, LogPartition> partitions =
      new ConcurrentSkipListMap<>();

  /** Least recently used first; indexing thread only. */
  private final LinkedHashMap<PartitionKey, LogPartition> writing =
      new LinkedHashMap<>(64, 0.75f, true);

  PartitionMap(LogStoreConfig config) throws IOException {
    this.config = config;
    if (Files.isDirectory(config.directory())) {
      for (Path tenant : folders(config.directory())) {
        for (Path retentionClass : folders(tenant)) {
          for (Path day : folders(retentionClass)) {
            load(tenant, retentionClass, day);
          }
        }
      }
    }
  }

  private void load(Path tenant, Path retentionClass, Path day) throws IOException {
    try {
      var key =
          new PartitionKey(
              new TenantId(name(tenant)), name(retentionClass), LocalDate.parse(name(day)));
      partitions.put(key, create(key));
    } catch (DateTimeParseException _) {
      // not a partition: a folder of somebody else is left alone
    }
  }

  private static String name(Path folder) {
    return String.valueOf(folder.getFileName());
  }

  private static List<Path> folders(Path parent) throws IOException {
    try (Stream<Path> children = Files.list(parent)) {
      return children.filter(Files::isDirectory).sorted().toList();
    }
  }

  private LogPartition create(PartitionKey key) throws IOException {
    double megabytes = config.bufferBytes() / 4.0 / (1 << 20);
    return new LogPartition(
        key, key.directory(config.directory()), Math.max(MIN_BUFFER_MB, megabytes));
  }

  /** The partition to write to; may close the writer of another one. */
  LogPartition open(PartitionKey key, long indexedPosition) throws IOException {
    LogPartition known = writing.get(key);
    if (known != null) {
      return known;
    }
    LogPartition partition = partitions.get(key);
    if (partition == null) {
      partition = create(key);
      partitions.put(key, partition);
    }
    if (writing.size() >= config.maxOpenPartitions()) {
      var eldest = writing.pollFirstEntry();
      if (eldest != null) {
        eldest.getValue().closeWriter(indexedPosition);
      }
    }
    writing.put(key, partition);
    return partition;
  }

  /** All of a tenant, oldest day first. */
  List<LogPartition> of(TenantId tenant) {
    return partitions.values().stream().filter(p -> p.key.tenant().equals(tenant)).toList();
  }

  /** Those that may hold records of the range, newest day first. */
  List<LogPartition> of(TenantId tenant, TimeRange range) {
    return partitions.descendingMap().values().stream()
        .filter(p -> p.key.tenant().equals(tenant) && p.key.range().intersects(range))
        .toList();
  }

  List<TenantId> tenants() {
    return partitions.keySet().stream().map(PartitionKey::tenant).distinct().sorted().toList();
  }

  List<LogPartition> all() {
    return List.copyOf(partitions.values());
  }

  void commitAll(long position) throws IOException {
    long buffered = 0;
    for (LogPartition partition : new ArrayList<>(partitions.values())) {
      partition.commit(position);
      buffered += partition.bufferedBytes();
      // Deletes by id open writers that the map of writers does not know.
      if (partition.isWriterOpen() && !writing.containsKey(partition.key)) {
        partition.closeWriter(position);
      }
    }
    if (buffered > config.bufferBytes()) {
      for (LogPartition partition : writing.values()) {
        partition.flush();
      }
    }
  }

  @Override
  public void close() throws IOException {
    for (LogPartition partition : partitions.values()) {
      partition.close();
    }
  }
}
