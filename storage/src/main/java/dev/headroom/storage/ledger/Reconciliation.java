package dev.headroom.storage.ledger;

import java.util.List;

/**
 * The ledger against the disk.
 *
 * @param storedBytes of users' data, as the ledger has them
 * @param overheadBytes named overhead, as the ledger has it
 * @param diskBytes sum of the sizes of all files in the data directory
 * @param differences what does not agree; empty when everything is accounted for
 */
public record Reconciliation(
    long storedBytes, long overheadBytes, long diskBytes, List<Difference> differences) {
  /**
   * @param item an owner's name, or the path below the data directory of a file that nobody owns
   */
  public record Difference(String item, long ledgerBytes, long diskBytes) {}

  public long ledgerBytes() {
    return storedBytes + overheadBytes;
  }

  public boolean agrees() {
    return differences.isEmpty() && ledgerBytes() == diskBytes;
  }
}
