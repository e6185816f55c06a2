package dev.headroom.query.lang;

import dev.headroom.storage.logs.LogAggregate;
import java.util.List;
import java.util.Optional;

/**
 * An Elasticsearch aggregation.
 *
 * @param meta given back with the answer as it is
 */
public record SearchAggregation(
    String name, AggregationKind kind, List<SearchAggregation> children, Optional<Json> meta) {
  /** What the store is asked for; nothing when the answer is made of others. */
  public Optional<LogAggregate> toStore() {
    return kind.toStore(name, toStore(children));
  }

  public static List<LogAggregate> toStore(List<SearchAggregation> aggregations) {
    return aggregations.stream().flatMap(a -> a.toStore().stream()).toList();
  }
}
