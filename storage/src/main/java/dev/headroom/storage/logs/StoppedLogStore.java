package dev.headroom.storage.logs;

import dev.headroom.storage.file.DiskGuard;
import dev.headroom.storage.file.StoreLayout;
import dev.headroom.storage.ledger.StockDetail;
import dev.headroom.storage.ledger.StockEntry;
import dev.headroom.storage.ledger.StockSource;
import dev.headroom.storage.wal.WriteAheadLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What the bytes of a log store are that is sound, stopped in order and not open. Changes nothing
 * on the disk: an open store would write a checkpoint at least.
 */
public final class StoppedLogStore implements StockSource {
  private final LogStoreConfig config;
  private final List<LogPartition> partitions;
  private final List<StockEntry> logs;

  private StoppedLogStore(
      LogStoreConfig config, List<LogPartition> partitions, List<StockEntry> logs) {
    this.config = config;
    this.partitions = partitions;
    this.logs = logs;
  }

  public static StoppedLogStore look(LogStoreConfig config) throws IOException {
    var shared =
        new LogPartition.Shared(
            1, DiskGuard.of(config.directory()), new ReaderCache(1), (_, _) -> {});
    List<LogPartition> partitions =
        Files.isDirectory(config.directory())
            ? PartitionFolders.look(config.directory(), shared)
            : List.of();
    Path wal = config.wal().directory();
    List<StockEntry> logs = new ArrayList<>(WriteAheadLog.stockOf(wal));
    logs.addAll(WriteAheadLog.stockOf(StoreLayout.batchIds(wal)));
    return new StoppedLogStore(config, partitions, logs);
  }

  @Override
  public List<StockEntry> stock() {
    return StockSource.collect(this, StockDetail.FULL);
  }

  @Override
  public void stock(StockDetail detail, Consumer<StockEntry> consumer) {
    new LogStock(config, partitions).emit(detail, consumer);
    logs.forEach(consumer);
  }
}
