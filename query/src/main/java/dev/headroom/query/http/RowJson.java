package dev.headroom.query.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.headroom.query.engine.Row;
import dev.headroom.query.lang.Json;
import dev.headroom.query.lang.SourceFilter;
import dev.headroom.query.lang.SourceFilter.Verdict;
import dev.headroom.storage.logs.LogHit;
import dev.headroom.storage.model.TimeRange;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Rows as JSON objects: a record as it is, or with what stages made of it. */
final class RowJson {
  static byte[] of(Row row) {
    Optional<LogHit> hit = row.hit();
    if (hit.isPresent() && row.isUntouched()) {
      return SourceJson.flat(hit.get());
    }
    return JsonAnswer.object(
        out -> {
          if (hit.isPresent() && row.showsRecord()) {
            record(hit.get(), row, out);
          }
          own(row, out);
        });
  }

  private static void own(Row row, JsonGenerator out) throws IOException {
    for (Map.Entry<String, @Nullable Object> field : row.own().entrySet()) {
      if (field.getValue() != null) {
        out.writeFieldName(SourceJson.wellFormed(field.getKey()));
        JsonAnswer.value(out, field.getValue());
      }
    }
  }

  private static void record(LogHit hit, Row row, JsonGenerator out) throws IOException {
    var filter = new SourceFilter(true, java.util.List.of(), row.dropped());
    identity("_time", TimeRange.format(hit.eventTimeNanos()), row, filter, out);
    identity("_stream", hit.stream(), row, filter, out);
    identity("_index", hit.index(), row, filter, out);
    identity("_id", hit.id(), row, filter, out);
    if (!(row.source() instanceof Json.Members members)) {
      identity("_raw", SourceJson.wellFormed(hit.sourceText()), row, filter, out);
      return;
    }
    for (Map.Entry<String, Json> field : members.fields().entrySet()) {
      switch (field.getKey()) {
        case "_time", "_stream", "_index", "_id" -> {}
        default -> {
          if (!row.own().containsKey(field.getKey())) {
            member(field.getKey(), field.getKey(), field.getValue(), filter, out);
          }
        }
      }
    }
  }

  private static void identity(
      String name, String value, Row row, SourceFilter filter, JsonGenerator out)
      throws IOException {
    if (!row.own().containsKey(name) && filter.verdict(name) != Verdict.DROP) {
      out.writeStringField(name, value);
    }
  }

  private static void member(
      String name, String path, Json value, SourceFilter filter, JsonGenerator out)
      throws IOException {
    Verdict verdict = filter.verdict(path);
    if (verdict == Verdict.DROP) {
      return;
    }
    out.writeFieldName(SourceJson.wellFormed(name));
    if (verdict == Verdict.DESCEND && value instanceof Json.Members members) {
      out.writeStartObject();
      for (Map.Entry<String, Json> field : members.fields().entrySet()) {
        member(field.getKey(), path + "." + field.getKey(), field.getValue(), filter, out);
      }
      out.writeEndObject();
    } else {
      JsonAnswer.json(out, value);
    }
  }

  private RowJson() {}
}
