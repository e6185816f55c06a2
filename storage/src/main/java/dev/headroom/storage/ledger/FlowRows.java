package dev.headroom.storage.ledger;

import dev.headroom.storage.ledger.FlowAnswer.Row;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/** Adds flows up to the rows of an answer. */
final class FlowRows {
  private record Key(String stream, long hour) {
    private static final Comparator<Key> ORDER =
        Comparator.comparing(Key::stream).thenComparingLong(Key::hour);
  }

  private final LedgerQuery query;
  private final TreeMap<Key, FlowSum> sums = new TreeMap<>(Key.ORDER);
  private final FlowSum total = new FlowSum();
  private boolean truncated;

  FlowRows(LedgerQuery query) {
    this.query = query;
  }

  void add(FlowEntry entry) {
    if (!entry.tenant().equals(query.tenant())
        || !query.covers(entry.receiptHour())
        || !query.wants(entry.stream())) {
      return;
    }
    total.add(entry);
    var key =
        new Key(
            query.by().contains(Dimension.STREAM) ? entry.stream() : "",
            query.hourOf(entry.receiptHour()));
    FlowSum sum = sums.get(key);
    if (sum == null) {
      if (sums.size() >= query.maxRows()) {
        truncated = true;
        return;
      }
      sum = new FlowSum();
      sums.put(key, sum);
    }
    sum.add(entry);
  }

  FlowAnswer answer() {
    List<Row> rows = new ArrayList<>(sums.size());
    sums.forEach((key, sum) -> rows.add(new Row(key.stream, key.hour, sum.totals())));
    return new FlowAnswer(rows, total.totals(), truncated);
  }
}
