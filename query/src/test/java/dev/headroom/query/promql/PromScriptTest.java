package dev.headroom.query.promql;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The scripts in {@code src/test/resources/promql}; {@link PromScript} tells their form. */
final class PromScriptTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "selectors",
        "operators",
        "aggregations",
        "counters",
        "over_time",
        "values",
        "labels",
        "histograms",
        "subqueries"
      })
  void answersAsExpected(String name) throws IOException {
    try (InputStream in = PromScriptTest.class.getResourceAsStream("/promql/" + name + ".test")) {
      assertTrue(in != null, "no such script: " + name);
      int queries = new PromScript(new String(in.readAllBytes(), StandardCharsets.UTF_8)).run();
      assertTrue(queries > 5, "only " + queries + " queries");
    }
  }
}
