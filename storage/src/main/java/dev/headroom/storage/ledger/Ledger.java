package dev.headroom.storage.ledger;

import dev.headroom.storage.file.StoreLayout;
import dev.headroom.storage.ledger.Reconciliation.Difference;
import dev.headroom.storage.model.StreamAttributes;
import dev.headroom.storage.model.StreamKey;
import dev.headroom.storage.model.TenantId;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a data directory by tenant, stream, field and structure. Made of what the owners of
 * the files say; {@link #reconcile} holds that against the disk. Any thread may ask.
 */
public final class Ledger implements UsageHistory {
  private static final long HOURS_PER_DAY = 24;

  private final Path root;
  private final List<StockOwner> owners;
  private final FlowLedger flows;

  /**
   * @param owners the stores; files of the data directory itself and the ledger's own are known
   * @param flows stays the caller's to close
   */
  public Ledger(StoreLayout layout, List<StockOwner> owners, FlowLedger flows) {
    this.flows = flows;
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

  void stock(StockDetail detail, Consumer<StockEntry> consumer) {
    owners.forEach(owner -> owner.source().stock(detail, consumer));
  }

  /** What came in, by time of receipt. */
  public FlowAnswer flows(LedgerQuery query) {
    var rows = new FlowRows(query);
    long fromDay =
        query.fromHour() == StockEntry.NO_HOUR
            ? Long.MIN_VALUE
            : Math.floorDiv(query.fromHour(), HOURS_PER_DAY);
    long toDay =
        query.toHour() == Long.MAX_VALUE
            ? Long.MAX_VALUE
            : Math.ceilDiv(query.toHour(), HOURS_PER_DAY);
    flows.forEach(fromDay, toDay, rows::add);
    return rows.answer();
  }

  @Override
  public List<TenantId> tenants() {
    var tenants = new TreeSet<TenantId>(flows.history(TenantId.DEFAULT).tenants());
    stock(StockDetail.DAILY, entry -> entry.tenant().ifPresent(tenants::add));
    return List.copyOf(tenants);
  }

  @Override
  public List<String> streams(TenantId tenant) {
    var streams = new TreeSet<String>(flows.history(tenant).streams());
    stock(
        StockDetail.DAILY,
        entry -> {
          if (belongsTo(entry, tenant)) {
            streams.add(entry.stream());
          }
        });
    streams.remove(""); // nobody's in particular
    return List.copyOf(streams);
  }

  private static boolean belongsTo(StockEntry entry, TenantId tenant) {
    return !entry.structure().isOverhead()
        && entry.tenant().isPresent()
        && entry.tenant().get().equals(tenant);
  }

  @Override
  public StreamAttributes attributes(TenantId tenant, String stream) {
    return flows.attributes(new StreamKey(tenant, stream));
  }

  @Override
  public NavigableMap<LocalDate, Long> storedByEventDay(TenantId tenant, String stream) {
    var bytes = new TreeMap<LocalDate, Long>();
    stock(
        StockDetail.DAILY,
        entry -> {
          boolean wanted = belongsTo(entry, tenant) && entry.stream().equals(stream);
          if (wanted && entry.eventHour() != StockEntry.NO_HOUR) {
            long day = Math.floorDiv(entry.eventHour(), HOURS_PER_DAY);
            bytes.merge(LocalDate.ofEpochDay(day), entry.bytes(), Long::sum);
          }
        });
    return bytes;
  }

  @Override
  public boolean isOfSamples(TenantId tenant, String stream) {
    long[] bytes = new long[2]; // of log records, of samples
    stock(
        StockDetail.DAILY,
        entry -> {
          if (belongsTo(entry, tenant) && entry.stream().equals(stream)) {
            bytes[entry.structure().isOfSamples() ? 1 : 0] += entry.bytes();
          }
        });
    return bytes[1] > bytes[0];
  }

  @Override
  public NavigableMap<LocalDate, FlowTotals> receivedByEventDay(TenantId tenant, String stream) {
    return flows.history(tenant).of(stream);
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
