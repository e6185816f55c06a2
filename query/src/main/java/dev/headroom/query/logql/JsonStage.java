package dev.headroom.query.logql;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.headroom.query.lang.Json;
import dev.headroom.storage.model.HeadroomException;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/**
 * {@code json}: every value of an object line as a label, names joined with {@code _}, arrays left
 * out; or only the values asked for.
 */
record JsonStage(List<Extraction> wanted) implements Stage {
  private static final String ERROR = "JSONParserErr";

  JsonStage {
    wanted = List.copyOf(wanted);
  }

  @Override
  public boolean process(Entry entry) {
    Json json;
    try {
      byte[] bytes = entry.line().getBytes(UTF_8);
      json = Json.read(bytes, 0, bytes.length);
    } catch (HeadroomException e) {
      entry.fail(ERROR, String.valueOf(e.getMessage()));
      return true;
    }
    if (!(json instanceof Json.Members members)) {
      entry.fail(ERROR, "Value looks like object, but can't find closing '}' symbol");
      return true;
    }
    if (wanted.isEmpty()) {
      members(entry, "", members);
    } else {
      for (Extraction one : wanted) {
        String value = JsonPath.find(json, one.path()).map(JsonStage::text).orElse("");
        entry.extract(one.label(), value);
      }
    }
    return true;
  }

  private static void members(Entry entry, String prefix, Json.Members members) {
    for (Map.Entry<String, Json> field : members.fields().entrySet()) {
      String name = prefix.isEmpty() ? field.getKey() : prefix + "_" + field.getKey();
      switch (field.getValue()) {
        case Json.Members inner -> members(entry, name, inner);
        case Json.Items _ -> {}
        case Json.Scalar scalar -> {
          if (!scalar.isNull()) {
            entry.extract(name, scalar.text());
          }
        }
      }
    }
  }

  /** A scalar's text; of anything else its JSON. */
  private static String text(Json json) {
    if (json instanceof Json.Scalar scalar) {
      return scalar.isNull() ? "" : scalar.text();
    }
    var text = new StringWriter();
    try (JsonGenerator out = Json.FACTORY.createGenerator(text)) {
      write(out, json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static void write(JsonGenerator out, Json json) throws IOException {
    switch (json) {
      case Json.Members members -> {
        out.writeStartObject();
        for (var field : members.fields().entrySet()) {
          out.writeFieldName(field.getKey());
          write(out, field.getValue());
        }
        out.writeEndObject();
      }
      case Json.Items items -> {
        out.writeStartArray();
        for (Json item : items.values()) {
          write(out, item);
        }
        out.writeEndArray();
      }
      case Json.Scalar scalar -> {
        switch (scalar.kind()) {
          case STRING -> out.writeString(scalar.text());
          case NUMBER, BOOLEAN, NULL -> out.writeRawValue(scalar.text());
        }
      }
    }
  }

  @Override
  public String toString() {
    return "| json" + Extraction.text(wanted);
  }
}
