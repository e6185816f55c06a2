package dev.headroom.ingest.decode;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.base.ParserBase;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import dev.headroom.storage.model.LogBatch;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object into the fields of a started record: objects flattened with dots, arrays as
 * repeated values, nulls absent. Texts without escapes stay where they are, as offsets into the
 * source. Parses once, on the bytes; one decoder a request, not thread-safe.
 *
 * <p>Bounds: {@link #MAX_RECORD_BYTES} of source, {@link #MAX_DEPTH} levels, {@link
 * #MAX_ATTRIBUTES} fields; past them the record is rejected. No recursion, so depth costs no stack.
 */
public final class JsonDecoder {
  public static final int MAX_RECORD_BYTES = 256 << 10;
  public static final int MAX_DEPTH = 32;
  public static final int MAX_ATTRIBUTES = 1000;

  /**
   * Values of one record that are indexed, array elements included; further ones stay in source.
   */
  static final int MAX_VALUES = 10_000;

  private static final int MAX_MESSAGE_CHARS = 200;

  /** Shared with whoever reads JSON in this module: strict, bounded, bytes only. */
  public static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH + 8)
                  .maxNameLength(FieldPath.MAX_NAME_BYTES)
                  .maxStringLength(MAX_RECORD_BYTES)
                  .maxNumberLength(1000)
                  .build())
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .disable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  private final FieldPath root = FieldPath.root();
  private final RecordClues clues = new RecordClues();
  private final @Nullable FieldPath[] paths = new @Nullable FieldPath[MAX_DEPTH + 1];
  private final boolean[] inArray = new boolean[MAX_DEPTH + 1];
  private byte[] scratch = new byte[256];
  private long unindexedValues;

  // Of the record being decoded.
  private byte[] bytes = new byte[0];
  private int start;
  private int end;
  private int attributes;
  private int values;

  /** What the record decoded last told of itself; valid until the next. */
  public RecordClues clues() {
    return clues;
  }

  /** Values that are kept in the source only, for want of room for their names. */
  public long unindexedValues() {
    return unindexedValues;
  }

  /**
   * Adds the fields of the object to the record that the builder has started with the same slice as
   * its source. After a rejection the caller cancels that record.
   */
  public Decoded decode(LogBatch.Builder builder, byte[] source, int offset, int length) {
    clues.clear();
    if (length > MAX_RECORD_BYTES) {
      return Decoded.rejected(
          "too_large", "", "record of " + length + " bytes; at most " + MAX_RECORD_BYTES);
    }
    if (length < 2 || source[offset] != '{' || source[offset + 1] == 0) {
      return Decoded.rejected("not_an_object", "", "a JSON object in UTF-8 is needed");
    }
    if (!Utf8.isValid(source, offset, length)) {
      return Decoded.rejected("invalid_utf8", "", "not valid UTF-8; send UTF-8");
    }
    bytes = source;
    start = offset;
    end = offset + length;
    attributes = 0;
    values = 0;
    try (JsonParser parser = JSON.createParser(source, offset, length)) {
      return decodeObject(parser, builder);
    } catch (StreamConstraintsException e) {
      return Decoded.rejected("too_large", "", shorten(e.getOriginalMessage()));
    } catch (JsonProcessingException e) {
      return Decoded.rejected("malformed", "", malformed(e));
    } catch (IOException | IllegalStateException e) {
      // IllegalStateException: field names chosen to collide in the parser's table.
      return Decoded.rejected("malformed", "", shorten(String.valueOf(e.getMessage())));
    }
  }

  private static String malformed(JsonProcessingException e) {
    long at = e.getLocation() == null ? -1 : e.getLocation().getByteOffset();
    return "malformed JSON"
        + (at < 0 ? "" : " at byte " + at)
        + ": "
        + shorten(String.valueOf(e.getOriginalMessage()));
  }

  private static String shorten(String message) {
    return message.length() <= MAX_MESSAGE_CHARS
        ? message
        : message.substring(0, MAX_MESSAGE_CHARS) + '…';
  }

  private Decoded decodeObject(JsonParser parser, LogBatch.Builder builder) throws IOException {
    parser.nextToken();
    int depth = 1;
    paths[1] = root;
    inArray[1] = false;
    FieldPath current = root;
    while (depth > 0) {
      JsonToken token = parser.nextToken();
      switch (token) {
        case FIELD_NAME -> {
          FieldPath parent = paths[depth];
          current = parent == null ? null : parent.child(parser.currentName());
          if (current != null && current.isTooLong()) {
            return Decoded.rejected(
                "too_many_fields",
                shorten(current.name()),
                "name longer than " + FieldPath.MAX_NAME_BYTES + " bytes");
          }
        }
        case START_OBJECT, START_ARRAY -> {
          if (depth == MAX_DEPTH) {
            return Decoded.rejected(
                "too_deep", name(current), "nested deeper than " + MAX_DEPTH + " levels");
          }
          FieldPath path = inArray[depth] ? paths[depth] : current;
          if (token == JsonToken.START_ARRAY && !inArray[depth]) {
            attributes++;
          }
          depth++;
          paths[depth] = path;
          inArray[depth] = token == JsonToken.START_ARRAY;
        }
        case END_OBJECT, END_ARRAY -> depth--;
        case VALUE_NULL -> {}
        default -> {
          if (!inArray[depth]) {
            attributes++;
          }
          addValue(parser, token, inArray[depth] ? paths[depth] : current, builder);
        }
      }
      if (attributes > MAX_ATTRIBUTES) {
        return Decoded.rejected(
            "too_many_fields", "", "more than " + MAX_ATTRIBUTES + " fields in one record");
      }
    }
    return parser.nextToken() == null
        ? Decoded.ACCEPTED
        : Decoded.rejected("malformed", "", "something follows the JSON object");
  }

  private static String name(@Nullable FieldPath path) {
    return path == null ? "" : shorten(path.name());
  }

  private void addValue(
      JsonParser parser, JsonToken token, @Nullable FieldPath path, LogBatch.Builder builder)
      throws IOException {
    if (path == null || ++values > MAX_VALUES) {
      unindexedValues++;
      return;
    }
    switch (token) {
      case VALUE_STRING -> addText(path, position(parser) + 1, builder);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> addNumber(parser, token, path, builder);
      case VALUE_TRUE -> builder.addBoolean(path.ordinalIn(builder), true);
      case VALUE_FALSE -> builder.addBoolean(path.ordinalIn(builder), false);
      default -> throw new IllegalStateException("unexpected token " + token);
    }
  }

  /** Where the current value starts in {@link #bytes}. */
  private int position(JsonParser parser) {
    // The number says how many bytes the parser had taken, the first of the value among them.
    return start + (int) ((ParserBase) parser).getTokenCharacterOffset() - 1;
  }

  private void addText(FieldPath path, int from, LogBatch.Builder builder) {
    int to = from;
    boolean escaped = false;
    while (to < end && bytes[to] != '"') {
      if (bytes[to] == '\\') {
        escaped = true;
        to++;
      }
      to++;
    }
    // A text that does not end is found by the parser, at the next token.
    to = Math.min(to, end);
    if (escaped) {
      addEscaped(path, from, to, builder);
      return;
    }
    if (!path.isEventTime()) {
      builder.addSourceText(path.ordinalIn(builder), from - start, to - from);
    }
    if (path.role() != FieldPath.Role.NONE) {
      clues.offerText(path, bytes, from, to - from);
    }
  }

  private void addEscaped(FieldPath path, int from, int to, LogBatch.Builder builder) {
    if (scratch.length < to - from) {
      scratch = new byte[Math.max(to - from, scratch.length * 2)];
    }
    int length = JsonText.unescape(bytes, from, to, scratch);
    if (!path.isEventTime()) {
      builder.addText(path.ordinalIn(builder), scratch, 0, length);
    }
    if (path.role() != FieldPath.Role.NONE) {
      clues.offerText(path, Arrays.copyOf(scratch, length), 0, length);
    }
  }

  private void addNumber(
      JsonParser parser, JsonToken token, FieldPath path, LogBatch.Builder builder)
      throws IOException {
    boolean isWhole =
        token == JsonToken.VALUE_NUMBER_INT
            && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
    if (path.role() != FieldPath.Role.NONE) {
      int from = position(parser);
      int to = from;
      while (to < end && JsonText.isNumberByte(bytes[to])) {
        to++;
      }
      clues.offerNumber(path, bytes, from, to - from, isWhole ? parser.getLongValue() : -1);
    }
    if (path.isEventTime()) {
      return;
    }
    if (isWhole) {
      builder.addLong(path.ordinalIn(builder), parser.getLongValue());
      return;
    }
    double value = parser.getDoubleValue();
    if (Double.isFinite(value)) {
      builder.addDouble(path.ordinalIn(builder), value);
    } else {
      unindexedValues++; // larger than a double can be
    }
  }
}
