package dev.headroom.benchmarks.macro;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The same {@code _search} requests to any server, one at a time, and how long they take. */
final class Searches {
  private static final int ROUNDS = 100;

  private final Map<String, String> bodies = new LinkedHashMap<>();

  /**
   * @param from event time of the first record
   * @param traceId of some record
   */
  Searches(Instant from, Instant to, String traceId) {
    long span = to.toEpochMilli() - from.toEpochMilli();
    String tenth = range(from.plusMillis(span * 4 / 10), from.plusMillis(span * 5 / 10));
    newest("newest 100 of everything", "{\"match_all\":{}}");
    newest("newest 100 of a term in a tenth of the time", all(term("log.level", "error"), tenth));
    newest("newest 100 of a frequent word", "{\"match\":{\"message\":\"payment\"}}");
    newest("phrase", "{\"match_phrase\":{\"message\":\"payment provider timed out\"}}");
    newest("and", all(term("service.name", "checkout"), term("log.level", "error"), status("500")));
    newest("prefix", "{\"prefix\":{\"host.name\":\"node-1\"}}");
    newest("wildcard", "{\"wildcard\":{\"http.route\":\"*/stock/*\"}}");
    newest("regex", "{\"regexp\":{\"host.name\":\"node-[12][0-4]\"}}");
    newest("id", term("trace.id", traceId));
    whole(
        "histogram of everything",
        "{\"date_histogram\":{\"field\":\"@timestamp\",\"fixed_interval\":\"5m\"}}");
    whole("top 10 values", "{\"terms\":{\"field\":\"http.route\",\"size\":10}}");
    whole(
        "percentiles of a number",
        "{\"percentiles\":{\"field\":\"duration_ms\",\"percents\":[50,95,99]}}");
    whole("different values", "{\"cardinality\":{\"field\":\"host.name\"}}");
    aggregate(
        "sum of a filtered number", term("log.level", "error"), "{\"sum\":{\"field\":\"bytes\"}}");
    aggregate(
        "sum of a number by a term",
        term("log.level", "error"),
        "{\"terms\":{\"field\":\"service.name\"},"
            + "\"aggs\":{\"b\":{\"sum\":{\"field\":\"bytes\"}}}}");
  }

  private void newest(String name, String query) {
    bodies.put(name, "{\"size\":100,\"sort\":[{\"@timestamp\":\"desc\"}],\"query\":" + query + "}");
  }

  private void whole(String name, String aggregation) {
    aggregate(name, "{\"match_all\":{}}", aggregation);
  }

  private void aggregate(String name, String query, String aggregation) {
    bodies.put(name, "{\"size\":0,\"query\":" + query + ",\"aggs\":{\"a\":" + aggregation + "}}");
  }

  private static String all(String... filters) {
    return "{\"bool\":{\"filter\":[" + String.join(",", filters) + "]}}";
  }

  private static String term(String field, String value) {
    return "{\"term\":{\"" + field + "\":\"" + value + "\"}}";
  }

  private static String status(String value) {
    return "{\"term\":{\"status\":" + value + "}}";
  }

  private static String range(Instant from, Instant to) {
    return "{\"range\":{\"@timestamp\":{\"gte\":\"" + from + "\",\"lt\":\"" + to + "\"}}}";
  }

  /** Prints median and slowest of as many calls as were made before to warm up. */
  void run(Api api, PrintStream out) throws InterruptedException {
    out.printf(
        Locale.ROOT, "%n%-44s %9s %9s%n", "_search (over HTTP, one at a time)", "p50 ms", "p99 ms");
    for (Map.Entry<String, String> search : bodies.entrySet()) {
      double[] millis;
      try {
        millis = times(api, search.getValue());
      } catch (IOException e) {
        out.printf(Locale.ROOT, "%-44s %s%n", search.getKey(), e.getMessage());
        continue;
      }
      out.printf(
          Locale.ROOT,
          "%-44s %9.1f %9.1f%n",
          search.getKey(),
          millis[ROUNDS / 2],
          millis[ROUNDS - 1]);
    }
  }

  private static double[] times(Api api, String body) throws IOException, InterruptedException {
    byte[] bytes = body.getBytes(UTF_8);
    var millis = new double[ROUNDS];
    for (int i = -ROUNDS; i < ROUNDS; i++) {
      long start = System.nanoTime();
      // a request that may be answered from a cache of whole answers would tell nothing
      api.ask("POST", "/" + Load.INDEX + "/_search?request_cache=false", bytes);
      if (i >= 0) {
        millis[i] = (System.nanoTime() - start) / 1e6;
      }
    }
    Arrays.sort(millis);
    return millis;
  }
}
