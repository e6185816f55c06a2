package dev.headroom.query.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.headroom.query.lang.SearchRequest;
import dev.headroom.storage.logs.LogAnswer;
import dev.headroom.storage.logs.LogCursor;
import dev.headroom.storage.logs.LogHit;
import dev.headroom.storage.logs.LogSort;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The body of an Elasticsearch search answer.
 *
 * @param totalAsNumber {@code rest_total_hits_as_int}
 */
record SearchAnswer(
    SearchRequest request,
    LogAnswer found,
    Map<String, SignificantTerms> significant,
    boolean totalAsNumber,
    boolean typedKeys) {
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
      new AggregationJson(out, answer, typedKeys, significant)
          .all(AnswerTree.of(request.aggregations(), found.aggregates()));
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
    if (request.totalUpTo() == 0) {
      if (totalAsNumber) {
        out.writeNumberField("total", -1);
      }
      return;
    }
    if (totalAsNumber) {
      out.writeNumberField("total", found.totalHits());
      return;
    }
    boolean isMore = found.totalHits() > request.totalUpTo();
    out.writeObjectFieldStart("total");
    out.writeNumberField("value", Math.min(found.totalHits(), request.totalUpTo()));
    out.writeStringField("relation", found.totalIsExact() && !isMore ? "eq" : "gte");
    out.writeEndObject();
  }

  private List<byte[]> hits(boolean scored) {
    var json = new HitJson(scored, request.source(), request.fields());
    List<LogHit> all = found.hits();
    var hits = new ArrayList<byte[]>();
    for (LogHit hit : all.subList(Math.min(request.from(), all.size()), all.size())) {
      hits.add(json.of(hit, out -> sort(out, hit)));
    }
    return hits;
  }

  /** The values, then a tie-breaker with all that they lack: what search_after takes. */
  private void sort(JsonGenerator out, LogHit hit) throws IOException {
    LogCursor place = hit.sort();
    long nanosOfMilli = Math.floorMod(hit.eventTimeNanos(), NANOS_PER_MILLI);
    List<LogSort> keys = request.order().keys();
    boolean hasTime = keys.stream().anyMatch(LogSort::isByTime);
    out.writeArrayFieldStart("sort");
    HitJson.sortValues(out, keys, place.values(), request.showSortMillis());
    out.writeString((hasTime ? nanosOfMilli : 0) + "." + place.position());
    out.writeEndArray();
  }
}
