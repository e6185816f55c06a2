package dev.headroom.storage.logs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.NumericDocValues;
import org.jspecify.annotations.Nullable;

/** The first records of each bucket in an order. */
final class TopRecords extends Accumulator {
  private static final long BYTES_PER_PLACE = 160;

  private final LogAggregate.TopHits aggregate;
  private final AggregateRun run;
  private final Comparator<Found> order;
  private final List<List<FieldValues>> values = new ArrayList<>();
  private @Nullable PriorityQueue<Found>[] tops;
  private long[] totals = new long[1];

  @SuppressWarnings("NullAway.Init")
  private LeafReader reader;

  @SuppressWarnings("NullAway.Init")
  private NumericDocValues positions;

  private record Found(LeafReader reader, int doc, List<Object> keys, long position) {}

  TopRecords(LogAggregate.TopHits aggregate, AggregateRun run) {
    this.aggregate = aggregate;
    this.run = run;
    this.order = this::compare;
    this.tops = queues(1);
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static @Nullable PriorityQueue<Found>[] queues(int length) {
    return new PriorityQueue[length];
  }

  private int compare(Found a, Found b) {
    for (int i = 0; i < a.keys.size(); i++) {
      Object x = a.keys.get(i);
      Object y = b.keys.get(i);
      boolean lacksX = x == LogCursor.Missing.VALUE;
      boolean lacksY = y == LogCursor.Missing.VALUE;
      int result = lacksX || lacksY ? Boolean.compare(lacksX, lacksY) : KeyOrder.compare(x, y);
      if (result != 0) {
        // Records without a value come last in both directions.
        boolean turned = aggregate.sort().get(i).descending() && !lacksX && !lacksY;
        return turned ? -result : result;
      }
    }
    return Long.compare(b.position, a.position);
  }

  @Override
  void enter(AggregateSegment segment) throws IOException {
    reader = segment.reader();
    positions = DocValues.getNumeric(reader, LogSchema.POSITION);
    values.clear();
    for (LogSort sort : aggregate.sort()) {
      values.add(segment.values(sort.field(), Optional.empty()));
    }
  }

  @Override
  void collect(int doc, int bucket) throws IOException {
    if (bucket >= tops.length) {
      int length = Math.max(bucket + 1, 2 * tops.length);
      tops = Arrays.copyOf(tops, length);
      totals = Arrays.copyOf(totals, length);
    }
    totals[bucket]++;
    if (aggregate.size() == 0) {
      return;
    }
    PriorityQueue<Found> top = tops[bucket];
    if (top == null) {
      top = new PriorityQueue<>(order.reversed());
      tops[bucket] = top;
    }
    var found =
        new Found(reader, doc, keys(doc), positions.advanceExact(doc) ? positions.longValue() : 0);
    if (top.size() < aggregate.size()) {
      if (run.reserve(BYTES_PER_PLACE)) {
        top.add(found);
      }
    } else if (order.compare(found, top.element()) < 0) {
      top.remove();
      top.add(found);
    }
  }

  private List<Object> keys(int doc) throws IOException {
    var keys = new Object[values.size()];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = key(values.get(i), aggregate.sort().get(i).descending(), doc);
    }
    return List.of(keys);
  }

  /** Of several values the one that places the record furthest in front. */
  private static Object key(List<FieldValues> values, boolean descending, int doc)
      throws IOException {
    Object best = LogCursor.Missing.VALUE;
    for (FieldValues type : values) {
      for (int left = type.advance(doc); left > 0; left--) {
        Object value = type.next();
        boolean isFirst = best == LogCursor.Missing.VALUE;
        int compared = isFirst ? 0 : KeyOrder.compare(value, best);
        if (isFirst || (descending ? compared > 0 : compared < 0)) {
          best = value;
        }
      }
    }
    return best;
  }

  @Override
  void forget(int bucket) {
    if (bucket < tops.length) {
      tops[bucket] = null;
      totals[bucket] = 0;
    }
  }

  @Override
  LogAggregateResult result(int bucket) throws IOException {
    PriorityQueue<Found> top = bucket >= 0 && bucket < tops.length ? tops[bucket] : null;
    long total = bucket >= 0 && bucket < totals.length ? totals[bucket] : 0;
    if (top == null) {
      return new LogAggregateResult.TopHits(aggregate.name(), List.of(), List.of(), total);
    }
    List<Found> inOrder = new ArrayList<>(top);
    inOrder.sort(order);
    List<HitReader.Place> places = new ArrayList<>();
    for (Found found : inOrder) {
      Object first = found.keys.isEmpty() ? LogCursor.Missing.VALUE : found.keys.getFirst();
      places.add(
          new HitReader.Place(found.reader, found.doc, new LogCursor(first, found.position)));
    }
    List<LogHit> hits = run.read(places);
    List<List<Object>> keys = inOrder.stream().limit(hits.size()).map(Found::keys).toList();
    return new LogAggregateResult.TopHits(aggregate.name(), hits, keys, total);
  }
}
