package dev.headroom.storage.logs;

import dev.headroom.storage.model.Deadline;
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
  private static final int MAX_BUCKETS = 10_000;

  private static final long BYTES_PER_BUCKET = 256;
  private static final int DOCS_BETWEEN_CHECKS = 4096;

  private final List<Accumulator> accumulators;
  private final Deadline deadline;
  private final MemoryPermit permit;
  private final List<String> partialReasons = new ArrayList<>();
  private int buckets;

  AggregateRun(List<LogAggregate> aggregates, Deadline deadline, MemoryPermit permit) {
    this.deadline = deadline;
    this.permit = permit;
    this.accumulators = aggregates.stream().map(this::outermost).toList();
  }

  /** Terms by themselves are counted by ordinal; inside buckets that would take too much memory. */
  private Accumulator outermost(LogAggregate aggregate) {
    return aggregate instanceof LogAggregate.Terms terms && terms.children().isEmpty()
        ? new CountedTerms(terms, this)
        : Accumulator.of(aggregate, this);
  }

  List<Accumulator> accumulators(List<LogAggregate> aggregates) {
    List<Accumulator> made = new ArrayList<>(aggregates.size());
    aggregates.forEach(aggregate -> made.add(Accumulator.of(aggregate, this)));
    return made;
  }

  /** Whether one more bucket may be made; when not, the answer is partial. */
  boolean mayAddBucket() {
    if (buckets >= MAX_BUCKETS) {
      notePartial("max_buckets");
      return false;
    }
    if (!reserve(BYTES_PER_BUCKET)) {
      return false;
    }
    buckets++;
    return true;
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
      notePartial("max_buckets");
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
  long over(IndexSearcher searcher, Query query) throws IOException {
    var collector = new RunCollector();
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
    return accumulators.stream().map(Accumulator::result).toList();
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
    private long seen;

    @Override
    protected void doSetNextReader(LeafReaderContext leaf) throws IOException {
      for (Accumulator accumulator : accumulators) {
        accumulator.enter(leaf.reader());
      }
    }

    @Override
    public void collect(int doc) throws IOException {
      if (seen++ % DOCS_BETWEEN_CHECKS == 0) {
        checkDeadline();
      }
      for (Accumulator accumulator : accumulators) {
        accumulator.collect(doc);
      }
    }

    /** All documents of a range match, as with a filter by time alone. */
    @Override
    public void collectRange(int min, int max) throws IOException {
      checkDeadline();
      seen += max - min;
      for (Accumulator accumulator : accumulators) {
        accumulator.collectRange(min, max);
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
