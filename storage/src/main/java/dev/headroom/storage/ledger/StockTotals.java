package dev.headroom.storage.ledger;

import dev.headroom.storage.ledger.StockAnswer.Overhead;
import dev.headroom.storage.ledger.StockAnswer.Row;
import dev.headroom.storage.ledger.StockEntry.Basis;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Adds entries up to the rows of an answer. */
final class StockTotals {
  private record Key(String stream, String field, Optional<Structure> structure, long hour)
      implements Comparable<Key> {
    private static final Comparator<Key> ORDER =
        Comparator.comparing(Key::stream)
            .thenComparing(Key::field)
            .thenComparing(key -> key.structure.map(Structure::ordinal).orElse(-1))
            .thenComparing(Key::hour);

    @Override
    public int compareTo(Key other) {
      return ORDER.compare(this, other);
    }
  }

  private static final class Sum {
    private long bytes;
    private boolean allocated;
  }

  private final LedgerQuery query;
  private final TreeMap<Key, Sum> sums = new TreeMap<>();
  private final Map<Structure, Long> overhead = new EnumMap<>(Structure.class);
  private final Map<Structure, Long> shared = new EnumMap<>(Structure.class);
  private long total;
  private boolean truncated;
  private boolean hasDeleted;

  StockTotals(LedgerQuery query) {
    this.query = query;
  }

  void add(StockEntry entry) {
    if (entry.tenant().isPresent() && !entry.tenant().get().equals(query.tenant())) {
      return;
    }
    if (entry.structure().isOverhead()) {
      (entry.tenant().isPresent() ? overhead : shared)
          .merge(entry.structure(), entry.bytes(), Long::sum);
    } else if (query.covers(entry.eventHour()) && query.wants(entry.stream())) {
      addData(entry);
    }
  }

  private void addData(StockEntry entry) {
    total += entry.bytes();
    hasDeleted |= entry.structure() == Structure.DELETED;
    var key =
        new Key(
            query.by().contains(Dimension.STREAM) ? entry.stream() : "",
            query.by().contains(Dimension.FIELD) ? entry.field() : "",
            query.by().contains(Dimension.STRUCTURE)
                ? Optional.of(entry.structure())
                : Optional.empty(),
            query.hourOf(entry.eventHour()));
    Sum sum = sums.get(key);
    if (sum == null) {
      if (sums.size() >= query.maxRows()) {
        truncated = true;
        return;
      }
      sum = new Sum();
      sums.put(key, sum);
    }
    sum.bytes += entry.bytes();
    sum.allocated |= entry.basis() == Basis.ALLOCATED;
  }

  StockAnswer answer() {
    List<Row> rows = new ArrayList<>(sums.size());
    sums.forEach(
        (key, sum) ->
            rows.add(
                new Row(key.stream, key.field, key.structure, key.hour, sum.bytes, basisOf(sum))));
    return new StockAnswer(rows, total, truncated, list(overhead), list(shared));
  }

  /** Shares that were added up again to what was measured are measured. */
  private Basis basisOf(Sum sum) {
    boolean apart =
        query.by().contains(Dimension.STREAM)
            || query.by().contains(Dimension.HOUR)
            || query.stream().isPresent()
            || query.detail() == StockDetail.FULL && !query.isUnbounded()
            || query.by().contains(Dimension.STRUCTURE) && hasDeleted;
    return sum.allocated && apart ? Basis.ALLOCATED : Basis.MEASURED;
  }

  private static List<Overhead> list(Map<Structure, Long> bytes) {
    List<Overhead> list = new ArrayList<>();
    bytes.forEach((structure, sum) -> list.add(new Overhead(structure, sum)));
    return list;
  }
}
