package dev.headroom.storage.logs;

import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.MemoryPermit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.CollectorManager;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.SimpleCollector;

/** Runs all aggregates of one search in one pass over the matching records. One thread. */
final class AggregateRun {
  /** Buckets of one answer. */
  static final int MAX_BUCKETS = 65_536;

  /** Reason of a partial answer: there are more buckets than that. */
  static final String MAX_BUCKETS_REASON = "max_buckets";

  private static final int MAX_DEPTH = 16;

  private static final long BYTES_PER_BUCKET = 256;
  private static final int DOCS_BETWEEN_CHECKS = 4096;

  private final List<Accumulator> accumulators;
  private final Deadline deadline;
  private final MemoryPermit permit;
  private final HitReader hits;
  private final boolean stopsWhenFull;
  private final List<String> partialReasons = new ArrayList<>();
  private int buckets;

  AggregateRun(
      List<LogAggregate> aggregates,
      Deadline deadline,
      MemoryPermit permit,
      HitReader hits,
      boolean stopsWhenFull) {
    this.deadline = deadline;
    this.permit = permit;
    this.hits = hits;
    this.stopsWhenFull = stopsWhenFull;
    aggregates.forEach(aggregate -> check(aggregate, 0));
    this.accumulators = aggregates.stream().map(a -> Accumulator.of(a, this, true)).toList();
  }

  private static void check(LogAggregate aggregate, int depth) {
    if (depth == MAX_DEPTH) {
      throw HeadroomException.invalid("aggregates are nested more than " + MAX_DEPTH + " deep");
    }
    if (depth > 0 && aggregate instanceof LogAggregate.Composite) {
      throw HeadroomException.invalid("a composite aggregate cannot stand inside of another");
    }
    if (aggregate instanceof LogAggregate.TopHits top && top.size() > LogAggregate.MAX_TOP) {
      throw HeadroomException.invalid(
          "at most " + LogAggregate.MAX_TOP + " records a bucket, got " + top.size());
    }
    aggregate.children().forEach(child -> check(child, depth + 1));
  }

  /** There are more buckets than one answer may have, and the run was to stop then. */
  static final class Full extends RuntimeException {
    private static final long serialVersionUID = 1;

    Full() {
      super(null, null, false, false);
    }
  }

  /** Whether one more bucket may be made; when not, the answer is partial. */
  boolean mayAddBucket() {
    if (buckets >= MAX_BUCKETS) {
      if (stopsWhenFull) {
        throw new Full();
      }
      notePartial(MAX_BUCKETS_REASON);
      return false;
    }
    if (!reserve(BYTES_PER_BUCKET)) {
      return false;
    }
    buckets++;
    return true;
  }

  /** The records at some places. */
  List<LogHit> read(List<HitReader.Place> places) throws IOException {
    List<LogHit> found = hits.read(places);
    if (hits.isOutOfMemory()) {
      notePartial(LogSearcher.OUT_OF_MEMORY);
    }
    return found;
  }

  /** Takes memory that can be done without. */
  boolean tryReserve(long bytes) {
    return permit.tryReserve(bytes);
  }

  /** Takes memory for one of the aggregates; when there is none, the answer is partial. */
  boolean reserve(long bytes) {
    boolean has = permit.tryReserve(bytes);
    if (!has) {
      notePartial(LogSearcher.OUT_OF_MEMORY);
    }
    return has;
  }

  /** How many of so many buckets may be made at once. */
  int bucketsWanted(int wanted) {
    int most = Math.min(wanted, MAX_BUCKETS - buckets);
    if (most < wanted) {
      notePartial(MAX_BUCKETS_REASON);
    }
    if (!reserve(most * BYTES_PER_BUCKET)) {
      return 0;
    }
    buckets += most;
    return most;
  }

  private void notePartial(String reason) {
    if (!partialReasons.contains(reason)) {
      partialReasons.add(reason);
    }
  }

  /** Returns how many records match (were seen, when the deadline passed). */
  long over(IndexSearcher searcher, FilterQueries queries, LogSearch search) throws IOException {
    var collector = new RunCollector(searcher, queries);
    Query query = queries.query(search);
    try {
      searcher.search(query, new OneCollector(collector));
    } catch (DeadlinePassed _) {
      notePartial(LogSearcher.TIMED_OUT);
    }
    return collector.seen;
  }

  List<LogAggregateResult> results() throws IOException {
    for (Accumulator accumulator : accumulators) {
      accumulator.leave();
    }
    List<LogAggregateResult> results = new ArrayList<>(accumulators.size());
    for (Accumulator accumulator : accumulators) {
      results.add(accumulator.result(0));
    }
    return results;
  }

  List<String> partialReasons() {
    return partialReasons;
  }

  private static final class DeadlinePassed extends RuntimeException {
    private static final long serialVersionUID = 1;

    DeadlinePassed() {
      super(null, null, false, false);
    }
  }

  /** Hands out the one collector: a search without an executor has a single slice. */
  private record OneCollector(RunCollector collector)
      implements CollectorManager<RunCollector, Long> {
    @Override
    public RunCollector newCollector() {
      return collector;
    }

    @Override
    public Long reduce(Collection<RunCollector> collectors) {
      return collector.seen;
    }
  }

  private final class RunCollector extends SimpleCollector {
    private final IndexSearcher searcher;
    private final FilterQueries queries;
    private long seen;

    RunCollector(IndexSearcher searcher, FilterQueries queries) {
      this.searcher = searcher;
      this.queries = queries;
    }

    @Override
    protected void doSetNextReader(LeafReaderContext leaf) throws IOException {
      var segment = new AggregateSegment(leaf, searcher, queries, AggregateRun.this);
      for (Accumulator accumulator : accumulators) {
        accumulator.enter(segment);
      }
    }

    @Override
    public void collect(int doc) throws IOException {
      if (seen++ % DOCS_BETWEEN_CHECKS == 0) {
        checkDeadline();
      }
      for (Accumulator accumulator : accumulators) {
        accumulator.collect(doc, 0);
      }
    }

    /** All documents of a range match, as with a filter by time alone. */
    @Override
    public void collectRange(int min, int max) throws IOException {
      checkDeadline();
      seen += max - min;
      for (Accumulator accumulator : accumulators) {
        accumulator.collectRange(min, max, 0);
      }
    }

    private void checkDeadline() {
      if (deadline.isExpired()) {
        throw new DeadlinePassed();
      }
    }

    @Override
    public ScoreMode scoreMode() {
      return ScoreMode.COMPLETE_NO_SCORES;
    }
  }
}
