package dev.headroom.storage.logs;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headroom.storage.file.DiskGuard;
import dev.headroom.storage.file.DiskLimits;
import dev.headroom.storage.model.BatchId;
import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.model.LogOp;
import dev.headroom.storage.model.MemoryPermit;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import dev.headroom.storage.retention.RetentionPolicy;
import dev.headroom.storage.wal.WalConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Small stores and batches for tests: edges come up often, and a record is an id and a text. */
final class LogTestStore {
  static final TenantId TENANT = TenantId.DEFAULT;
  static final Instant TODAY = Instant.parse("2026-11-20T12:00:00Z");
  static final long DAY_NANOS = 86_400_000_000_000L;
  static final DiskGuard ROOM = new DiskGuard(() -> 1L << 40, DiskLimits.minFree(0), () -> 0);
  private static final MemoryPermit.Pool MEMORY = new MemoryPermit.Pool(1 << 28, 1 << 26);

  static LogStoreConfig config(Path folder) {
    Path wal = folder.resolve("wal").resolve("logs");
    return LogStoreConfig.of(folder.resolve("logs"), wal)
        .withWal(new WalConfig("logs", wal, 8192, 1 << 20, 1 << 20))
        .withMaxRecentIds(3)
        .withCommits(400, Duration.ofSeconds(30))
        .withPartitions(new PartitionLimits(1 << 20, 2, 3, Duration.ZERO, 1 << 20));
  }

  static EmbeddedLogStore open(Path folder) {
    return open(folder, RetentionPolicy.DEFAULT);
  }

  static EmbeddedLogStore open(Path folder, RetentionPolicy retention) {
    return open(folder, retention, ROOM);
  }

  static EmbeddedLogStore open(Path folder, RetentionPolicy retention, DiskGuard guard) {
    return EmbeddedLogStore.open(
        config(folder), retention, LogListener.NONE, guard, InstantSource.fixed(TODAY));
  }

  static LogBatch.Builder batch() {
    return new LogBatch.Builder(TENANT, "test", TimeRange.nanos(TODAY));
  }

  /**
   * @param id empty for none
   * @param daysAgo whole days before today
   */
  static void add(LogBatch.Builder batch, LogOp op, String id, String text, int daysAgo) {
    byte[] source = text.getBytes(UTF_8);
    long time = TimeRange.nanos(TODAY) - daysAgo * DAY_NANOS;
    batch.startRecord(op, time, "orders", "orders", source, 0, source.length);
    if (!id.isEmpty()) {
      batch.id(id);
    }
    batch.addSourceText("message", 0, source.length).addText("service", "orders").endRecord();
  }

  static LogBatch one(LogOp op, String id, String text, int daysAgo) {
    LogBatch.Builder batch = batch();
    add(batch, op, id, text, daysAgo);
    return batch.build(10);
  }

  static LogBatch one(String text, int daysAgo) {
    return one(LogOp.INDEX, "", text, daysAgo);
  }

  static LogBatch one(String text, int daysAgo, long batchId) {
    LogBatch.Builder batch = batch().batchId(new BatchId(1, batchId, 7, text.hashCode()));
    add(batch, LogOp.INDEX, "", text, daysAgo);
    return batch.build(10);
  }

  static LogAnswer search(LogStore store) {
    var search =
        new LogSearch(
            LogFilter.ALL,
            TimeRange.ALL,
            Set.of(),
            List.of(),
            LogSort.NEWEST,
            10_000,
            Optional.empty(),
            true,
            List.of());
    try (MemoryPermit permit = MEMORY.open()) {
      return store.search(TENANT, search, Deadline.after(Duration.ofSeconds(60)), permit);
    }
  }

  /** Texts of everything there is, sorted. */
  static List<String> texts(LogStore store) {
    List<String> texts = new ArrayList<>();
    for (LogHit hit : search(store).hits()) {
      texts.add(hit.sourceText());
    }
    texts.sort(null);
    return texts;
  }

  /** Closes a store whose disk may be gone. */
  static void closeAnyhow(LogStore store) {
    try {
      store.close();
    } catch (HeadroomException | java.io.UncheckedIOException _) {
      // its disk is gone
    }
  }

  private LogTestStore() {}
}
