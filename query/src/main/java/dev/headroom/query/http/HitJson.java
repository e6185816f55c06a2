package dev.headroom.query.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.headroom.query.engine.RecordFields;
import dev.headroom.query.lang.Json;
import dev.headroom.query.lang.SourceFilter;
import dev.headroom.storage.logs.LogCursor;
import dev.headroom.storage.logs.LogHit;
import dev.headroom.storage.logs.LogSchema;
import dev.headroom.storage.logs.LogSort;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * One hit as Elasticsearch shows it.
 *
 * @param scored whether hits have a score, which is 1, instead of an order
 * @param fields names whose values are listed beside the source
 */
record HitJson(boolean scored, SourceFilter source, List<String> fields) {
  interface Sorting {
    void write(JsonGenerator out) throws IOException;
  }

  byte[] of(LogHit hit, Sorting sorting) {
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
          if (source.enabled()) {
            out.writeFieldName("_source");
            out.writeRawValue("");
            answer.rawElements(List.of(SourceJson.filtered(hit.source(), source)));
          }
          if (!fields.isEmpty()) {
            fields(out, hit);
          }
          if (!scored) {
            sorting.write(out);
          }
          out.writeEndObject();
        });
  }

  private void fields(JsonGenerator out, LogHit hit) throws IOException {
    var values = new RecordFields(hit);
    out.writeObjectFieldStart("fields");
    for (String name : values.names(fields)) {
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

  /** The values by which a hit was placed. */
  static void sortValues(
      JsonGenerator out, List<LogSort> sort, List<Object> values, boolean showMillis)
      throws IOException {
    for (int i = 0; i < values.size(); i++) {
      Object value = values.get(i);
      if (value == LogCursor.Missing.VALUE) {
        out.writeNull();
      } else if (sort.get(i).isByTime() && value instanceof Long nanos) {
        if (showMillis) {
          out.writeNumber(ElasticTimes.millis(nanos));
        } else {
          out.writeString(ElasticTimes.iso(nanos));
        }
      } else {
        JsonAnswer.value(out, value);
      }
    }
  }
}
