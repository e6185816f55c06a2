package dev.headroom.server.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** JSON that commands print. */
final class JsonText {
  private static final JsonFactory JSON = new JsonFactory();

  interface Content {
    void write(JsonGenerator out) throws IOException;
  }

  static String of(Content content) {
    var text = new StringWriter();
    try (JsonGenerator out = JSON.createGenerator(text)) {
      content.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /** An object of names and text values, in that order. */
  static String object(String... namesAndValues) {
    return of(
        out -> {
          out.writeStartObject();
          for (int i = 0; i < namesAndValues.length; i += 2) {
            out.writeStringField(namesAndValues[i], namesAndValues[i + 1]);
          }
          out.writeEndObject();
        });
  }

  private JsonText() {}
}
