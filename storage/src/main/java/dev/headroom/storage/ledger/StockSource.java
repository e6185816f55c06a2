package dev.headroom.storage.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Something that owns files and can say, entry by entry, what their bytes are. */
public interface StockSource {
  /** Every byte of the files it owns, at this moment; callable from any thread. */
  List<StockEntry> stock();

  /**
   * The same, entry by entry, so that a large store need not hold all at once. With less detail
   * there are fewer entries; they add up to the same bytes.
   */
  default void stock(StockDetail detail, Consumer<StockEntry> consumer) {
    for (StockEntry entry : stock()) {
      consumer.accept(detail == StockDetail.FULL ? entry : entry.daily());
    }
  }

  /** Collects {@link #stock(StockDetail, Consumer)}. */
  static List<StockEntry> collect(StockSource source, StockDetail detail) {
    List<StockEntry> entries = new ArrayList<>();
    source.stock(detail, entries::add);
    return entries;
  }
}
