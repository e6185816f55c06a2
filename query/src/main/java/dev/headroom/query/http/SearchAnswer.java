package dev.headroom.query.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.headroom.query.engine.RecordFields;
import dev.headroom.query.lang.Json;
import dev.headroom.query.lang.SearchRequest;
import dev.headroom.storage.logs.LogAnswer;
import dev.headroom.storage.logs.LogCursor;
import dev.headroom.storage.logs.LogHit;
import dev.headroom.storage.logs.LogSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The body of an Elasticsearch search answer.
 *
 * @param totalAsNumber {@code rest_total_hits_as_int}
 */
record SearchAnswer(
    SearchRequest request, LogAnswer found, boolean totalAsNumber, boolean typedKeys) {
  private static final long NANOS_PER_MILLI = 1_000_000;

  /** The members of the answer. */
  void write(JsonGenerator out, JsonAnswer answer, long tookMillis) throws IOException {
    out.writeNumberField("took", tookMillis);
    out.writeBooleanField("timed_out", found.isPartial());
    shards(out, found.partialReasons());
    out.writeObjectFieldStart("hits");
    total(out);
    boolean scored = request.sort().isEmpty();
    if (scored && !found.hits().isEmpty()) {
      out.writeNumberField("max_score", 1.0);
    } else {
      out.writeNullField("max_score");
    }
    out.writeArrayFieldStart("hits");
    answer.rawElements(hits(scored));
    out.writeEndArray();
    out.writeEndObject();
    if (!request.aggregations().isEmpty()) {
      out.writeObjectFieldStart("aggregations");
      new AggregationJson(out, typedKeys).all(request.aggregations(), found.aggregates());
      out.writeEndObject();
    }
  }

  /** One shard, which failed when the answer is not complete. */
  static void shards(JsonGenerator out, List<String> partialReasons) throws IOException {
    boolean failed = !partialReasons.isEmpty();
    out.writeObjectFieldStart("_shards");
    out.writeNumberField("total", 1);
    out.writeNumberField("successful", failed ? 0 : 1);
    out.writeNumberField("skipped", 0);
    out.writeNumberField("failed", failed ? 1 : 0);
    if (failed) {
      out.writeArrayFieldStart("failures");
      for (String reason : partialReasons) {
        out.writeStartObject();
        out.writeNumberField("shard", 0);
        out.writeNullField("index");
        out.writeObjectFieldStart("reason");
        out.writeStringField("type", "partial_answer_exception");
        out.writeStringField("reason", "not everything was searched: " + reason);
        out.writeEndObject();
        out.writeEndObject();
      }
      out.writeEndArray();
    }
    out.writeEndObject();
  }

  private void total(JsonGenerator out) throws IOException {
    if (!request.trackTotal()) {
      if (totalAsNumber) {
        out.writeNumberField("total", -1);
      }
      return;
    }
    if (totalAsNumber) {
      out.writeNumberField("total", found.totalHits());
      return;
    }
    out.writeObjectFieldStart("total");
    out.writeNumberField("value", found.totalHits());
    out.writeStringField("relation", found.totalIsExact() ? "eq" : "gte");
    out.writeEndObject();
  }

  private List<byte[]> hits(boolean scored) {
    List<LogHit> all = found.hits();
    var hits = new ArrayList<byte[]>();
    for (LogHit hit : all.subList(Math.min(request.from(), all.size()), all.size())) {
      hits.add(hit(hit, scored));
    }
    return hits;
  }

  private byte[] hit(LogHit hit, boolean scored) {
    return JsonAnswer.bytes(
        (out, answer) -> {
          out.writeStartObject();
          out.writeStringField("_index", hit.index());
          out.writeStringField("_id", hit.id());
          if (scored) {
            out.writeNumberField("_score", 1.0);
          } else {
            out.writeNullField("_score");
          }
          if (request.source().enabled()) {
            out.writeFieldName("_source");
            out.writeRawValue("");
            answer.rawElements(List.of(SourceJson.filtered(hit.source(), request.source())));
          }
          if (!request.fields().isEmpty()) {
            fields(out, hit);
          }
          if (!scored) {
            sort(out, hit);
          }
          out.writeEndObject();
        });
  }

  private void fields(JsonGenerator out, LogHit hit) throws IOException {
    var values = new RecordFields(hit);
    out.writeObjectFieldStart("fields");
    for (String name : values.names(request.fields())) {
      Optional<Json> value =
          name.equals(LogSchema.TIMESTAMP)
              ? Optional.of(
                  new Json.Scalar(ElasticTimes.iso(hit.eventTimeNanos()), Json.Kind.STRING))
              : values.get(name);
      if (value.isPresent()) {
        out.writeArrayFieldStart(SourceJson.wellFormed(name));
        if (value.get() instanceof Json.Items items) {
          for (Json item : items.values()) {
            JsonAnswer.json(out, item);
          }
        } else {
          JsonAnswer.json(out, value.get());
        }
        out.writeEndArray();
      }
    }
    out.writeEndObject();
  }

  /** The value, then a tie-breaker with all that the value lacks: what search_after takes. */
  private void sort(JsonGenerator out, LogHit hit) throws IOException {
    LogCursor place = hit.sort();
    long nanosOfMilli = 0;
    out.writeArrayFieldStart("sort");
    if (request.order().isByTime()) {
      nanosOfMilli = Math.floorMod(hit.eventTimeNanos(), NANOS_PER_MILLI);
      if (request.showSortMillis()) {
        out.writeNumber(ElasticTimes.millis(hit.eventTimeNanos()));
      } else {
        out.writeString(ElasticTimes.iso(hit.eventTimeNanos()));
      }
    } else if (place.value() == LogCursor.Missing.VALUE) {
      out.writeNull();
    } else {
      JsonAnswer.value(out, place.value());
    }
    out.writeString(nanosOfMilli + "." + place.position());
    out.writeEndArray();
  }
}
