package dev.headroom.query.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.headroom.query.logql.Entry;
import dev.headroom.query.promql.PromValue;
import dev.headroom.storage.model.Labels;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Values as Loki's API writes them: times of lines as text in nanoseconds. */
final class LokiJson {
  /** By which a client asks for labels by kind, and an answer says that it has them so. */
  static final String CATEGORIZE = "categorize-labels";

  /** Streams of an answer, ordered by labels; lines in the order they came. */
  static void streams(
      OutputStream to, List<Entry> entries, boolean categorize, List<String> warnings)
      throws IOException {
    Map<Labels, List<Entry>> streams = grouped(entries, categorize);
    PromJson.success(
        to,
        warnings,
        out -> {
          out.writeStartObject();
          out.writeStringField("resultType", "streams");
          if (categorize) {
            out.writeArrayFieldStart("encodingFlags");
            out.writeString(CATEGORIZE);
            out.writeEndArray();
          }
          out.writeArrayFieldStart("result");
          writeStreams(out, streams, categorize);
          out.writeEndArray();
          stats(out, entries.size());
          out.writeEndObject();
        });
  }

  /** A frame of the tail. */
  static String tail(List<Entry> entries) {
    return PromJson.text(
        out -> {
          out.writeStartObject();
          out.writeArrayFieldStart("streams");
          writeStreams(out, grouped(entries, false), false);
          out.writeEndArray();
          out.writeArrayFieldStart("dropped_entries");
          out.writeEndArray();
          out.writeEndObject();
        });
  }

  private static Map<Labels, List<Entry>> grouped(List<Entry> entries, boolean categorize) {
    Map<Labels, List<Entry>> streams = new TreeMap<>();
    for (Entry entry : entries) {
      Labels labels = categorize ? Labels.of(entry.stream()) : entry.labels();
      streams.computeIfAbsent(labels, _ -> new ArrayList<>()).add(entry);
    }
    return streams;
  }

  private static void writeStreams(
      JsonGenerator out, Map<Labels, List<Entry>> streams, boolean categorize) throws IOException {
    for (Map.Entry<Labels, List<Entry>> stream : streams.entrySet()) {
      out.writeStartObject();
      out.writeFieldName("stream");
      PromJson.labels(out, stream.getKey());
      out.writeArrayFieldStart("values");
      for (Entry entry : stream.getValue()) {
        out.writeStartArray();
        out.writeString(Long.toString(entry.timeNanos()));
        out.writeString(entry.line());
        if (categorize) {
          out.writeStartObject();
          kind(out, "structuredMetadata", entry.metadata());
          kind(out, "parsed", entry.parsed());
          out.writeEndObject();
        }
        out.writeEndArray();
      }
      out.writeEndArray();
      out.writeEndObject();
    }
  }

  private static void kind(JsonGenerator out, String name, Map<String, String> labels)
      throws IOException {
    if (labels.isEmpty()) {
      return;
    }
    out.writeObjectFieldStart(name);
    for (Map.Entry<String, String> label : labels.entrySet()) {
      out.writeStringField(label.getKey(), label.getValue());
    }
    out.writeEndObject();
  }

  static void value(OutputStream to, PromValue value, List<String> warnings) throws IOException {
    PromJson.success(
        to,
        warnings,
        out -> {
          out.writeStartObject();
          PromJson.members(out, value);
          stats(out, 0);
          out.writeEndObject();
        });
  }

  /** Clients read some of it; what is not measured is not told. */
  private static void stats(JsonGenerator out, int entries) throws IOException {
    out.writeObjectFieldStart("stats");
    out.writeObjectFieldStart("summary");
    out.writeNumberField("totalEntriesReturned", entries);
    out.writeEndObject();
    out.writeObjectFieldStart("querier");
    out.writeEndObject();
    out.writeObjectFieldStart("ingester");
    out.writeEndObject();
    out.writeEndObject();
  }

  static void texts(OutputStream to, Collection<String> texts) throws IOException {
    PromJson.success(to, List.of(), out -> PromJson.texts(out, texts));
  }

  private LokiJson() {}
}
