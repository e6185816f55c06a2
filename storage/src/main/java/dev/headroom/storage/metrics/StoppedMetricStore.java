package dev.headroom.storage.metrics;

import dev.headroom.storage.ledger.StockEntry;
import dev.headroom.storage.ledger.StockSource;
import dev.headroom.storage.wal.WriteAheadLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;

/**
 * What the bytes of a metric store are that is sound, stopped in order and not open. Changes
 * nothing on the disk.
 */
public final class StoppedMetricStore implements StockSource {
  private final List<StockEntry> entries;

  private StoppedMetricStore(List<StockEntry> entries) {
    this.entries = entries;
  }

  public static StoppedMetricStore look(MetricStoreConfig config) throws IOException {
    try (var allocator = new RootAllocator()) {
      BlockCatalog catalog = BlockCatalog.look(config.directory(), allocator);
      var stock = new MetricStock(config.directory(), new MappedBlocks(config.maxMappedBlocks()));
      catalog.blocks().forEach(MetricBlock::retain);
      try {
        catalog.blocks().forEach(stock::add);
        List<StockEntry> entries = new ArrayList<>(stock.complete());
        entries.addAll(WriteAheadLog.stockOf(config.walDirectory()));
        return new StoppedMetricStore(entries);
      } finally {
        for (MetricBlock block : catalog.blocks()) {
          block.release();
          block.unmapIfIdle();
        }
      }
    }
  }

  @Override
  public List<StockEntry> stock() {
    return entries;
  }
}
