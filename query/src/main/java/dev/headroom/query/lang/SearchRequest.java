package dev.headroom.query.lang;

import dev.headroom.storage.logs.LogCursor;
import dev.headroom.storage.logs.LogFilter;
import dev.headroom.storage.logs.LogSort;
import java.util.List;
import java.util.Optional;

/**
 * An Elasticsearch search: what to find and how the answer is to look.
 *
 * @param sort empty when the request asks for none; hits then come newest first, all with score 1
 * @param showSortMillis whether event times in {@code sort} are epoch milliseconds instead of ISO
 * @param totalUpTo up to how many hits are counted
 * @param fields names whose values are listed beside the source
 * @param pit the point in time that names the indices, if any
 */
public record SearchRequest(
    LogFilter filter,
    int from,
    int size,
    Optional<LogSort> sort,
    boolean showSortMillis,
    Optional<LogCursor> after,
    int totalUpTo,
    SourceFilter source,
    List<String> fields,
    List<SearchAggregation> aggregations,
    Optional<String> pit) {
  public SearchRequest {
    fields = List.copyOf(fields);
    aggregations = List.copyOf(aggregations);
  }

  public LogSort order() {
    return sort.orElse(LogSort.NEWEST);
  }

  /** The hits behind a place, without aggregations. */
  public SearchRequest behind(Optional<LogCursor> place) {
    return new SearchRequest(
        filter,
        0,
        size,
        sort,
        showSortMillis,
        place,
        totalUpTo,
        source,
        fields,
        List.of(),
        Optional.empty());
  }
}
