package dev.headroom.query.logql;

import dev.headroom.query.engine.QueryAdmission;
import dev.headroom.storage.logs.LogFilter;
import dev.headroom.storage.logs.LogSort;
import dev.headroom.storage.logs.LogStore;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Follows a log query: each poll gives the lines that came since. Records that arrive up to {@link
 * #LATE_NANOS} behind others of later time are given as well. One thread at a time.
 */
public final class LogTail {
  private static final long LATE_NANOS = 10_000_000_000L;

  private final LogStore store;
  private final TenantId tenant;
  private final QueryAdmission admission;
  private final LogQl.Lines query;
  private final Pipeline pipeline;
  private long fromNanos;

  /** Time by position, of records given that a poll may find again. */
  private final Map<Long, Long> given = new HashMap<>();

  LogTail(
      LogStore store,
      TenantId tenant,
      QueryAdmission admission,
      LogQl.Lines query,
      long fromNanos) {
    this.store = store;
    this.tenant = tenant;
    this.admission = admission;
    this.query = query;
    this.pipeline = new Pipeline(query);
    this.fromNanos = fromNanos;
  }

  /**
   * Lines up to a time, oldest first; when there are more than the limit the next poll goes on.
   *
   * @throws HeadroomException OVERLOADED, TIMEOUT
   */
  public List<Entry> poll(long toNanos, int limit) {
    if (toNanos <= fromNanos) {
      return List.of();
    }
    var range = new TimeRange(fromNanos, toNanos);
    List<Entry> found = new ArrayList<>();
    long[] last = {toNanos};
    try (QueryAdmission.Turn turn = admission.enter()) {
      var session = new Session(store, tenant, turn);
      LogFilter filter = new LabelFilters(session, range).push(query.matchers()).filter();
      var _ =
          session.scan(
              filter,
              range,
              LogSort.OLDEST,
              Integer.MAX_VALUE,
              hit -> {
                if (given.putIfAbsent(hit.position(), hit.eventTimeNanos()) != null) {
                  return true;
                }
                Entry entry = RecordEntry.of(hit);
                if (pipeline.process(entry) && session.memory().tryReserve(entry.line().length())) {
                  found.add(entry);
                }
                last[0] = found.size() < limit ? toNanos : hit.eventTimeNanos();
                return found.size() < limit;
              });
    }
    fromNanos = Math.max(fromNanos, last[0] - LATE_NANOS);
    given.values().removeIf(time -> time < fromNanos);
    return found;
  }
}
