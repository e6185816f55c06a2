package dev.headroom.storage.metrics;

import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.MemoryPermit;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.wal.SyncPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Stores with small limits, for tests. */
final class MetricStores {
  private static final MemoryPermit.Pool MEMORY = new MemoryPermit.Pool(1 << 28, 1 << 28);

  /** Nothing happens in the background unless a limit is met. */
  static MetricStoreConfig config(Path directory) {
    return new MetricStoreConfig(
        directory.resolve("metrics"),
        directory.resolve("wal"),
        SyncPolicy.FSYNC,
        64 << 10,
        64L << 20,
        Duration.ofDays(1),
        64L << 20,
        1_000_000,
        4);
  }

  static MetricStoreConfig withMaxSeries(MetricStoreConfig config, int maxSeries) {
    return new MetricStoreConfig(
        config.directory(),
        config.walDirectory(),
        config.sync(),
        config.walSegmentBytes(),
        config.checkpointBytes(),
        config.checkpointInterval(),
        config.maxHeadBytes(),
        maxSeries,
        config.maxMappedBlocks());
  }

  static MetricStoreConfig withLimits(
      MetricStoreConfig config, long checkpointBytes, long maxHeadBytes) {
    return new MetricStoreConfig(
        config.directory(),
        config.walDirectory(),
        config.sync(),
        config.walSegmentBytes(),
        checkpointBytes,
        config.checkpointInterval(),
        maxHeadBytes,
        config.maxActiveSeries(),
        config.maxMappedBlocks());
  }

  static List<SeriesSamples> select(
      MetricStore store, TenantId tenant, long from, long to, LabelMatcher... matchers) {
    try (MemoryPermit permit = MEMORY.open()) {
      return store.select(
          tenant, List.of(matchers), from, to, Deadline.after(Duration.ofSeconds(60)), permit);
    }
  }

  private MetricStores() {}
}
