package dev.headroom.storage.ledger;

import dev.headroom.storage.ledger.StockEntry.Basis;
import java.util.List;
import java.util.Optional;

/**
 * Bytes on the disk.
 *
 * @param rows of the tenant's data, by the dimensions asked for; a dimension not asked for is empty
 *     text, no structure, {@link StockEntry#NO_HOUR}
 * @param totalBytes of all rows, also those past the cap
 * @param truncated whether rows were left out
 * @param overhead of the tenant's files, by structure; whatever range or stream was asked for
 * @param sharedOverhead of everybody's files (WAL, lock, the ledger's own)
 */
public record StockAnswer(
    List<Row> rows,
    long totalBytes,
    boolean truncated,
    List<Overhead> overhead,
    List<Overhead> sharedOverhead) {
  public record Row(
      String stream,
      String field,
      Optional<Structure> structure,
      long eventHour,
      long bytes,
      Basis basis) {}

  public record Overhead(Structure structure, long bytes) {}
}
