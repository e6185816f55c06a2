package dev.headroom.query.engine;

import dev.headroom.query.lang.PipeStage;
import dev.headroom.query.lang.TimeFilter;
import dev.headroom.storage.logs.LogAggregate;
import dev.headroom.storage.logs.LogAnswer;
import dev.headroom.storage.logs.LogCursor;
import dev.headroom.storage.logs.LogFilter;
import dev.headroom.storage.logs.LogHit;
import dev.headroom.storage.logs.LogSearch;
import dev.headroom.storage.logs.LogSort;
import dev.headroom.storage.logs.LogStore;
import dev.headroom.storage.model.MemoryPermit;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One query with its turn. What the store can compute of the first stages it does: conditions,
 * order, limit, statistics; the others run over the rows that it gives. One use, one thread.
 */
final class RunningQuery {
  private static final int DEFAULT_LIMIT = 100;

  private final LogStore store;
  private final TenantId tenant;
  private final LogRequest request;
  private final QueryAdmission.Turn turn;
  private final QueryRun run;
  private final TimeRange range;
  private final StoredFields stored;
  private LogFilter filter;
  private List<PipeStage> stages;

  RunningQuery(
      LogStore store,
      TenantId tenant,
      LogRequest request,
      QueryLimits limits,
      QueryAdmission.Turn turn) {
    this.store = store;
    this.tenant = tenant;
    this.request = request;
    this.turn = turn;
    this.run = new QueryRun(limits, turn.deadline(), turn.memory());
    TimeFilter.Lifted lifted = TimeFilter.lift(request.query().filter());
    this.filter = lifted.rest();
    this.range = TimeFilter.intersection(request.range(), lifted.range());
    this.stored = new StoredFields(() -> store.fields(tenant, range));
    this.stages = request.query().stages();
  }

  QueryResult answer() {
    Columns columns = Columns.behind(stages);
    int most = run.limits().maxRows();
    boolean all = columns.isTable() || Pipeline.isBounded(stages);
    int limit = Math.min(most, request.limit().orElse(all ? most : DEFAULT_LIMIT));
    takeConditions();
    takeUselessOrder();
    if (!stages.isEmpty()) {
      var tables = new StoreTables(filter, this::aggregate, stored, run);
      Optional<List<Row>> rows = tables.rows(stages.getFirst());
      if (rows.isPresent()) {
        var end = new Collect(limit, run);
        Step first = Pipeline.steps(stages.subList(1, stages.size()), limit, run, end);
        for (Row row : rows.get()) {
          if (!first.row(row)) {
            break;
          }
        }
        first.end();
        return new QueryResult(
            end.table(columns.names(), columns.least()),
            tables.answer().totalHits(),
            tables.answer().totalIsExact(),
            Optional.empty(),
            run.reasons());
      }
    }
    return records(columns, limit);
  }

  /** A first {@code where} that means the same to the store becomes part of the filter. */
  private void takeConditions() {
    while (!stages.isEmpty() && stages.getFirst() instanceof PipeStage.Where where) {
      Optional<LogFilter> condition = new StoreConditions(stored).of(where.condition());
      if (condition.isEmpty()) {
        return;
      }
      filter = LogFilter.and(filter, condition.get());
      stages = stages.subList(1, stages.size());
    }
  }

  private void takeUselessOrder() {
    while (stages.size() > 1
        && stages.getFirst() instanceof PipeStage.Sort
        && isIndifferent(stages.get(1))) {
      stages = stages.subList(1, stages.size());
    }
  }

  private static boolean isIndifferent(PipeStage stage) {
    return switch (stage) {
      case PipeStage.Stats stats -> !StoredFields.minds(stats.measures());
      case PipeStage.TimeChart chart -> !StoredFields.minds(chart.measures());
      case PipeStage.Ranked _ -> true;
      default -> false;
    };
  }

  private LogAnswer aggregate(LogFilter asked, List<LogAggregate> aggregates) {
    return store.search(
        tenant, LogSearch.aggregate(asked, range, aggregates), turn.deadline(), turn.memory());
  }

  private QueryResult records(Columns columns, int limit) {
    RecordOrder order = RecordOrder.of(stages, request.order(), stored);
    var end = new Collect(limit, run);
    Step first = order.step(Pipeline.steps(order.rest(), limit, run, end), run);
    var scan =
        new RecordScan(
            (after, size, isFirst, permit) -> page(order.sort(), after, size, isFirst, permit),
            request.after(),
            turn,
            run);
    scan.run(order.wanted(limit), LogSearch.MAX_LIMIT, first);
    first.end();
    QueryResult.Rows rows =
        columns.isTable()
            ? end.table(columns.names(), columns.least())
            : new QueryResult.Hits(end.rows());
    return new QueryResult(
        rows,
        Math.max(scan.total(), request.countHits() ? 0 : scan.scanned()),
        scan.totalIsExact(),
        order.isPaged() && !columns.isTable() ? next(scan, end) : Optional.empty(),
        run.reasons());
  }

  /** Where the next page starts; nowhere when all was seen. */
  private Optional<LogCursor> next(RecordScan scan, Collect end) {
    Optional<LogCursor> lastRow =
        end.rows().isEmpty() ? request.after() : end.rows().getLast().hit().map(LogHit::sort);
    if (end.isFull()) {
      return end.rows().isEmpty() ? Optional.empty() : lastRow;
    }
    if (scan.isStopped()) {
      return scan.last();
    }
    return end.isRefused() ? lastRow : Optional.empty();
  }

  private LogAnswer page(
      LogSort sort, Optional<LogCursor> after, int size, boolean isFirst, MemoryPermit permit) {
    return store.search(
        tenant,
        new LogSearch(
            filter,
            range,
            Set.of(),
            List.of(),
            sort,
            size,
            after,
            isFirst && request.countHits(),
            List.of()),
        turn.deadline(),
        permit);
  }
}
