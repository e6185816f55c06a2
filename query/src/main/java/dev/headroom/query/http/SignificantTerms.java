package dev.headroom.query.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.headroom.query.lang.AggregationKind;
import dev.headroom.query.lang.SearchAggregation;
import dev.headroom.storage.logs.KeyFilter;
import dev.headroom.storage.logs.LogAggregate;
import dev.headroom.storage.logs.LogAggregateResult.Bucket;
import dev.headroom.storage.logs.LogAggregateResult.Buckets;
import dev.headroom.storage.logs.LogAnswer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Terms that are more frequent among the matches than in the background, by the JLH score: how much
 * more often, times how many times as often.
 */
final class SignificantTerms {
  private record Scored(Bucket bucket, double score, long background) {}

  private final long matches;
  private final long background;
  private final List<Scored> scored;

  private SignificantTerms(long matches, long background, List<Scored> scored) {
    this.matches = matches;
    this.background = background;
    this.scored = scored;
  }

  /**
   * What is to be counted in the background.
   *
   * @throws ElasticException when the matches have more different values than can be weighed
   */
  static LogAggregate background(SearchAggregation asked, Buckets found) {
    var kind = (AggregationKind.SignificantTerms) asked.kind();
    if (found.otherCount() > 0) {
      throw new ElasticException(
          400,
          "illegal_argument_exception",
          "the matches have more than "
              + found.buckets().size()
              + " different values of ["
              + kind.field()
              + "] in ["
              + asked.name()
              + "]; raise [min_doc_count] or narrow the query",
          null);
    }
    Set<String> keys = new HashSet<>();
    found.buckets().forEach(bucket -> keys.add(KeyFilter.text(bucket.key())));
    var terms =
        new LogAggregate.Terms(
            asked.name(),
            kind.field(),
            Math.max(1, 2 * found.buckets().size()),
            LogAggregate.Order.COUNT_DESCENDING,
            List.of());
    return new LogAggregate.Terms(
        terms.name(),
        terms.field(),
        terms.size(),
        terms.orders(),
        1,
        terms.missing(),
        KeyFilter.only(keys),
        List.of());
  }

  static SignificantTerms of(
      SearchAggregation asked, Buckets found, long matches, LogAnswer background) {
    var kind = (AggregationKind.SignificantTerms) asked.kind();
    Map<Object, Long> counts = new HashMap<>();
    for (Bucket bucket : ((Buckets) background.aggregates().getFirst()).buckets()) {
      counts.put(bucket.key(), bucket.count());
    }
    List<Scored> scored = new ArrayList<>();
    for (Bucket bucket : found.buckets()) {
      long elsewhere = counts.getOrDefault(bucket.key(), 0L);
      double score =
          score(
              (double) bucket.count() / Math.max(1, matches),
              (double) Math.max(1, elsewhere) / Math.max(1, background.totalHits()));
      if (score > 0) {
        scored.add(new Scored(bucket, score, elsewhere));
      }
    }
    scored.sort(
        Comparator.comparingDouble(Scored::score)
            .reversed()
            .thenComparing(one -> one.bucket().key().toString()));
    return new SignificantTerms(
        matches, background.totalHits(), scored.subList(0, Math.min(kind.size(), scored.size())));
  }

  private static double score(double among, double elsewhere) {
    return among <= elsewhere ? 0 : (among - elsewhere) * (among / elsewhere);
  }

  void write(JsonGenerator out) throws IOException {
    out.writeNumberField("doc_count", matches);
    out.writeNumberField("bg_count", background);
    out.writeArrayFieldStart("buckets");
    for (Scored one : scored) {
      out.writeStartObject();
      out.writeFieldName("key");
      JsonAnswer.value(out, one.bucket().key());
      out.writeNumberField("doc_count", one.bucket().count());
      out.writeNumberField("score", one.score());
      out.writeNumberField("bg_count", one.background());
      out.writeEndObject();
    }
    out.writeEndArray();
  }
}
