package dev.headroom.query.engine;

import dev.headroom.query.lang.PipeStage;
import dev.headroom.query.lang.TimeFilter;
import dev.headroom.storage.logs.LogAnswer;
import dev.headroom.storage.logs.LogCursor;
import dev.headroom.storage.logs.LogHit;
import dev.headroom.storage.logs.LogSearch;
import dev.headroom.storage.logs.LogStore;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Answers log queries. Blocks, so call it from virtual threads; any number of them.
 *
 * <p>Time conditions that every match must fulfil become the range of the search, so that whole
 * days are left out; order, limit and statistics are the store's work; the other stages run over
 * the rows it gives.
 */
public final class LogEngine {
  private static final int DEFAULT_LIMIT = 100;

  private final LogStore store;
  private final QueryAdmission admission;

  public LogEngine(LogStore store, QueryAdmission admission) {
    this.store = store;
    this.admission = admission;
  }

  public LogStore store() {
    return store;
  }

  /** One search under the limits, with its filter's own time conditions lifted out. */
  public LogAnswer search(TenantId tenant, LogSearch search) {
    TimeFilter.Lifted lifted = TimeFilter.lift(search.filter());
    var pruned =
        new LogSearch(
            lifted.rest(),
            TimeFilter.intersection(search.range(), lifted.range()),
            search.streams(),
            search.indexPatterns(),
            search.sort(),
            search.limit(),
            search.after(),
            search.countHits(),
            search.aggregates());
    try (QueryAdmission.Turn turn = admission.enter()) {
      return store.search(tenant, pruned, turn.deadline(), turn.memory());
    }
  }

  /**
   * Runs a query with its stages.
   *
   * @throws dev.headroom.storage.model.HeadroomException INVALID when stages do not fit together,
   *     OVERLOADED or TIMEOUT when there is nothing to answer
   */
  public QueryResult run(TenantId tenant, LogRequest request) {
    List<PipeStage> stages = request.query().stages();
    if (!stages.isEmpty() && stages.getFirst() instanceof PipeStage.Stats stats) {
      return table(tenant, request, stats, stages.subList(1, stages.size()));
    }
    return hits(tenant, request, HitPlan.of(stages, request.order()));
  }

  private QueryResult hits(TenantId tenant, LogRequest request, HitPlan plan) {
    int page = request.limit().orElse(plan.limit().orElse(DEFAULT_LIMIT));
    int limit = Math.min(Math.min(page, admission.limits().maxRows()), plan.limit().orElse(page));
    LogAnswer answer =
        search(
            tenant,
            new LogSearch(
                request.query().filter(),
                request.range(),
                Set.of(),
                List.of(),
                plan.sort(),
                limit,
                request.after(),
                request.countHits(),
                List.of()));
    List<LogHit> hits = answer.hits();
    boolean more = hits.size() == limit && limit > 0 && plan.limit().isEmpty();
    Optional<LogCursor> next = more ? Optional.of(hits.getLast().sort()) : Optional.empty();
    return new QueryResult(
        new QueryResult.Hits(plan.finish(hits), plan.fields()),
        answer.totalHits(),
        answer.totalIsExact(),
        next,
        answer.partialReasons());
  }

  private QueryResult table(
      TenantId tenant, LogRequest request, PipeStage.Stats stats, List<PipeStage> rest) {
    int maxGroups = admission.limits().maxGroups();
    var plan = new StatsPlan(stats, maxGroups);
    var empty = new QueryResult.Table(plan.columns(), List.of());
    TableStages.run(empty, rest);
    LogAnswer answer = search(tenant, aggregate(request, plan));
    QueryResult.Table table =
        TableStages.run(new QueryResult.Table(plan.columns(), plan.rows(answer)), rest);
    var reasons = new ArrayList<>(answer.partialReasons());
    if (plan.isCut()) {
      reasons.add("more than " + maxGroups + " groups; only the largest were kept");
    }
    int limit = Math.min(request.limit().orElse(Integer.MAX_VALUE), admission.limits().maxRows());
    if (table.rows().size() > limit) {
      table = new QueryResult.Table(table.columns(), table.rows().subList(0, limit));
    }
    return new QueryResult(
        table, answer.totalHits(), answer.totalIsExact(), Optional.empty(), reasons);
  }

  private static LogSearch aggregate(LogRequest request, StatsPlan plan) {
    TimeRange range = request.range();
    return LogSearch.aggregate(request.query().filter(), range, plan.aggregates());
  }
}
