package dev.headroom.storage.logs;

import dev.headroom.storage.logs.LogAggregateResult.Bucket;
import dev.headroom.storage.logs.LogAggregateResult.Buckets;
import dev.headroom.storage.logs.LogSnapshot.Part;
import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.MemoryPermit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Computes the aggregates of a search, in one pass over the matching records if there is room for
 * all buckets. If not, because terms with children have very many values, a first pass finds the
 * values that will be shown, and a second one fills the buckets of those only.
 */
final class AggregatePasses {
  private final LogSnapshot snapshot;
  private final LogSearch search;
  private final Deadline deadline;
  private final MemoryPermit permit;

  record Found(List<LogAggregateResult> results, long total, List<String> partialReasons) {}

  AggregatePasses(LogSnapshot snapshot, LogSearch search, Deadline deadline, MemoryPermit permit) {
    this.snapshot = snapshot;
    this.search = search;
    this.deadline = deadline;
    this.permit = permit;
  }

  Found find() throws IOException {
    boolean canNarrow = search.aggregates().stream().anyMatch(AggregatePasses::canNarrow);
    try {
      return pass(search.aggregates(), canNarrow);
    } catch (AggregateRun.Full _) {
      return narrowed();
    }
  }

  private Found pass(List<LogAggregate> aggregates, boolean stopsWhenFull) throws IOException {
    var hits = new HitReader(snapshot, permit::tryReserve);
    var run = new AggregateRun(aggregates, deadline, permit, hits, stopsWhenFull);
    long total = 0;
    for (Part part : snapshot.parts()) {
      total +=
          part.read(
              reader ->
                  run.over(
                      LogSearcher.searcher(part, deadline), new FilterQueries(reader), search));
    }
    List<LogAggregateResult> results = run.results();
    return new Found(results, total, run.partialReasons());
  }

  private static boolean canNarrow(LogAggregate aggregate) {
    return aggregate instanceof LogAggregate.Terms terms && !terms.children().isEmpty();
  }

  private Found narrowed() throws IOException {
    List<LogAggregate> counting = new ArrayList<>();
    for (LogAggregate aggregate : search.aggregates()) {
      if (canNarrow(aggregate)) {
        counting.add(counting((LogAggregate.Terms) aggregate));
      }
    }
    Found counted = pass(counting, false);
    Map<String, Buckets> shown = new HashMap<>();
    counted.results().forEach(result -> shown.put(result.name(), (Buckets) result));
    List<LogAggregate> narrow = new ArrayList<>();
    for (LogAggregate aggregate : search.aggregates()) {
      narrow.add(
          canNarrow(aggregate)
              ? only(
                  (LogAggregate.Terms) aggregate,
                  Objects.requireNonNull(shown.get(aggregate.name())))
              : aggregate);
    }
    Found found = pass(narrow, false);
    List<LogAggregateResult> results = new ArrayList<>();
    for (int i = 0; i < narrow.size(); i++) {
      LogAggregateResult result = found.results().get(i);
      Buckets before = shown.get(result.name());
      results.add(
          before != null && canNarrow(search.aggregates().get(i))
              ? new Buckets(result.name(), ((Buckets) result).buckets(), before.otherCount())
              : result);
    }
    Set<String> reasons = new LinkedHashSet<>(counted.partialReasons());
    reasons.addAll(found.partialReasons());
    return new Found(results, found.total(), List.copyOf(reasons));
  }

  /** The terms with no more children than their order needs. */
  private static LogAggregate.Terms counting(LogAggregate.Terms terms) {
    Set<String> needed = new HashSet<>();
    for (BucketOrder order : terms.orders()) {
      switch (order) {
        case BucketOrder.ByMetric metric -> needed.add(metric.path().getFirst());
        case BucketOrder.ByPercentile percentile -> needed.add(percentile.path().getFirst());
        case BucketOrder.ByCount _, BucketOrder.ByKey _ -> {}
      }
    }
    return with(
        terms,
        terms.keys(),
        terms.children().stream().filter(child -> needed.contains(child.name())).toList());
  }

  private static LogAggregate.Terms only(LogAggregate.Terms terms, Buckets shown) {
    Set<String> keys = new HashSet<>();
    for (Bucket bucket : shown.buckets()) {
      keys.add(KeyFilter.text(bucket.key()));
    }
    return with(terms, KeyFilter.only(keys), terms.children());
  }

  private static LogAggregate.Terms with(
      LogAggregate.Terms terms, KeyFilter keys, List<LogAggregate> children) {
    return new LogAggregate.Terms(
        terms.name(),
        terms.field(),
        terms.size(),
        terms.orders(),
        terms.minCount(),
        terms.missing(),
        keys,
        children);
  }
}
