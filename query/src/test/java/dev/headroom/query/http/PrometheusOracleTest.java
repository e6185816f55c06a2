package dev.headroom.query.http;

import static dev.headroom.query.http.PromDoor.form;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.headroom.query.engine.QueryLimits;
import dev.headroom.query.lang.Json;
import dev.headroom.storage.metrics.EmbeddedMetricStore;
import dev.headroom.storage.metrics.MetricStoreConfig;
import dev.headroom.storage.retention.RetentionPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Asks a real Prometheus and us the same, over the same samples; ours lie half in blocks and half
 * in the head.
 */
final class PrometheusOracleTest {
  private static final long SEED = Long.getLong("headroom.seed", 20_260_101L);
  private static final double TOLERANCE = 1e-9;
  private static final long START = OracleSamples.START / 1000;
  private static final long[] INSTANTS = {START + 600, START + 3600, START + 7500};

  @TempDir static Path directory;
  private static PromDoor door;
  private static PrometheusProcess prometheus;
  private static HttpClient client;
  private static List<String> queries;

  @BeforeAll
  static void open() throws IOException {
    Optional<String> missing = PrometheusProcess.missing();
    missing.ifPresent(reason -> System.err.println("no comparison with Prometheus: " + reason));
    assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    var samples = new OracleSamples(SEED);
    var store =
        EmbeddedMetricStore.open(
            MetricStoreConfig.of(directory.resolve("metrics"), directory.resolve("wal")),
            RetentionPolicy.DEFAULT,
            InstantSource.fixed(OracleSamples.END));
    store.append(samples.firstHalf());
    store.flushNow();
    store.append(samples.secondHalf());
    door = new PromDoor(QueryLimits.DEFAULT, store);
    prometheus = PrometheusProcess.start(directory, samples.openMetrics());
    client = HttpClient.newHttpClient();
    try (InputStream in =
        PrometheusOracleTest.class.getResourceAsStream("/promql/oracle.queries")) {
      queries =
          new String(in.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.isBlank() && !line.startsWith("#"))
              .toList();
    }
    assertTrue(queries.size() >= 60, "only " + queries.size() + " queries");
  }

  @AfterAll
  static void close() {
    if (prometheus != null) {
      prometheus.close();
      client.close();
      door.close();
    }
  }

  private static Json ask(String url, String path) {
    try {
      HttpRequest request = HttpRequest.newBuilder(URI.create(url + path)).build();
      byte[] body = client.send(request, HttpResponse.BodyHandlers.ofByteArray()).body();
      return Json.read(body, 0, body.length);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(url + path, e);
    }
  }

  /** Both answers, compared; gives what differs. */
  private static Optional<String> difference(String path) {
    Json theirs = ask(prometheus.url(), path);
    Json ours = ask(door.url(), path);
    String status = text(theirs, "status");
    if (!status.equals(text(ours, "status"))) {
      return Optional.of("they: " + theirs + "\n  we: " + ours);
    }
    if (status.equals("error")) {
      return text(theirs, "errorType").equals(text(ours, "errorType"))
          ? Optional.empty()
          : Optional.of("they: " + theirs + "\n  we: " + ours);
    }
    Json theirData = member(theirs, "data");
    Json ourData = member(ours, "data");
    String type = text(theirData, "resultType");
    if (!type.equals(text(ourData, "resultType"))) {
      return Optional.of("type " + type + " and " + text(ourData, "resultType"));
    }
    return compare(points(theirData), points(ourData));
  }

  private static Optional<String> compare(
      Map<String, Map<String, Double>> theirs, Map<String, Map<String, Double>> ours) {
    if (!theirs.keySet().equals(ours.keySet())) {
      return Optional.of("they: " + theirs.keySet() + "\n  we: " + ours.keySet());
    }
    for (Map.Entry<String, Map<String, Double>> series : theirs.entrySet()) {
      Map<String, Double> wanted = series.getValue();
      Map<String, Double> got = ours.getOrDefault(series.getKey(), Map.of());
      if (!wanted.keySet().equals(got.keySet())) {
        return Optional.of(series.getKey() + " they: " + wanted + "\n  we: " + got);
      }
      for (Map.Entry<String, Double> point : wanted.entrySet()) {
        double a = point.getValue();
        double b = got.getOrDefault(point.getKey(), 0.0);
        boolean same =
            Double.compare(a, b) == 0
                || Math.abs(a - b) <= 1e-12 + TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
        if (!same) {
          return Optional.of(
              series.getKey() + " at " + point.getKey() + " they: " + a + ", we: " + b);
        }
      }
    }
    return Optional.empty();
  }

  /** Value by time by series. */
  private static Map<String, Map<String, Double>> points(Json data) {
    var points = new TreeMap<String, Map<String, Double>>();
    List<Json> result = items(member(data, "result"));
    if (!result.isEmpty() && !(result.getFirst() instanceof Json.Members)) {
      points.put("", new LinkedHashMap<>(Map.of("", number(result.get(1)))));
      return points;
    }
    for (Json series : result) {
      var values = new LinkedHashMap<String, Double>();
      Json single = ((Json.Members) series).fields().get("value");
      List<Json> samples = single == null ? items(member(series, "values")) : List.of(single);
      for (Json sample : samples) {
        List<Json> pair = items(sample);
        values.put(scalar(pair.get(0)), number(pair.get(1)));
      }
      String labels =
          ((Json.Members) member(series, "metric"))
              .fields().entrySet().stream()
                  .map(label -> label.getKey() + "=" + scalar(label.getValue()))
                  .sorted()
                  .collect(Collectors.joining(","));
      points.put(labels, values);
    }
    return points;
  }

  private static double number(Json json) {
    String text = scalar(json);
    return switch (text) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  private static Json member(Json json, String name) {
    Json member = ((Json.Members) json).fields().get(name);
    if (member == null) {
      throw new AssertionError("no " + name + " in " + json);
    }
    return member;
  }

  private static String text(Json json, String name) {
    return scalar(member(json, name));
  }

  private static String scalar(Json json) {
    return ((Json.Scalar) json).text();
  }

  private static List<Json> items(Json json) {
    return ((Json.Items) json).values();
  }

  private static void sameForAll(List<String> paths) {
    var differences = new ArrayList<String>();
    for (String path : paths) {
      difference(path)
          .ifPresent(
              text ->
                  differences.add(URLDecoder.decode(path, StandardCharsets.UTF_8) + "\n  " + text));
    }
    assertTrue(
        differences.isEmpty(),
        () ->
            "seed "
                + SEED
                + ", "
                + differences.size()
                + " differ:\n"
                + String.join("\n", differences));
  }

  /** From when on a query is asked; the script tells why. */
  private static long earliest(String query) {
    boolean extrapolates = query.contains("rate(") || query.contains("increase(");
    return extrapolates ? START + 2400 : START - 120;
  }

  @Test
  void instantQueriesAgree() {
    var paths = new ArrayList<String>();
    for (String query : queries) {
      for (long instant : INSTANTS) {
        if (instant >= earliest(query)) {
          String time = String.valueOf(instant);
          paths.add("/api/v1/query?" + form("query", query, "time", time));
        }
      }
    }
    sameForAll(paths);
  }

  @Test
  void rangeQueriesAgree() {
    var paths = new ArrayList<String>();
    for (int i = 0; i < queries.size(); i++) {
      String query = queries.get(i);
      for (String step : i % 4 == 0 ? List.of("60", "420") : List.of("60")) {
        paths.add(
            "/api/v1/query_range?"
                + form(
                    "query",
                    query,
                    "start",
                    String.valueOf(earliest(query)),
                    "end",
                    String.valueOf(START + 7800),
                    "step",
                    step));
      }
    }
    sameForAll(paths);
  }

  @Test
  void formsOfQueriesAgree() {
    for (String query : queries) {
      String path = "/api/v1/format_query?" + form("query", query);
      Json theirs = ask(prometheus.url(), path);
      if (text(theirs, "status").equals("success")) {
        assertEquals(text(theirs, "data"), text(ask(door.url(), path), "data"), query);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "query instant --time=1767229200 URL sum(http_requests)by(job)",
        "query instant --time=2026-01-01T01:00:00Z URL topk(3,memory_bytes)",
        "query instant --time=1767229200 URL 1+1",
        "query range --start=1767229200 --end=1767230000 --step=100s URL max(memory_bytes)by(job)",
        "query series --match=http_requests{code=\"500\"} --match=odd URL",
        "query series --match=late --start=1767225600 --end=1767226600 URL",
        "query labels URL job",
        "query labels --match=temperature URL room",
        "query labels URL nothing",
      })
  void promtoolPrintsTheSame(String command) throws IOException {
    assertEquals(
        sorted(promtool(command, prometheus.url())), sorted(promtool(command, door.url())));
  }

  private static String promtool(String command, String url) throws IOException {
    String[] words = (PrometheusProcess.PROMTOOL + " " + command).split(" ");
    for (int i = 0; i < words.length; i++) {
      words[i] = words[i].equals("URL") ? url : words[i];
    }
    return PrometheusProcess.run(words);
  }

  private static List<String> sorted(String text) {
    return text.lines().sorted().toList();
  }
}
