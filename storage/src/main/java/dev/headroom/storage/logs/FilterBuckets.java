package dev.headroom.storage.logs;

import java.io.IOException;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;
import org.jspecify.annotations.Nullable;

/** Records by filters, which may overlap. */
final class FilterBuckets extends Bucketed {
  private final LogAggregate.Filters aggregate;
  private final @Nullable Weight[] weights;

  /** Matches in the segment; null for all of it. */
  private final @Nullable DocIdSetIterator[] matches;

  private @Nullable IndexSearcher searcher;

  FilterBuckets(LogAggregate.Filters aggregate, AggregateRun run) {
    super(aggregate, run);
    this.aggregate = aggregate;
    this.weights = new Weight[aggregate.filters().size()];
    this.matches = new DocIdSetIterator[weights.length];
  }

  @Override
  void enter(AggregateSegment segment) throws IOException {
    super.enter(segment);
    if (searcher != segment.searcher()) {
      searcher = segment.searcher();
      for (int i = 0; i < weights.length; i++) {
        weights[i] = weight(segment, segment.queries().query(aggregate.filters().get(i)));
      }
    }
    for (int i = 0; i < weights.length; i++) {
      matches[i] = matches(weights[i], segment);
    }
  }

  private static @Nullable Weight weight(AggregateSegment segment, Query query) throws IOException {
    Query rewritten = segment.searcher().rewrite(query);
    return rewritten instanceof MatchAllDocsQuery
        ? null
        : segment.searcher().createWeight(rewritten, ScoreMode.COMPLETE_NO_SCORES, 1);
  }

  private static @Nullable DocIdSetIterator matches(
      @Nullable Weight weight, AggregateSegment segment) throws IOException {
    if (weight == null) {
      return null;
    }
    Scorer scorer = weight.scorer(segment.leaf());
    return scorer == null ? DocIdSetIterator.empty() : scorer.iterator();
  }

  @Override
  void collect(int doc, int parent) throws IOException {
    for (int i = 0; i < matches.length; i++) {
      if (isMatch(matches[i], doc)) {
        add(parent, i, doc);
      }
    }
  }

  private static boolean isMatch(@Nullable DocIdSetIterator matches, int doc) throws IOException {
    if (matches == null) {
      return true;
    }
    int at = matches.docID();
    return (at < doc ? matches.advance(doc) : at) == doc;
  }

  @Override
  void collectRange(int min, int max, int parent) throws IOException {
    // Values are read forward only, so children cannot take the range once a filter.
    if (matches.length == 1 && matches[0] == null) {
      allInto(bucket(parent, 0), parent, min, max);
    } else {
      super.collectRange(min, max, parent);
    }
  }

  @Override
  LogAggregateResult result(int parent) throws IOException {
    return dense(parent, aggregate.filters().size());
  }
}
