package dev.headroom.query.engine;

import dev.headroom.query.lang.LogQuery;
import dev.headroom.query.lang.TimeFilter;
import dev.headroom.storage.logs.LogAnswer;
import dev.headroom.storage.logs.LogSearch;
import dev.headroom.storage.logs.LogStore;
import dev.headroom.storage.model.TenantId;

/**
 * Answers log queries. Blocks, so call it from virtual threads; any number of them.
 *
 * <p>Time conditions that every match must fulfil become the range of the search, so that whole
 * days are left out.
 */
public final class LogEngine {
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
   * @throws dev.headroom.storage.model.HeadroomException INVALID when a stage names a column that
   *     is not there, OVERLOADED or TIMEOUT when there is nothing to answer
   */
  public QueryResult run(TenantId tenant, LogRequest request) {
    try (QueryAdmission.Turn turn = admission.enter()) {
      return new RunningQuery(store, tenant, request, admission.limits(), turn).answer();
    }
  }

  /** Whether the stages look at one row alone, so that an answer may be asked for in pages. */
  public static boolean isPaged(LogQuery query) {
    return query.stages().stream().allMatch(Pipeline::isRowByRow);
  }
}
