package dev.headroom.storage.logs;

import dev.headroom.storage.model.TimeRange;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One question to the store: which records, in which order, how many, and what to compute of them.
 *
 * @param streams only these streams; empty means all
 * @param indexPatterns only records whose index name matches one of these ({@code *} allowed);
 *     empty means all
 * @param limit hits to return, 0 to 10,000
 * @param after only hits behind this place in the order
 * @param countHits whether {@link LogAnswer#totalHits} must be exact; otherwise counting may stop
 */
public record LogSearch(
    LogFilter filter,
    TimeRange range,
    Set<String> streams,
    List<String> indexPatterns,
    LogSort sort,
    int limit,
    Optional<LogCursor> after,
    boolean countHits,
    List<LogAggregate> aggregates) {
  public static final int MAX_LIMIT = 10_000;

  public LogSearch {
    streams = Set.copyOf(streams);
    indexPatterns = List.copyOf(indexPatterns);
    aggregates = List.copyOf(aggregates);
    if (limit < 0 || limit > MAX_LIMIT) {
      throw dev.headroom.storage.model.HeadroomException.invalid(
          "limit must be 0 to " + MAX_LIMIT + ", got " + limit);
    }
  }

  /** The newest records that match. */
  public static LogSearch newest(LogFilter filter, TimeRange range, int limit) {
    return new LogSearch(
        filter,
        range,
        Set.of(),
        List.of(),
        LogSort.NEWEST,
        limit,
        Optional.empty(),
        true,
        List.of());
  }

  /** Only aggregates, no hits. */
  public static LogSearch aggregate(
      LogFilter filter, TimeRange range, List<LogAggregate> aggregates) {
    return new LogSearch(
        filter, range, Set.of(), List.of(), LogSort.NEWEST, 0, Optional.empty(), true, aggregates);
  }
}
