package dev.headroom.ingest.decode;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The body of an Elasticsearch update: {@code doc} is merged into the record that is there, objects
 * key by key, anything else replaced; {@code upsert} (or the {@code doc} with {@code
 * doc_as_upsert}) is taken when there is none. Numbers keep the digits they were written with.
 */
public final class PartialUpdate {
  /** The text of a number, so that merging loses no digit. */
  private record Digits(String text) {}

  private static final String SCRIPTED = "scripts are not run; send doc, upsert or doc_as_upsert";

  private final @Nullable Map<?, ?> doc;
  private final @Nullable Map<?, ?> upsert;
  private final boolean docAsUpsert;
  private final boolean detectNoop;

  private PartialUpdate(Map<?, ?> body) {
    this.doc = body.get("doc") instanceof Map<?, ?> map ? map : null;
    this.upsert = body.get("upsert") instanceof Map<?, ?> map ? map : null;
    this.docAsUpsert = Boolean.TRUE.equals(body.get("doc_as_upsert"));
    this.detectNoop = !Boolean.FALSE.equals(body.get("detect_noop"));
  }

  /** What was read: one of the two is there. */
  public record Read(Optional<PartialUpdate> update, Optional<Decoded.Rejected> rejected) {
    static Read rejected(String reason, String field, String message) {
      return new Read(Optional.empty(), Optional.of(new Decoded.Rejected(reason, field, message)));
    }
  }

  public static Read read(byte[] bytes, int offset, int length) {
    if (length > 2 * JsonDecoder.MAX_RECORD_BYTES) {
      return Read.rejected("too_large", "", "update of " + length + " bytes");
    }
    if (length < 2 || bytes[offset] != '{' || bytes[offset + 1] == 0) {
      return Read.rejected("not_an_object", "", "a JSON object in UTF-8 is needed");
    }
    if (!Utf8.isValid(bytes, offset, length)) {
      return Read.rejected("invalid_utf8", "", "not valid UTF-8; send UTF-8");
    }
    try {
      Map<?, ?> body = parse(bytes, offset, length);
      if (body.containsKey("script")) {
        return Read.rejected("unsupported", "script", SCRIPTED);
      }
      var update = new PartialUpdate(body);
      return update.doc == null && update.upsert == null
          ? Read.rejected("malformed", "doc", "an update needs doc or upsert")
          : new Read(Optional.of(update), Optional.empty());
    } catch (JsonProcessingException e) {
      return Read.rejected("malformed", "", "malformed JSON: " + e.getOriginalMessage());
    } catch (IOException | IllegalStateException e) {
      return Read.rejected("malformed", "", "malformed JSON: " + e.getMessage());
    }
  }

  /** The record to add when there is none; empty when the update asks for one that is there. */
  public Optional<byte[]> whenMissing() {
    Map<?, ?> source = docAsUpsert ? doc : upsert;
    return source == null ? Optional.empty() : Optional.of(write(source));
  }

  /**
   * The record with the change made to it; empty when that changes nothing.
   *
   * @param source a record that was stored, so valid JSON
   */
  public Optional<byte[]> applyTo(byte[] source) {
    if (doc == null) {
      return Optional.empty();
    }
    Map<?, ?> current;
    try {
      current = parse(source, 0, source.length);
    } catch (IOException e) {
      throw new IllegalStateException("stored record is no JSON: " + e.getMessage(), e);
    }
    Map<Object, Object> merged = merge(current, doc);
    return detectNoop && merged.equals(current) ? Optional.empty() : Optional.of(write(merged));
  }

  private static Map<Object, Object> merge(Map<?, ?> current, Map<?, ?> change) {
    Map<Object, Object> merged = new LinkedHashMap<>(current);
    change.forEach(
        (key, value) ->
            merged.put(
                key,
                value instanceof Map<?, ?> to && merged.get(key) instanceof Map<?, ?> from
                    ? merge(from, to)
                    : value));
    return merged;
  }

  /** Depth is bounded by the parser's own limit, so the recursion is. */
  private static Map<?, ?> parse(byte[] bytes, int offset, int length) throws IOException {
    try (JsonParser parser = JsonDecoder.JSON.createParser(bytes, offset, length)) {
      Object value = value(parser, parser.nextToken());
      if (!(value instanceof Map<?, ?> map) || parser.nextToken() != null) {
        throw new IOException("one JSON object is needed");
      }
      return map;
    }
  }

  private static Object value(JsonParser parser, JsonToken token) throws IOException {
    return switch (token) {
      case START_OBJECT -> {
        Map<Object, Object> map = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String key = parser.currentName();
          map.put(key, value(parser, parser.nextToken()));
        }
        yield map;
      }
      case START_ARRAY -> {
        List<Object> list = new ArrayList<>();
        for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
          list.add(value(parser, t));
        }
        yield list;
      }
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Digits(parser.getText());
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> Optional.empty(); // null, which a LinkedHashMap of this code does not hold
    };
  }

  private static byte[] write(Map<?, ?> map) {
    var bytes = new ByteArrayOutputStream();
    try (JsonGenerator out = JsonDecoder.JSON.createGenerator(bytes)) {
      write(out, map);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void write(JsonGenerator out, Object value) throws IOException {
    switch (value) {
      case Map<?, ?> map -> {
        out.writeStartObject();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          out.writeFieldName((String) entry.getKey());
          write(out, entry.getValue());
        }
        out.writeEndObject();
      }
      case List<?> list -> {
        out.writeStartArray();
        for (Object element : list) {
          write(out, element);
        }
        out.writeEndArray();
      }
      case String text -> out.writeString(text);
      case Digits digits -> out.writeNumber(digits.text);
      case Boolean flag -> out.writeBoolean(flag);
      default -> out.writeNull();
    }
  }
}
