package dev.headroom.query.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.headroom.query.lang.SearchAggregation;
import dev.headroom.storage.logs.LogAggregateResult;
import dev.headroom.storage.logs.LogAggregateResult.Bucket;
import dev.headroom.storage.logs.LogAggregateResult.Buckets;
import dev.headroom.storage.logs.LogSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Results of aggregations as Elasticsearch shows them.
 *
 * @param typedKeys whether names carry their kind: {@code date_histogram#h}
 */
record AggregationJson(JsonGenerator out, boolean typedKeys) {
  private static final int MAX_BUCKETS = 65_536;
  private static final double NANOS_PER_MILLI = 1e6;

  void all(List<SearchAggregation> asked, List<LogAggregateResult> found) throws IOException {
    for (int i = 0; i < asked.size(); i++) {
      one(asked.get(i), found.get(i));
    }
  }

  private void one(SearchAggregation asked, LogAggregateResult found) throws IOException {
    out.writeObjectFieldStart(
        SourceJson.wellFormed(typedKeys ? kind(asked, found) + "#" + asked.name() : asked.name()));
    switch (asked) {
      case SearchAggregation.DateHistogram histogram -> histogram(histogram, (Buckets) found);
      case SearchAggregation.Terms terms -> terms(terms, (Buckets) found);
      case SearchAggregation.Metric metric -> metric(metric, found);
    }
    out.writeEndObject();
  }

  private static String kind(SearchAggregation asked, LogAggregateResult found) {
    return switch (asked) {
      case SearchAggregation.DateHistogram _ -> "date_histogram";
      case SearchAggregation.Terms _ -> termsKind((Buckets) found);
      case SearchAggregation.Metric metric ->
          switch (metric.kind()) {
            case AVG -> "avg";
            case SUM -> "sum";
            case MIN -> "min";
            case MAX -> "max";
            case STATS -> "stats";
            case VALUE_COUNT -> "value_count";
          };
    };
  }

  private static String termsKind(Buckets found) {
    boolean words = found.buckets().isEmpty();
    boolean fractions = false;
    for (Bucket bucket : found.buckets()) {
      words |= bucket.key() instanceof String;
      fractions |= bucket.key() instanceof Double;
    }
    return words ? "sterms" : fractions ? "dterms" : "lterms";
  }

  private void histogram(SearchAggregation.DateHistogram asked, Buckets found) throws IOException {
    out.writeArrayFieldStart("buckets");
    if (asked.minDocCount() > 0) {
      for (Bucket bucket : found.buckets()) {
        if (bucket.count() >= asked.minDocCount()) {
          time(asked, bucket);
        }
      }
    } else {
      filled(asked, found.buckets());
    }
    out.writeEndArray();
  }

  /** With the empty buckets between the first and the last, and as far as the bounds reach. */
  private void filled(SearchAggregation.DateHistogram asked, List<Bucket> found)
      throws IOException {
    long interval = asked.intervalNanos();
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;
    Map<Object, Bucket> byStart = new HashMap<>();
    for (Bucket bucket : found) {
      byStart.put(bucket.key(), bucket);
      first = Math.min(first, (Long) bucket.key());
      last = Math.max(last, (Long) bucket.key());
    }
    if (asked.bounds().isPresent()) {
      first = Math.min(first, start(asked, asked.bounds().get().fromNanos()));
      last = Math.max(last, start(asked, asked.bounds().get().toNanos()));
    }
    if (first <= last && (last - first) / interval >= MAX_BUCKETS) {
      throw new ElasticException(
          400,
          "too_many_buckets_exception",
          "Trying to create too many buckets. Must be less than or equal to: ["
              + MAX_BUCKETS
              + "] but was ["
              + ((last - first) / interval + 1)
              + "] in ["
              + asked.name()
              + "]",
          null);
    }
    for (long start = first; start <= last; start += interval) {
      Bucket bucket = byStart.get(start);
      time(asked, bucket == null ? new Bucket(start, 0, nothing(asked.children())) : bucket);
    }
  }

  private static long start(SearchAggregation.DateHistogram asked, long nanos) {
    long number = Math.floorDiv(nanos - asked.offsetNanos(), asked.intervalNanos());
    return number * asked.intervalNanos() + asked.offsetNanos();
  }

  /** What the aggregations of an empty bucket give. */
  private static List<LogAggregateResult> nothing(List<SearchAggregation> asked) {
    List<LogAggregateResult> results = new ArrayList<>(asked.size());
    for (SearchAggregation aggregation : asked) {
      results.add(
          switch (aggregation) {
            case SearchAggregation.DateHistogram a -> new Buckets(a.name(), List.of(), 0);
            case SearchAggregation.Terms a -> new Buckets(a.name(), List.of(), 0);
            case SearchAggregation.Metric a ->
                a.kind() == SearchAggregation.MetricKind.VALUE_COUNT
                    ? new LogAggregateResult.ValueCount(a.name(), 0)
                    : new LogAggregateResult.Stats(a.name(), 0, 0, Double.NaN, Double.NaN);
          });
    }
    return results;
  }

  private void time(SearchAggregation.DateHistogram asked, Bucket bucket) throws IOException {
    long nanos = (Long) bucket.key();
    long millis = ElasticTimes.millis(nanos);
    out.writeStartObject();
    out.writeStringField(
        "key_as_string", asked.showMillis() ? Long.toString(millis) : ElasticTimes.iso(nanos));
    out.writeNumberField("key", millis);
    out.writeNumberField("doc_count", bucket.count());
    all(asked.children(), bucket.children());
    out.writeEndObject();
  }

  private void terms(SearchAggregation.Terms asked, Buckets found) throws IOException {
    out.writeNumberField("doc_count_error_upper_bound", 0);
    out.writeNumberField("sum_other_doc_count", found.otherCount());
    out.writeArrayFieldStart("buckets");
    for (Bucket bucket : found.buckets()) {
      if (bucket.count() >= asked.minDocCount()) {
        out.writeStartObject();
        out.writeFieldName("key");
        if (bucket.key() instanceof Boolean flag) {
          out.writeNumber(flag ? 1 : 0);
          out.writeStringField("key_as_string", flag.toString());
        } else {
          JsonAnswer.value(out, bucket.key());
        }
        out.writeNumberField("doc_count", bucket.count());
        all(asked.children(), bucket.children());
        out.writeEndObject();
      }
    }
    out.writeEndArray();
  }

  private void metric(SearchAggregation.Metric asked, LogAggregateResult found) throws IOException {
    switch (found) {
      case LogAggregateResult.ValueCount count -> out.writeNumberField("value", count.count());
      case LogAggregateResult.Stats stats -> stats(asked, stats);
      case Buckets _,
          LogAggregateResult.Percentiles _,
          LogAggregateResult.Distinct _,
          LogAggregateResult.ExtendedStats _,
          LogAggregateResult.TopHits _ ->
          throw new IllegalStateException("not for " + asked);
    }
  }

  private void stats(SearchAggregation.Metric asked, LogAggregateResult.Stats found)
      throws IOException {
    boolean time = asked.field().equals(LogSchema.TIMESTAMP);
    double unit = time ? NANOS_PER_MILLI : 1;
    switch (asked.kind()) {
      case AVG -> value(found.average() / unit, time);
      case SUM -> value(found.sum() / unit, false);
      case MIN -> value(found.min() / unit, time);
      case MAX -> value(found.max() / unit, time);
      case STATS -> {
        out.writeNumberField("count", found.count());
        number("min", found.min() / unit);
        number("max", found.max() / unit);
        number("avg", found.average() / unit);
        number("sum", found.sum() / unit);
      }
      case VALUE_COUNT -> throw new IllegalStateException("statistics for " + asked);
    }
  }

  private void value(double value, boolean time) throws IOException {
    number("value", value);
    if (time && Double.isFinite(value)) {
      out.writeStringField(
          "value_as_string", ElasticTimes.iso(Math.round(value) * (long) NANOS_PER_MILLI));
    }
  }

  private void number(String name, double value) throws IOException {
    out.writeFieldName(name);
    JsonAnswer.number(out, value);
  }
}
