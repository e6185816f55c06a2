package dev.headroom.storage.ledger;

import java.util.List;

/** Something that owns files and can say, entry by entry, what their bytes are. */
public interface StockSource {
  /** Every byte of the files it owns, at this moment; callable from any thread. */
  List<StockEntry> stock();
}
