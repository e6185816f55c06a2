package dev.headroom.query.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.headroom.query.engine.RecordFields;
import dev.headroom.query.lang.AggregationKind;
import dev.headroom.query.lang.Json;
import dev.headroom.storage.logs.LogAggregateResult;
import dev.headroom.storage.logs.LogHit;
import dev.headroom.storage.logs.LogSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The first records of a bucket, whole or some of their values. */
record TopJson(JsonGenerator out, JsonAnswer answer) {
  void hits(AggregationKind.TopHits asked, LogAggregateResult.TopHits found) throws IOException {
    var json = new HitJson(asked.showScore(), asked.source(), asked.fields());
    var hits = new ArrayList<byte[]>();
    for (int i = asked.from(); i < found.hits().size(); i++) {
      List<Object> keys = found.keys().get(i);
      hits.add(
          json.of(
              found.hits().get(i),
              hit -> {
                hit.writeArrayFieldStart("sort");
                HitJson.sortValues(hit, asked.sort(), keys, true);
                hit.writeEndArray();
              }));
    }
    out.writeObjectFieldStart("hits");
    out.writeObjectFieldStart("total");
    out.writeNumberField("value", found.total());
    out.writeStringField("relation", "eq");
    out.writeEndObject();
    if (asked.showScore() && !hits.isEmpty()) {
      out.writeNumberField("max_score", 1.0);
    } else {
      out.writeNullField("max_score");
    }
    out.writeArrayFieldStart("hits");
    answer.rawElements(hits);
    out.writeEndArray();
    out.writeEndObject();
  }

  void metrics(AggregationKind.TopMetrics asked, LogAggregateResult.TopHits found)
      throws IOException {
    out.writeArrayFieldStart("top");
    for (int i = 0; i < found.hits().size(); i++) {
      LogHit hit = found.hits().get(i);
      var values = new RecordFields(hit);
      out.writeStartObject();
      out.writeArrayFieldStart("sort");
      HitJson.sortValues(out, List.of(asked.sort()), found.keys().get(i), false);
      out.writeEndArray();
      out.writeObjectFieldStart("metrics");
      for (String field : asked.fields()) {
        out.writeFieldName(SourceJson.wellFormed(field));
        if (field.equals(LogSchema.TIMESTAMP)) {
          out.writeString(ElasticTimes.iso(hit.eventTimeNanos()));
        } else {
          value(values.get(field));
        }
      }
      out.writeEndObject();
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  /** Of several values the first. */
  private void value(Optional<Json> value) throws IOException {
    switch (value.orElse(null)) {
      case null -> out.writeNull();
      case Json.Items items when !items.values().isEmpty() ->
          value(Optional.of(items.values().getFirst()));
      case Json.Items _, Json.Members _ -> out.writeNull();
      case Json.Scalar scalar -> JsonAnswer.json(out, scalar);
    }
  }
}
