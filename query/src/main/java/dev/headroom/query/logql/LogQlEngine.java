package dev.headroom.query.logql;

import dev.headroom.query.engine.QueryAdmission;
import dev.headroom.query.promql.Calculation;
import dev.headroom.query.promql.MetricEngine;
import dev.headroom.query.promql.PromAnswer;
import dev.headroom.query.promql.SampleSource;
import dev.headroom.storage.logs.LogFilter;
import dev.headroom.storage.logs.LogSort;
import dev.headroom.storage.logs.LogStore;
import dev.headroom.storage.metrics.SeriesSamples;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import java.util.ArrayList;
import java.util.List;

/**
 * Answers LogQL. Blocks, so call it from virtual threads; any number of them.
 *
 * <p>Log lines may be fewer than there are, then with a warning; numbers are whole or an error.
 */
public final class LogQlEngine {
  private final LogStore store;
  private final QueryAdmission admission;

  public LogQlEngine(LogStore store, QueryAdmission admission) {
    this.store = store;
    this.admission = admission;
  }

  /**
   * What was found.
   *
   * @param entries in the order asked for
   * @param warnings why some are missing; empty when none is
   */
  public record LinesAnswer(List<Entry> entries, List<String> warnings) {
    public LinesAnswer {
      entries = List.copyOf(entries);
      warnings = List.copyOf(warnings);
    }
  }

  /** Takes an answer while the query still holds its turn and its memory. */
  public interface Reader<A, X extends Exception> {
    void read(A answer) throws X;
  }

  /**
   * The newest or the oldest lines.
   *
   * @param intervalNanos between two lines of one stream at least; 0 for all
   */
  public record LinesRequest(TimeRange range, boolean newestFirst, int limit, long intervalNanos) {}

  /**
   * Answers a log query.
   *
   * @throws HeadroomException OVERLOADED, TIMEOUT
   */
  public <X extends Exception> void lines(
      TenantId tenant, LogQl.Lines query, LinesRequest request, Reader<LinesAnswer, X> reader)
      throws X {
    try (QueryAdmission.Turn turn = admission.enter()) {
      var session = new Session(store, tenant, turn);
      reader.read(new LinesReader(session, query, request).answer());
    }
  }

  /**
   * Answers a metric query at one point in time.
   *
   * @throws HeadroomException INVALID for lines that cannot be read, UNPROCESSABLE for what cannot
   *     be counted, OVERLOADED, TIMEOUT
   */
  public <X extends Exception> void instant(
      TenantId tenant, LogQl.Metric query, long timeMillis, Reader<PromAnswer, X> reader) throws X {
    try (QueryAdmission.Turn turn = admission.enter()) {
      var session = new Session(store, tenant, turn);
      var points = new Points(timeMillis, 1, 1);
      var calculation = new Calculation(source(session, query, points), turn);
      reader.read(calculation.at(query.expr(), timeMillis));
    }
  }

  /**
   * Answers a metric query at start, start + step, … up to the end.
   *
   * @throws HeadroomException as {@link #instant}, and INVALID for more than 11,000 points
   */
  public <X extends Exception> void range(
      TenantId tenant, LogQl.Metric query, MetricEngine.Range range, Reader<PromAnswer, X> reader)
      throws X {
    var points = new Points(range.startMillis(), range.stepMillis(), Calculation.points(range));
    try (QueryAdmission.Turn turn = admission.enter()) {
      var session = new Session(store, tenant, turn);
      var calculation = new Calculation(source(session, query, points), turn);
      reader.read(calculation.over(query.expr(), range));
    }
  }

  private static SampleSource source(Session session, LogQl.Metric query, Points points) {
    List<List<SeriesSamples>> ranges = new ArrayList<>();
    for (RangeQuery range : query.ranges()) {
      ranges.add(new RangeReader(session, range, points).samples());
    }
    return (matchers, _, _, _, _) -> ranges.get(MetricPlan.number(matchers));
  }

  /** Follows a query from a time on. */
  public LogTail tail(TenantId tenant, LogQl.Lines query, long fromNanos) {
    return new LogTail(store, tenant, admission, query, fromNanos);
  }

  /** What labels and streams there are. */
  public LogCatalog catalog(TenantId tenant) {
    return new LogCatalog(store, tenant, admission);
  }

  /** Reads one page of the newest or oldest lines of a query's selector. */
  private static final class LinesReader {
    private final Session session;
    private final LogQl.Lines query;
    private final LinesRequest request;
    private final Pipeline pipeline;
    private final Spacing spacing;
    private final List<Entry> found = new ArrayList<>();
    private boolean outOfMemory;

    LinesReader(Session session, LogQl.Lines query, LinesRequest request) {
      this.session = session;
      this.query = query;
      this.request = request;
      this.pipeline = new Pipeline(query);
      this.spacing = new Spacing(request.intervalNanos());
    }

    LinesAnswer answer() {
      LogFilter filter = new LabelFilters(session, request.range()).push(query.matchers()).filter();
      int firstPage = query.stages().isEmpty() ? request.limit() : Integer.MAX_VALUE;
      var warnings =
          new ArrayList<>(
              session.scan(
                  filter,
                  request.range(),
                  request.newestFirst() ? LogSort.NEWEST : LogSort.OLDEST,
                  firstPage,
                  hit -> take(RecordEntry.of(hit))));
      if (outOfMemory) {
        warnings.add("the lines need more memory than a query may hold; only the first are given");
      }
      return new LinesAnswer(found, warnings);
    }

    private boolean take(Entry entry) {
      if (pipeline.process(entry) && spacing.takes(entry)) {
        outOfMemory = !session.memory().tryReserve(2L * entry.line().length() + ENTRY_BYTES);
        if (outOfMemory) {
          return false;
        }
        found.add(entry);
      }
      return found.size() < request.limit();
    }

    /** Bytes of an entry beside its line, mostly labels. */
    private static final int ENTRY_BYTES = 1024;
  }
}
