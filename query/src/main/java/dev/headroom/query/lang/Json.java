package dev.headroom.query.lang;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.headroom.storage.model.HeadroomException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A JSON value in memory, for request bodies whose members come in any order. Numbers keep their
 * text; of members with one name the last wins.
 */
public sealed interface Json {
  /** Deeper bodies are refused. */
  int MAX_DEPTH = 200;

  JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
          .build();

  /** An object; its members in the order they stood. */
  record Members(Map<String, Json> fields) implements Json {}

  record Items(List<Json> values) implements Json {}

  /** A string, number, boolean ({@code true}) or null ({@code null}) by its text. */
  record Scalar(String text, Kind kind) implements Json {}

  enum Kind {
    STRING,
    NUMBER,
    BOOLEAN,
    NULL
  }

  /** The name of what this is, for messages. */
  default String kindName() {
    return switch (this) {
      case Members _ -> "an object";
      case Items _ -> "an array";
      case Scalar scalar ->
          switch (scalar.kind()) {
            case STRING -> "a string";
            case NUMBER -> "a number";
            case BOOLEAN -> "a boolean";
            case NULL -> "null";
          };
    };
  }

  default boolean isNull() {
    return this instanceof Scalar scalar && scalar.kind() == Kind.NULL;
  }

  /**
   * Reads one value, which must be all there is.
   *
   * @throws HeadroomException INVALID with line and column when it is no JSON
   */
  static Json read(byte[] bytes, int offset, int length) {
    try (JsonParser parser = FACTORY.createParser(bytes, offset, length)) {
      if (parser.nextToken() == null) {
        throw HeadroomException.invalid("body is empty, expected a JSON object");
      }
      Json value = value(parser);
      if (parser.nextToken() != null) {
        throw HeadroomException.invalid("body holds more than one JSON value");
      }
      return value;
    } catch (JsonProcessingException e) {
      throw HeadroomException.invalid(
          String.format(
              java.util.Locale.ROOT,
              "body is not JSON at line %d, column %d: %s",
              e.getLocation() == null ? 0 : e.getLocation().getLineNr(),
              e.getLocation() == null ? 0 : e.getLocation().getColumnNr(),
              e.getOriginalMessage()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Json value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        var fields = new LinkedHashMap<String, Json>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.currentName();
          parser.nextToken();
          fields.put(name, value(parser));
        }
        yield new Members(fields);
      }
      case START_ARRAY -> {
        var values = new ArrayList<Json>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          values.add(value(parser));
        }
        yield new Items(values);
      }
      case VALUE_STRING -> new Scalar(parser.getText(), Kind.STRING);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Scalar(parser.getText(), Kind.NUMBER);
      case VALUE_TRUE, VALUE_FALSE -> new Scalar(parser.getText(), Kind.BOOLEAN);
      case VALUE_NULL -> new Scalar("null", Kind.NULL);
      default -> throw new IllegalStateException("token " + parser.currentToken());
    };
  }
}
