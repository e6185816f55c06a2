package dev.headroom.query.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import dev.headroom.query.promql.NumberText;
import dev.headroom.query.promql.PromValue;
import dev.headroom.storage.metrics.SeriesSamples;
import dev.headroom.storage.model.Labels;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;

/**
 * Values as Prometheus's API writes them: times in seconds, with milliseconds only where there are
 * some; numbers as text, since JSON knows no NaN.
 */
final class PromJson {
  /** An answer that breaks off is left as it is: closing it would make it look whole. */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
          .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
          .build();

  interface Content {
    void write(JsonGenerator out) throws IOException;
  }

  static String text(Content content) {
    var text = new StringWriter();
    try (JsonGenerator out = JSON.createGenerator(text)) {
      content.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /** An answer without an envelope. */
  static void plain(OutputStream to, Content content) throws IOException {
    try (JsonGenerator out =
        JSON.createGenerator(new OutputStreamWriter(to, StandardCharsets.UTF_8))) {
      content.write(out);
    }
  }

  /** A successful answer. Through a writer, so that half a surrogate becomes a question mark. */
  static void success(OutputStream to, List<String> warnings, Content data) throws IOException {
    try (JsonGenerator out =
        JSON.createGenerator(new OutputStreamWriter(to, StandardCharsets.UTF_8))) {
      out.writeStartObject();
      out.writeStringField("status", "success");
      out.writeFieldName("data");
      data.write(out);
      if (!warnings.isEmpty()) {
        out.writeFieldName("warnings");
        texts(out, warnings);
      }
      out.writeEndObject();
    }
  }

  static void texts(JsonGenerator out, Collection<String> texts) throws IOException {
    out.writeStartArray();
    for (String text : texts) {
      out.writeString(text);
    }
    out.writeEndArray();
  }

  static void value(JsonGenerator out, PromValue value) throws IOException {
    out.writeStartObject();
    members(out, value);
    out.writeEndObject();
  }

  /** Its type and what it holds, inside an object. */
  static void members(JsonGenerator out, PromValue value) throws IOException {
    switch (value) {
      case PromValue.Scalar(long time, double number) -> {
        result(out, "scalar");
        sample(out, time, number);
      }
      case PromValue.Text(long time, String text) -> {
        result(out, "string");
        out.writeStartArray();
        time(out, time);
        out.writeString(text);
        out.writeEndArray();
      }
      case PromValue.Vector(long time, List<PromValue.Element> elements) -> {
        result(out, "vector");
        out.writeStartArray();
        for (PromValue.Element element : elements) {
          out.writeStartObject();
          out.writeFieldName("metric");
          labels(out, element.labels());
          out.writeFieldName("value");
          sample(out, time, element.value());
          out.writeEndObject();
        }
        out.writeEndArray();
      }
      case PromValue.Matrix(List<SeriesSamples> series) -> {
        result(out, "matrix");
        out.writeStartArray();
        for (SeriesSamples one : series) {
          series(out, one);
        }
        out.writeEndArray();
      }
    }
  }

  private static void result(JsonGenerator out, String type) throws IOException {
    out.writeStringField("resultType", type);
    out.writeFieldName("result");
  }

  private static void series(JsonGenerator out, SeriesSamples series) throws IOException {
    out.writeStartObject();
    out.writeFieldName("metric");
    labels(out, series.labels());
    out.writeArrayFieldStart("values");
    for (int i = 0; i < series.size(); i++) {
      sample(out, series.timesMillis()[i], series.values()[i]);
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  static void labels(JsonGenerator out, Labels labels) throws IOException {
    out.writeStartObject();
    for (int i = 0; i < labels.size(); i++) {
      out.writeStringField(labels.name(i), labels.value(i));
    }
    out.writeEndObject();
  }

  private static void sample(JsonGenerator out, long timeMillis, double value) throws IOException {
    out.writeStartArray();
    time(out, timeMillis);
    out.writeString(NumberText.json(value));
    out.writeEndArray();
  }

  private static void time(JsonGenerator out, long millis) throws IOException {
    if (millis % 1000 == 0) {
      out.writeNumber(millis / 1000);
      return;
    }
    String fraction = String.valueOf(1000 + Math.abs(millis % 1000)).substring(1);
    String sign = millis < 0 ? "-" : "";
    out.writeNumber(sign + Math.abs(millis / 1000) + "." + fraction);
  }

  private PromJson() {}
}
