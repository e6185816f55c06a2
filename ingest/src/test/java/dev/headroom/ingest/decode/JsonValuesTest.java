package dev.headroom.ingest.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonValuesTest {
  private static List<String> values(String body) {
    byte[] bytes = body.getBytes(UTF_8);
    var values = new JsonValues(bytes, bytes.length);
    List<String> found = new ArrayList<>();
    while (values.next()) {
      found.add(new String(bytes, values.start(), values.length(), UTF_8));
    }
    return found;
  }

  private static void check(String body, String... expected) {
    assertEquals(List.of(expected), values(body), body);
  }

  @Test
  void valuesAreFoundWhateverStandsBetween() {
    check("");
    check(" \r\n\t");
    check("{}", "{}");
    check("{\"a\":1}\n{\"b\":2}\n", "{\"a\":1}", "{\"b\":2}");
    check("{\"a\":1}{\"b\":2} {\"c\":3}", "{\"a\":1}", "{\"b\":2}", "{\"c\":3}");
    check("[{\"a\":1},{\"b\":[2,{}]}]", "{\"a\":1}", "{\"b\":[2,{}]}");
    check("[]");
    check("[ 1 , \"a,]\" , [2,3] ]", "1", "\"a,]\"", "[2,3]");
    check(
        "{\n  \"a\": {\n    \"b\": 1\n  }\n}\n{\"c\":2}",
        "{\n  \"a\": {\n    \"b\": 1\n  }\n}",
        "{\"c\":2}");
    check("{\"a\":\"}{\\\"\"}\n{\"b\":\"\\\\\"}", "{\"a\":\"}{\\\"\"}", "{\"b\":\"\\\\\"}");
    check("\ufeff{\"a\":1}", "{\"a\":1}");
  }

  @Test
  void brokenValueCostsNoNeighbour() {
    check("{\"a\":1\n{\"b\":2}\n", "{\"a\":1", "{\"b\":2}");
    check("{\"a\":\"x\n{\"b\":2}\n", "{\"a\":\"x", "{\"b\":2}");
    check("{\"a\":{\n{\"b\":2}\n", "{\"a\":{", "{\"b\":2}");
    check("{\"b\":2}}\n{\"c\":3}", "{\"b\":2}", "}", "{\"c\":3}");
    check("nonsense\n{\"b\":2}", "nonsense", "{\"b\":2}");
    check("{\"b\":2} nonsense {\n{\"c\":3}", "{\"b\":2}", "nonsense {", "{\"c\":3}");
    check("{\"a\":1", "{\"a\":1");
    check("{\n \"a\":1\n \"b\":2", "{", "\"a\":1", "\"b\":2");
    check("[{\"a\":1},{\"b\":", "{\"a\":1}", "{\"b\":");
  }

  @Test
  void everyByteIsSeenOnceInLinearTime() {
    // Objects that never close, each over all lines that follow: quadratic if scanned each time.
    byte[] bytes = " {\n".repeat(1_000_000).getBytes(UTF_8);
    var values = new JsonValues(bytes, bytes.length);
    int count = 0;
    while (values.next()) {
      count++;
    }
    assertTrue(count > 900_000, count + " values");
  }

  @Test
  void anyBytesEndAndOverlapNowhere() {
    long seed = Long.getLong("headroom.seed", System.nanoTime());
    var random = new Random(seed);
    String alphabet = "{}[]\",:\\\n a1";
    for (int i = 0; i < 50_000; i++) {
      var text = new StringBuilder();
      for (int n = random.nextInt(40); n > 0; n--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      byte[] bytes = text.toString().getBytes(UTF_8);
      var values = new JsonValues(bytes, bytes.length);
      int end = 0;
      while (values.next()) {
        assertTrue(values.start() >= end && values.length() > 0, "seed " + seed + ": " + text);
        end = values.start() + values.length();
      }
      assertTrue(end <= bytes.length, "seed " + seed + ": " + text);
    }
  }
}
