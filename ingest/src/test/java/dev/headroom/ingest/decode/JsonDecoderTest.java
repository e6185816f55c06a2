package dev.headroom.ingest.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.headroom.ingest.decode.Decoded.Rejected;
import dev.headroom.storage.model.FieldType;
import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.model.LogRecord;
import dev.headroom.storage.model.TenantId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonDecoderTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final JsonDecoder decoder = new JsonDecoder();

  private Decoded decode(LogBatch.Builder builder, byte[] bytes, int offset, int length) {
    builder.startRecord(0, "s", "i", bytes, offset, length);
    return decoder.decode(builder, bytes, offset, length);
  }

  /**
   * The fields of a document, as {@code name=value}, texts quoted; it stands inside other bytes.
   */
  private List<String> fields(String json) {
    byte[] utf8 = ("padding" + json + "{\"x\":1}").getBytes(UTF_8);
    var builder = new LogBatch.Builder(TenantId.DEFAULT, "test", 0);
    Decoded decoded = decode(builder, utf8, 7, utf8.length - 14);
    assertEquals(Decoded.ACCEPTED, decoded, json);
    builder.endRecord();
    return fields(builder.build(0).record(0));
  }

  private static List<String> fields(LogRecord record) {
    List<String> fields = new ArrayList<>();
    while (record.nextField()) {
      Object value =
          switch (record.fieldType()) {
            case SOURCE_TEXT, INLINE_TEXT -> '"' + record.text() + '"';
            case LONG -> record.longValue();
            case DOUBLE -> record.doubleValue();
            case TRUE, FALSE -> record.booleanValue();
          };
      fields.add(record.fieldName() + "=" + value);
    }
    return fields;
  }

  private void check(String json, String... fields) {
    assertEquals(List.of(fields), fields(json), json);
  }

  private void reject(String json, String reason) {
    byte[] utf8 = json.getBytes(UTF_8);
    reject(utf8, reason);
  }

  private void reject(byte[] utf8, String reason) {
    var builder = new LogBatch.Builder(TenantId.DEFAULT, "test", 0);
    Rejected rejected =
        assertInstanceOf(Rejected.class, decode(builder, utf8, 0, utf8.length), reason);
    assertEquals(reason, rejected.reason(), rejected.message());
  }

  @Test
  void objectsFlattenAndArraysRepeat() {
    check("{}");
    check("{\"a\":1}", "a=1");
    check("{ \"a\" : { \"b\" : { \"c\" : true } , \"d\":null } }", "a.b.c=true");
    check("{\"a.b\":1,\"a\":{\"b\":2}}", "a.b=1", "a.b=2");
    check("{\"a\":[1,[2,\"x\"],{\"b\":3},[],{}]}", "a=1", "a=2", "a=\"x\"", "a.b=3");
    check("{\"a\":1,\"a\":2}", "a=1", "a=2");
    check("{\"a\":[{\"b\":1,\"c\":2},{\"b\":3}],\"d\":4}", "a.b=1", "a.c=2", "a.b=3", "d=4");
    check("{\"\":1,\"é\":{\"ü\":2}}", "=1", "é.ü=2");
  }

  @Test
  void numbersAreExactOrTheNearestDouble() {
    check("{\"a\":9223372036854775807}", "a=9223372036854775807");
    check("{\"a\":-9223372036854775808}", "a=-9223372036854775808");
    check("{\"a\":9223372036854775808}", "a=9.223372036854776E18");
    check("{\"a\":1.5,\"b\":-0.0,\"c\":1e3}", "a=1.5", "b=-0.0", "c=1000.0");
    check("{\"a\":1e999,\"b\":2}", "b=2");
    assertEquals(1, decoder.unindexedValues());
  }

  @Test
  void textsWithoutEscapesStayInTheSource() {
    byte[] utf8 = "{\"a\":\"plain\",\"b\":\"es\\ncaped\",\"c\":\"\",\"d\":\"é😀\"}".getBytes(UTF_8);
    var builder = new LogBatch.Builder(TenantId.DEFAULT, "test", 0);
    assertEquals(Decoded.ACCEPTED, decode(builder, utf8, 0, utf8.length));
    builder.endRecord();
    LogRecord record = builder.build(0).record(0);
    FieldType[] types = {
      FieldType.SOURCE_TEXT, FieldType.INLINE_TEXT, FieldType.SOURCE_TEXT, FieldType.SOURCE_TEXT
    };
    for (FieldType type : types) {
      assertTrue(record.nextField());
      assertEquals(type, record.fieldType(), record.fieldName());
    }
    check(
        "{\"a\":\"plain\",\"b\":\"es\\ncaped\",\"c\":\"\",\"d\":\"é😀\"}",
        "a=\"plain\"",
        "b=\"es\ncaped\"",
        "c=\"\"",
        "d=\"é😀\"");
  }

  @Test
  void escapesAreResolved() {
    check(
        "{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00e9\\u20ac\\ud83d\\ude00\"}",
        "a=\"\"\\/\b\f\n\r\tAé€😀\"");
    check("{\"a\":\"\\ud83dx\\ude00\\ud83d\"}", "a=\"�x��\"");
    check("{\"a\\nb\":1}", "a\nb=1");
  }

  @Test
  void eventTimeIsNoFieldOfItsOwn() {
    check("{\"@timestamp\":\"2026-11-22T00:00:00Z\",\"a\":1}", "a=1");
    check("{\"@timestamp\":1795000000,\"ts\":2}", "ts=2");
    assertEquals(1_795_000_000_000_000_000L, decoder.clues().timeOr(-1));
  }

  @Test
  void cluesComeFromTheFieldTrustedMost() {
    fields("{\"ts\":1795000000,\"time\":\"2026-11-20T00:00:00Z\",\"date\":\"x\"}");
    assertEquals(1_795_132_800_000_000_000L, decoder.clues().timeOr(-1));
    fields("{\"time\":12,\"ts\":0.5,\"date\":\"monday\"}");
    assertEquals(-1, decoder.clues().timeOr(-1), "durations are no times");
    fields("{\"level\":\"warn\",\"log\":{\"level\":\"error\"}}");
    assertEquals(17, decoder.clues().severity());
    fields("{\"level\":30,\"severity\":\"nonsense\"}");
    assertEquals(9, decoder.clues().severity());
    fields("{\"severity_number\":\"21\",\"level\":\"info\"}");
    assertEquals(21, decoder.clues().severity());
    fields("{\"service\":\"a\",\"service.name\":\"b\\u0062\",\"env\":\"prod\",\"region\":\"\"}");
    assertEquals(
        new dev.headroom.storage.model.StreamAttributes("bb", "prod", ""),
        decoder.clues().attributes());
    fields("{}");
    assertEquals(0, decoder.clues().severity(), "nothing is left from the record before");
    assertTrue(!decoder.clues().hasService());
  }

  @Test
  void badInputIsRejectedWithItsReason() {
    reject("", "not_an_object");
    reject("1", "not_an_object");
    reject("[{}]", "not_an_object");
    reject("{", "not_an_object");
    reject("{\"a\"", "malformed");
    reject("{\"a\":1", "malformed");
    reject("{\"a\":\"x", "malformed");
    reject("{\"a\":\"x\\", "malformed");
    reject("{\"a\":\"\\x\"}", "malformed");
    reject("{\"a\":\"\\u12\"}", "malformed");
    reject("{\"a\":\"tab\there\"}", "malformed");
    reject("{\"a\":NaN}", "malformed");
    reject("{\"a\":-Infinity}", "malformed");
    reject("{\"a\":01}", "malformed");
    reject("{\"a\":1}}", "malformed");
    reject("{\"a\":1}{\"b\":2}", "malformed");
    reject("{'a':1}", "malformed");
    reject("{\"a\":1,}", "malformed");
    reject("{\"a\":tru}", "malformed");
    reject("{\"a\":" + "1".repeat(2000) + "}", "too_large");
    reject("{\"a\":\"" + "x".repeat(JsonDecoder.MAX_RECORD_BYTES) + "\"}", "too_large");
    reject("{\"" + "n".repeat(1025) + "\":1}", "too_large");
    reject("{\"" + "n".repeat(600) + "\":{\"" + "n".repeat(600) + "\":1}}", "too_many_fields");
    reject(new byte[] {'{', '"', 'a', '"', ':', '"', (byte) 0xff, '"', '}'}, "invalid_utf8");
    reject(new byte[] {'{', 0, '"', 0, 'a', 0, '"', 0}, "not_an_object");
  }

  @Test
  void depthIsBoundedWithoutRecursion() {
    check("{\"a\":" + "[".repeat(31) + "1" + "]".repeat(31) + "}", "a=1");
    reject("{\"a\":" + "[".repeat(32) + "1" + "]".repeat(32) + "}", "too_deep");
    reject("{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}", "too_deep");
    reject("{\"a\":".repeat(30_000) + "1" + "}".repeat(30_000), "too_deep");
  }

  @Test
  void fieldsAreBoundedAndValuesCounted() {
    var names = new StringBuilder("{");
    for (int i = 0; i < 1000; i++) {
      names.append("\"f").append(i).append("\":1,");
    }
    assertEquals(1000, fields(names.substring(0, names.length() - 1) + "}").size());
    reject(names + "\"last\":1}", "too_many_fields");
    reject("{\"a\":[" + "{\"b\":1},".repeat(1000) + "{\"b\":1}]}", "too_many_fields");
    assertEquals(JsonDecoder.MAX_VALUES, fields("{\"a\":[" + "1,".repeat(10_004) + "1]}").size());
    assertEquals(5, decoder.unindexedValues());
  }

  @Test
  void anyDocumentHasTheFieldsThatATreeHas() throws IOException {
    long seed = Long.getLong("headroom.seed", System.nanoTime());
    var random = new Random(seed);
    for (int i = 0; i < 3000; i++) {
      var text = new StringBuilder();
      object(random, text, 1);
      String json = text.toString();
      List<String> expected = new ArrayList<>();
      flatten("", MAPPER.readTree(json), expected);
      assertEquals(expected, fields(json), "seed " + seed + ": " + json);
    }
  }

  private static void flatten(String name, JsonNode node, List<String> fields) {
    switch (node.getNodeType()) {
      case OBJECT ->
          node.properties()
              .forEach(
                  entry ->
                      flatten(
                          name.isEmpty() ? entry.getKey() : name + '.' + entry.getKey(),
                          entry.getValue(),
                          fields));
      case ARRAY -> node.forEach(element -> flatten(name, element, fields));
      case STRING -> fields.add(name + "=\"" + node.textValue() + '"');
      case NUMBER -> {
        boolean whole = node.isLong() || node.isInt();
        Object value = whole ? (Object) node.longValue() : (Object) node.doubleValue();
        fields.add(name + "=" + value);
      }
      case BOOLEAN -> fields.add(name + "=" + node.booleanValue());
      default -> {}
    }
  }

  private static void object(Random random, StringBuilder out, int depth) {
    out.append('{');
    int count = random.nextInt(5);
    for (int i = 0; i < count; i++) {
      out.append(i == 0 ? "" : random.nextBoolean() ? "," : " ,\t");
      out.append("\"k").append(i).append(random.nextInt(3)).append("\":");
      value(random, out, depth);
    }
    out.append('}');
  }

  private static void value(Random random, StringBuilder out, int depth) {
    switch (random.nextInt(depth < 6 ? 8 : 6)) {
      case 0 -> out.append(random.nextLong());
      case 1 -> out.append(random.nextDouble() * 1e6);
      case 2 -> out.append(random.nextBoolean());
      case 3 -> out.append("null");
      case 4 -> out.append('"').append(text(random)).append('"');
      case 5 -> out.append(random.nextInt(100)).append(".0e").append(random.nextInt(9));
      case 6 -> object(random, out, depth + 1);
      default -> {
        out.append('[');
        for (int n = random.nextInt(4); n > 0; n--) {
          value(random, out, depth + 1);
          out.append(n == 1 ? "" : ", ");
        }
        out.append(']');
      }
    }
  }

  private static String text(Random random) {
    String[] parts = {
      "a", "bc ", "é", "😀", "\\n", "\\\"", "\\\\", "\\u00e9", "\\ud83d\\ude00", "{", "]"
    };
    var text = new StringBuilder();
    for (int n = random.nextInt(6); n > 0; n--) {
      text.append(parts[random.nextInt(parts.length)]);
    }
    return text.toString();
  }

  @Test
  void anyChangedByteIsDecodedOrRejected() {
    long seed = Long.getLong("headroom.seed", System.nanoTime());
    var random = new Random(seed);
    byte[] good =
        "{\"a\":{\"b\":[1,2.5,\"x\\u00e9\"]},\"@timestamp\":\"2026-11-22\"}".getBytes(UTF_8);
    for (int i = 0; i < 50_000; i++) {
      byte[] bytes = good.clone();
      for (int n = random.nextInt(3); n >= 0; n--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      var builder = new LogBatch.Builder(TenantId.DEFAULT, "test", 0);
      try {
        if (decode(builder, bytes, 0, bytes.length) instanceof Decoded.Accepted) {
          builder.endRecord();
          fields(builder.build(0).record(0));
        }
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + new String(bytes, UTF_8), e);
      }
    }
  }
}
