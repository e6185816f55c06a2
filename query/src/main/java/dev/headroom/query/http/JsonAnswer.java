package dev.headroom.query.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import dev.headroom.query.lang.Json;
import dev.headroom.storage.model.TimeRange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Compact JSON in memory, and answers of it. */
final class JsonAnswer {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
  private final JsonGenerator out;

  interface Fields {
    void write(JsonGenerator out) throws IOException;
  }

  private JsonAnswer() throws IOException {
    this.out = Json.FACTORY.createGenerator(bytes);
  }

  interface Body {
    void write(JsonGenerator out, JsonAnswer answer) throws IOException;
  }

  /** An object of these fields. */
  static byte[] object(Fields fields) {
    return bytes(
        (out, _) -> {
          out.writeStartObject();
          fields.write(out);
          out.writeEndObject();
        });
  }

  static byte[] bytes(Body body) {
    try {
      var answer = new JsonAnswer();
      body.write(answer.out, answer);
      answer.out.close();
      return answer.bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The elements of an array that are JSON already; stands where its brackets were written. */
  void rawElements(List<byte[]> elements) throws IOException {
    out.flush();
    boolean first = true;
    for (byte[] element : elements) {
      if (!first) {
        bytes.write(',');
      }
      first = false;
      bytes.writeBytes(element);
    }
  }

  /** What a cell of a table may hold, see {@link dev.headroom.query.engine.QueryResult.Table}. */
  static void value(JsonGenerator out, @Nullable Object value) throws IOException {
    switch (value) {
      case null -> out.writeNull();
      case Long number -> out.writeNumber(number);
      case Double number -> number(out, number);
      case Boolean flag -> out.writeBoolean(flag);
      case Instant time -> out.writeString(TimeRange.format(TimeRange.nanos(time)));
      case Json json -> json(out, json);
      case List<?> list -> {
        out.writeStartArray();
        for (Object item : list) {
          value(out, item);
        }
        out.writeEndArray();
      }
      default -> out.writeString(SourceJson.wellFormed(value.toString()));
    }
  }

  /** JSON has no word for what is not finite. */
  static void number(JsonGenerator out, double number) throws IOException {
    if (Double.isFinite(number)) {
      out.writeNumber(number);
    } else {
      out.writeNull();
    }
  }

  static void json(JsonGenerator out, Json value) throws IOException {
    switch (value) {
      case Json.Members members -> {
        out.writeStartObject();
        for (var field : members.fields().entrySet()) {
          out.writeFieldName(SourceJson.wellFormed(field.getKey()));
          json(out, field.getValue());
        }
        out.writeEndObject();
      }
      case Json.Items items -> {
        out.writeStartArray();
        for (Json item : items.values()) {
          json(out, item);
        }
        out.writeEndArray();
      }
      case Json.Scalar scalar -> {
        switch (scalar.kind()) {
          case STRING -> out.writeString(SourceJson.wellFormed(scalar.text()));
          case NUMBER -> out.writeNumber(scalar.text());
          case BOOLEAN -> out.writeBoolean(Boolean.parseBoolean(scalar.text()));
          case NULL -> out.writeNull();
        }
      }
    }
  }

  static void texts(JsonGenerator out, String name, List<String> texts) throws IOException {
    out.writeArrayFieldStart(name);
    for (String text : texts) {
      out.writeString(SourceJson.wellFormed(text));
    }
    out.writeEndArray();
  }

  static HttpResponse ok(byte[] json) {
    return HttpResponse.of(
        ResponseHeaders.builder(HttpStatus.OK)
            .contentType(MediaType.JSON)
            .set("x-content-type-options", "nosniff")
            .build(),
        HttpData.wrap(json));
  }
}
