package dev.headroom.storage.logs;

import dev.headroom.storage.logs.LogAggregateResult.Bucket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.DocValuesSkipper;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.NumericDocValues;
import org.jspecify.annotations.Nullable;

/** What one aggregate has gathered so far. Entered once a segment, then given its documents. */
abstract class Accumulator {
  static Accumulator of(LogAggregate aggregate, AggregateRun run) {
    return switch (aggregate) {
      case LogAggregate.DateHistogram histogram -> new Histogram(histogram, run);
      case LogAggregate.Terms terms -> new Terms(terms, run);
      case LogAggregate.Stats stats -> new Stats(stats);
      case LogAggregate.ValueCount count -> new Count(count);
      case LogAggregate.Percentiles percentiles -> new SketchedQuantiles(percentiles, run);
      case LogAggregate.Distinct distinct -> new SketchedDistinct(distinct, run);
    };
  }

  abstract void enter(LeafReader reader) throws IOException;

  abstract void collect(int doc) throws IOException;

  /** Collects every document from {@code min} to below {@code max}. */
  void collectRange(int min, int max) throws IOException {
    for (int doc = min; doc < max; doc++) {
      collect(doc);
    }
  }

  /** The last segment entered is done; may be called again. */
  void leave() throws IOException {}

  abstract LogAggregateResult result();

  /** Aggregates that hold buckets, each with the children of its own. */
  private abstract static class Bucketed extends Accumulator {
    static final class Cell {
      private long count;
      private final List<Accumulator> children;
      private int enteredSegment;

      Cell(List<Accumulator> children, int enteredSegment) {
        this.children = children;
        this.enteredSegment = enteredSegment;
      }

      void collect(int doc) throws IOException {
        for (Accumulator child : children) {
          child.collect(doc);
        }
      }
    }

    private final List<LogAggregate> children;
    private final AggregateRun run;
    private final Map<Object, Cell> cells = new HashMap<>();

    @SuppressWarnings("NullAway.Init")
    private LeafReader reader;

    private int segment;
    private long left;

    Bucketed(List<LogAggregate> children, AggregateRun run) {
      this.children = children;
      this.run = run;
    }

    @Override
    void enter(LeafReader newReader) throws IOException {
      reader = newReader;
      segment++;
    }

    @Override
    void leave() throws IOException {
      for (Cell cell : cells.values()) {
        for (Accumulator child : cell.children) {
          child.leave();
        }
      }
    }

    boolean hasChildren() {
      return !children.isEmpty();
    }

    void add(Object key, int doc) throws IOException {
      Cell cell = cell(key, 1);
      if (cell != null) {
        cell.collect(doc);
      }
    }

    /** Counts records of one bucket; null when there is no room for it. */
    @Nullable Cell cell(Object key, long records) throws IOException {
      Cell cell = cells.get(key);
      if (cell == null) {
        if (!run.mayAddBucket()) {
          left += records;
          return null;
        }
        cell = new Cell(run.accumulators(children), segment);
        cells.put(key, cell);
        enterChildren(cell);
      } else if (cell.enteredSegment != segment) {
        cell.enteredSegment = segment;
        enterChildren(cell);
      }
      cell.count += records;
      return cell;
    }

    private void enterChildren(Cell cell) throws IOException {
      for (Accumulator child : cell.children) {
        child.enter(reader);
      }
    }

    /** Buckets in an order, cut to a size; the rest is counted. */
    LogAggregateResult.Buckets buckets(String name, Comparator<Bucket> order, int size) {
      List<Bucket> all = new ArrayList<>(cells.size());
      cells.forEach(
          (key, cell) ->
              all.add(
                  new Bucket(
                      key, cell.count, cell.children.stream().map(Accumulator::result).toList())));
      all.sort(order);
      int kept = Math.min(size, all.size());
      long others = left;
      for (Bucket bucket : all.subList(kept, all.size())) {
        others += bucket.count();
      }
      return new LogAggregateResult.Buckets(name, List.copyOf(all.subList(0, kept)), others);
    }
  }

  private static final class Histogram extends Bucketed {
    private final LogAggregate.DateHistogram aggregate;

    @SuppressWarnings("NullAway.Init")
    private NumericDocValues times;

    private @Nullable DocValuesSkipper blocks;

    Histogram(LogAggregate.DateHistogram aggregate, AggregateRun run) {
      super(aggregate.children(), run);
      this.aggregate = aggregate;
    }

    @Override
    void enter(LeafReader reader) throws IOException {
      super.enter(reader);
      times = DocValues.getNumeric(reader, LogSchema.TIMESTAMP);
      blocks = reader.getDocValuesSkipper(LogSchema.TIMESTAMP);
    }

    @Override
    void collect(int doc) throws IOException {
      if (times.advanceExact(doc)) {
        add(key(times.longValue()), doc);
      }
    }

    private long key(long time) {
      long interval = aggregate.intervalNanos();
      long offset = aggregate.offsetNanos();
      return Math.floorDiv(time - offset, interval) * interval + offset;
    }

    /** Counts whole blocks of the skip index whose times lie in one bucket. */
    @Override
    void collectRange(int min, int max) throws IOException {
      if (hasChildren() || blocks == null) {
        super.collectRange(min, max);
        return;
      }
      int doc = min;
      while (doc < max) {
        if (blocks.maxDocID(0) < doc) {
          blocks.advance(doc);
        }
        int level = 0;
        while (level + 1 < blocks.numLevels() && fits(level + 1, doc)) {
          level++;
        }
        int end = (int) Math.min(max, blocks.maxDocID(level) + 1L);
        if (fits(level, doc)) {
          var unused = cell(key(blocks.minValue(level)), end - doc);
        } else {
          super.collectRange(doc, end);
        }
        doc = end;
      }
    }

    private boolean fits(int level, int doc) {
      DocValuesSkipper skip = Objects.requireNonNull(blocks);
      return skip.minDocID(level) <= doc
          && skip.docCount(level) == skip.maxDocID(level) - skip.minDocID(level) + 1
          && key(skip.minValue(level)) == key(skip.maxValue(level));
    }

    @Override
    LogAggregateResult result() {
      return buckets(aggregate.name(), KeyOrder.ASCENDING, Integer.MAX_VALUE);
    }
  }

  private static final class Terms extends Bucketed {
    /** Up to so many values of a segment their buckets are found by ordinal. */
    private static final int FEW_VALUES = 64;

    private final LogAggregate.Terms aggregate;
    private List<FieldValues> values = List.of();
    private @Nullable Cell[][] byOrdinal = new Cell[0][];

    Terms(LogAggregate.Terms aggregate, AggregateRun run) {
      super(aggregate.children(), run);
      this.aggregate = aggregate;
    }

    @Override
    void enter(LeafReader reader) throws IOException {
      super.enter(reader);
      values = FieldValues.of(reader, aggregate.field());
      byOrdinal = new Cell[values.size()][];
      for (int type = 0; type < byOrdinal.length; type++) {
        int ordinals = values.get(type).ordinals();
        byOrdinal[type] = new Cell[ordinals <= FEW_VALUES ? ordinals : 0];
      }
    }

    @Override
    void collect(int doc) throws IOException {
      for (int type = 0; type < byOrdinal.length; type++) {
        FieldValues of = values.get(type);
        @Nullable Cell[] cells = byOrdinal[type];
        for (int left = of.advance(doc); left > 0; left--) {
          if (cells.length == 0) {
            add(of.next(), doc);
          } else {
            add(of, cells, doc);
          }
        }
      }
    }

    private void add(FieldValues of, @Nullable Cell[] cells, int doc) throws IOException {
      int ordinal = of.nextOrdinal();
      Cell cell = cells[ordinal];
      if (cell == null) {
        cell = cell(of.text(ordinal).utf8ToString(), 1);
        cells[ordinal] = cell;
      } else {
        cell.count++;
      }
      if (cell != null) {
        cell.collect(doc);
      }
    }

    @Override
    LogAggregateResult result() {
      return buckets(aggregate.name(), CountedTerms.order(aggregate.order()), aggregate.size());
    }
  }

  private static final class Stats extends Accumulator {
    private final LogAggregate.Stats aggregate;
    private List<FieldValues> values = List.of();
    private long count;
    private double sum;
    private double min = Double.NaN;
    private double max = Double.NaN;

    Stats(LogAggregate.Stats aggregate) {
      this.aggregate = aggregate;
    }

    @Override
    void enter(LeafReader reader) throws IOException {
      values = FieldValues.of(reader, aggregate.field());
    }

    @Override
    void collect(int doc) throws IOException {
      for (FieldValues type : values) {
        int n = type.advance(doc);
        for (int i = 0; i < n; i++) {
          if (type.next() instanceof Number number) {
            add(number.doubleValue());
          }
        }
      }
    }

    private void add(double value) {
      min = count == 0 ? value : Math.min(min, value);
      max = count == 0 ? value : Math.max(max, value);
      sum += value;
      count++;
    }

    @Override
    LogAggregateResult result() {
      return new LogAggregateResult.Stats(aggregate.name(), count, sum, min, max);
    }
  }

  private static final class Count extends Accumulator {
    private final LogAggregate.ValueCount aggregate;
    private List<FieldValues> values = List.of();
    private long count;

    Count(LogAggregate.ValueCount aggregate) {
      this.aggregate = aggregate;
    }

    @Override
    void enter(LeafReader reader) throws IOException {
      values = FieldValues.of(reader, aggregate.field());
    }

    @Override
    void collect(int doc) throws IOException {
      for (FieldValues type : values) {
        count += type.advance(doc);
      }
    }

    @Override
    LogAggregateResult result() {
      return new LogAggregateResult.ValueCount(aggregate.name(), count);
    }
  }
}
