package dev.headroom.query.engine;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.headroom.query.lang.Json;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;

/** JSON as text. */
final class JsonWords {
  static String of(Json json) {
    var text = new StringWriter();
    try (JsonGenerator out = Json.FACTORY.createGenerator(text)) {
      write(json, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static void write(Json json, JsonGenerator out) throws IOException {
    switch (json) {
      case Json.Members members -> {
        out.writeStartObject();
        for (Map.Entry<String, Json> field : members.fields().entrySet()) {
          out.writeFieldName(field.getKey());
          write(field.getValue(), out);
        }
        out.writeEndObject();
      }
      case Json.Items items -> {
        out.writeStartArray();
        for (Json item : items.values()) {
          write(item, out);
        }
        out.writeEndArray();
      }
      case Json.Scalar scalar -> {
        switch (scalar.kind()) {
          case STRING -> out.writeString(scalar.text());
          case NUMBER -> out.writeNumber(scalar.text());
          case BOOLEAN -> out.writeBoolean(Boolean.parseBoolean(scalar.text()));
          case NULL -> out.writeNull();
        }
      }
    }
  }

  private JsonWords() {}
}
