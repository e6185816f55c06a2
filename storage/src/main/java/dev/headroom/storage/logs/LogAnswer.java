package dev.headroom.storage.logs;

import java.util.ArrayList;
import java.util.List;

/**
 * @param totalHits records that match; a lower bound when {@code totalIsExact} is false
 * @param aggregates one result an aggregate of the search, in its order
 * @param partialReasons empty when the answer is complete
 */
public record LogAnswer(
    List<LogHit> hits,
    long totalHits,
    boolean totalIsExact,
    List<LogAggregateResult> aggregates,
    List<String> partialReasons) {
  /** With further reasons why it is partial. */
  LogAnswer withReasons(List<String> reasons) {
    List<String> all = new ArrayList<>(partialReasons);
    all.addAll(reasons);
    return new LogAnswer(hits, totalHits, false, aggregates, all);
  }

  public boolean isPartial() {
    return !partialReasons.isEmpty();
  }
}
