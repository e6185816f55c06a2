package dev.headroom.storage.ledger;

import dev.headroom.storage.file.StoreLayout;
import dev.headroom.storage.ledger.Reconciliation.Difference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a data directory by tenant, stream, field and structure. Made of what the owners of
 * the files say; {@link #reconcile} holds that against the disk. Any thread may ask.
 */
public final class Ledger {
  private final Path root;
  private final List<StockOwner> owners;

  /**
   * @param owners the stores; files of the data directory itself and the ledger's own are known
   */
  public Ledger(StoreLayout layout, List<StockOwner> owners) {
    this.root = layout.root().toAbsolutePath().normalize();
    this.owners = new ArrayList<>(owners);
    var own = new OwnFiles(layout);
    this.owners.add(new StockOwner("server", own, own.folders()));
  }

  /** Bytes on the disk now. */
  public StockAnswer stock(LedgerQuery query) {
    var totals = new StockTotals(query);
    stock(query.detail(), totals::add);
    return totals.answer();
  }

  private void stock(StockDetail detail, Consumer<StockEntry> consumer) {
    owners.forEach(owner -> owner.source().stock(detail, consumer));
  }

  /** Compares with the disk; exact while nothing is written. */
  public Reconciliation reconcile() {
    Map<StockOwner, Long> onDisk = new HashMap<>();
    Map<Path, Long> unowned = new TreeMap<>();
    long disk = 0;
    for (Map.Entry<Path, Long> file : OwnFiles.sizes(root).entrySet()) {
      disk += file.getValue();
      StockOwner owner = ownerOf(file.getKey());
      if (owner == null) {
        unowned.put(root.relativize(file.getKey()), file.getValue());
      } else {
        onDisk.merge(owner, file.getValue(), Long::sum);
      }
    }
    List<Difference> differences = new ArrayList<>();
    long stored = 0;
    long overhead = 0;
    for (StockOwner owner : owners) {
      var sums = new Sums();
      owner.source().stock(StockDetail.DAILY, sums::add);
      stored += sums.stored;
      overhead += sums.overhead;
      long here = onDisk.getOrDefault(owner, 0L);
      if (sums.stored + sums.overhead != here) {
        differences.add(new Difference(owner.name(), sums.stored + sums.overhead, here));
      }
    }
    unowned.forEach((file, bytes) -> differences.add(new Difference(file.toString(), 0, bytes)));
    return new Reconciliation(stored, overhead, disk, differences);
  }

  private @Nullable StockOwner ownerOf(Path file) {
    for (StockOwner owner : owners) {
      if (owner.owns(file)) {
        return owner;
      }
    }
    return null;
  }

  private static final class Sums {
    private long stored;
    private long overhead;

    void add(StockEntry entry) {
      if (entry.structure().isOverhead()) {
        overhead += entry.bytes();
      } else {
        stored += entry.bytes();
      }
    }
  }
}
