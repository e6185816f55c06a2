package dev.headroom.query.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.headroom.query.lang.AggregationKind;
import dev.headroom.query.lang.Json;
import dev.headroom.query.lang.SearchAggregation;
import dev.headroom.storage.logs.CompositeSource;
import dev.headroom.storage.logs.LogAggregateResult;
import dev.headroom.storage.logs.LogAggregateResult.Buckets;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Results of aggregations as Elasticsearch shows them.
 *
 * @param significant those of the request by name, which stand at the top only
 * @param typedKeys whether names carry their kind: {@code date_histogram#h}
 */
record AggregationJson(
    JsonGenerator out,
    JsonAnswer answer,
    boolean typedKeys,
    Map<String, SignificantTerms> significant) {
  void all(Map<String, AnswerNode> level) throws IOException {
    for (AnswerNode node : level.values()) {
      one(node);
    }
  }

  private void one(AnswerNode node) throws IOException {
    SearchAggregation asked = node.asked();
    out.writeObjectFieldStart(
        SourceJson.wellFormed(
            typedKeys ? AggregationTypes.of(node) + "#" + asked.name() : asked.name()));
    Optional<Json> meta = asked.meta();
    if (meta.isPresent()) {
      out.writeFieldName("meta");
      JsonAnswer.json(out, meta.get());
    }
    switch (asked.kind()) {
      case AggregationKind.DateHistogram histogram -> dates(histogram, node);
      case AggregationKind.Histogram histogram -> numbers(histogram, node);
      case AggregationKind.Terms _ -> terms(node);
      case AggregationKind.SignificantTerms _ ->
          Objects.requireNonNull(significant.get(asked.name())).write(out);
      case AggregationKind.Single _ -> {
        AnswerNode.Bucket only = node.buckets().getFirst();
        out.writeNumberField("doc_count", only.count());
        all(only.children());
      }
      case AggregationKind.Filters filters -> filters(filters, node);
      case AggregationKind.Ranges ranges -> ranges(ranges, node);
      case AggregationKind.Composite composite -> composite(composite, node);
      case AggregationKind.Metric metric ->
          new MetricJson(out).metric(metric, node.result().orElseThrow());
      case AggregationKind.Percentiles percentiles ->
          new MetricJson(out).percentiles(percentiles, node.result().orElseThrow());
      case AggregationKind.TopHits top ->
          new TopJson(out, answer)
              .hits(top, (LogAggregateResult.TopHits) node.result().orElseThrow());
      case AggregationKind.TopMetrics top ->
          new TopJson(out, answer)
              .metrics(top, (LogAggregateResult.TopHits) node.result().orElseThrow());
      case AggregationKind.Rate _ -> new MetricJson(out).number("value", node.number());
      case AggregationKind.Pipeline pipeline -> new MetricJson(out).pipeline(pipeline, node);
    }
    out.writeEndObject();
  }

  private void dates(AggregationKind.DateHistogram histogram, AnswerNode node) throws IOException {
    boolean keyed = histogram.shown().keyed();
    startBuckets(keyed);
    for (AnswerNode.Bucket bucket : node.buckets()) {
      long nanos = (Long) bucket.key();
      String text = histogram.format().text(nanos);
      startBucket(keyed, text);
      out.writeStringField("key_as_string", text);
      out.writeNumberField("key", ElasticTimes.millis(nanos));
      inside(bucket);
    }
    endBuckets(keyed);
  }

  private void numbers(AggregationKind.Histogram histogram, AnswerNode node) throws IOException {
    boolean keyed = histogram.shown().keyed();
    startBuckets(keyed);
    for (AnswerNode.Bucket bucket : node.buckets()) {
      startBucket(keyed, bucket.key().toString());
      out.writeNumberField("key", (Double) bucket.key());
      inside(bucket);
    }
    endBuckets(keyed);
  }

  private void startBuckets(boolean keyed) throws IOException {
    if (keyed) {
      out.writeObjectFieldStart("buckets");
    } else {
      out.writeArrayFieldStart("buckets");
    }
  }

  private void endBuckets(boolean keyed) throws IOException {
    if (keyed) {
      out.writeEndObject();
    } else {
      out.writeEndArray();
    }
  }

  private void startBucket(boolean keyed, String key) throws IOException {
    if (keyed) {
      out.writeObjectFieldStart(SourceJson.wellFormed(key));
    } else {
      out.writeStartObject();
    }
  }

  /** What stands behind the keys of a bucket, and its end. */
  private void inside(AnswerNode.Bucket bucket) throws IOException {
    out.writeNumberField("doc_count", bucket.count());
    all(bucket.children());
    out.writeEndObject();
  }

  private void terms(AnswerNode node) throws IOException {
    Buckets found = (Buckets) node.result().orElseThrow();
    out.writeNumberField("doc_count_error_upper_bound", 0);
    out.writeNumberField("sum_other_doc_count", found.otherCount());
    out.writeArrayFieldStart("buckets");
    for (AnswerNode.Bucket bucket : node.buckets()) {
      out.writeStartObject();
      out.writeFieldName("key");
      if (bucket.key() instanceof Boolean flag) {
        out.writeNumber(flag ? 1 : 0);
        out.writeStringField("key_as_string", flag.toString());
      } else {
        JsonAnswer.value(out, bucket.key());
      }
      inside(bucket);
    }
    out.writeEndArray();
  }

  private void filters(AggregationKind.Filters filters, AnswerNode node) throws IOException {
    startBuckets(filters.keyed());
    for (AnswerNode.Bucket bucket : node.buckets()) {
      String name = filters.names().get(place(bucket));
      startBucket(filters.keyed(), name == null ? "" : name);
      if (!filters.keyed() && name != null) {
        out.writeStringField("key", SourceJson.wellFormed(name));
      }
      inside(bucket);
    }
    endBuckets(filters.keyed());
  }

  private static int place(AnswerNode.Bucket bucket) {
    return Math.toIntExact((Long) bucket.key());
  }

  private void ranges(AggregationKind.Ranges ranges, AnswerNode node) throws IOException {
    startBuckets(ranges.keyed());
    for (AnswerNode.Bucket bucket : node.buckets()) {
      AggregationKind.NamedRange range = ranges.ranges().get(place(bucket));
      startBucket(ranges.keyed(), range.key());
      if (!ranges.keyed()) {
        out.writeStringField("key", SourceJson.wellFormed(range.key()));
      }
      if (range.from().isPresent()) {
        out.writeNumberField("from", range.from().get());
        if (ranges.time().isPresent()) {
          out.writeStringField("from_as_string", ranges.time().get().text(range.fromNanos()));
        }
      }
      if (range.to().isPresent()) {
        out.writeNumberField("to", range.to().get());
        if (ranges.time().isPresent()) {
          out.writeStringField("to_as_string", ranges.time().get().text(range.toNanos()));
        }
      }
      inside(bucket);
    }
    endBuckets(ranges.keyed());
  }

  /** The key to go on behind is that of the last bucket found, even if it is not shown. */
  private void composite(AggregationKind.Composite composite, AnswerNode node) throws IOException {
    List<LogAggregateResult.Bucket> found = ((Buckets) node.result().orElseThrow()).buckets();
    if (!found.isEmpty()) {
      out.writeFieldName("after_key");
      key(composite, (List<?>) found.getLast().key());
    }
    out.writeArrayFieldStart("buckets");
    for (AnswerNode.Bucket bucket : node.buckets()) {
      out.writeStartObject();
      out.writeFieldName("key");
      key(composite, (List<?>) bucket.key());
      inside(bucket);
    }
    out.writeEndArray();
  }

  private void key(AggregationKind.Composite composite, List<?> key) throws IOException {
    out.writeStartObject();
    for (int i = 0; i < key.size(); i++) {
      CompositeSource source = composite.sources().get(i);
      Object value = key.get(i);
      out.writeFieldName(SourceJson.wellFormed(source.name()));
      if (source instanceof CompositeSource.Time && value instanceof Long nanos) {
        var format = composite.formats().get(source.name());
        if (format == null) {
          out.writeNumber(ElasticTimes.millis(nanos));
        } else {
          out.writeString(format.text(nanos));
        }
      } else {
        JsonAnswer.value(out, value);
      }
    }
    out.writeEndObject();
  }
}
