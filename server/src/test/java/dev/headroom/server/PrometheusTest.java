package dev.headroom.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headroom.storage.tenant.Role;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Prometheus scrapes itself and a server, and writes what it scraped to that server: once
 * with a key, and once with a wrong one.
 */
final class PrometheusTest {
  private static final int SAMPLES = 12;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path directory;

  @Test
  void whatPrometheusHasIsFoundOnce() throws Exception {
    Path program = Programs.require("prometheus", "Debian: apt-get install prometheus");
    try (RunningServer server = RunningServer.withKeys(directory.resolve("data"));
        HttpClient http = HttpClient.newHttpClient()) {
      String writer = server.key("default", Role.INGEST);
      String reader = server.key("default", Role.READ);
      int port = freePort();
      Path config = directory.resolve("prometheus.yml");
      Files.writeString(config, configuration(port, server.uri(), writer, reader));
      Process process = start(program, config, port);
      try {
        var prometheus = Api.of(http, URI.create("http://127.0.0.1:" + port));
        Api headroom = server.api().as(reader);
        compare(prometheus, headroom);
        checkWrongKey(prometheus, headroom);
      } finally {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      }
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static String configuration(int port, URI server, String writer, String reader) {
    return String.format(
        Locale.ROOT,
        """
        global: {scrape_interval: 1s, scrape_timeout: 1s}
        scrape_configs:
          - job_name: prometheus
            static_configs: [{targets: ['127.0.0.1:%d']}]
          - job_name: headroom
            authorization: {credentials: '%s'}
            static_configs: [{targets: ['%s']}]
        remote_write:
          - name: right
            url: %s/api/v1/write
            authorization: {credentials: '%s'}
            write_relabel_configs: [{target_label: via, replacement: right}]
            queue_config: {batch_send_deadline: 500ms, max_shards: 2}
          - name: wrong
            url: %s/api/v1/write
            authorization: {credentials: '%s'}
            write_relabel_configs: [{target_label: via, replacement: wrong}]
            queue_config: {batch_send_deadline: 500ms, max_shards: 2}
        """,
        port,
        reader,
        server.getAuthority(),
        server,
        writer,
        server,
        "hr_00000000_" + "A".repeat(43));
  }

  private Process start(Path program, Path config, int port) throws IOException {
    return new ProcessBuilder(
            program.toString(),
            "--config.file=" + config,
            "--storage.tsdb.path=" + directory.resolve("prometheus"),
            "--web.listen-address=127.0.0.1:" + port)
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("prometheus.log").toFile())
        .start();
  }

  /** Waits for enough samples, then compares all that Prometheus has up to a moment. */
  private static void compare(Api prometheus, Api headroom) {
    Awaitility.await("Prometheus scrapes both targets")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .ignoreExceptionsMatching(e -> e.getCause() instanceof IOException)
        .ignoreException(AssertionError.class)
        .until(() -> hasEnough(raw(prometheus, "up", "")));
    for (String metric : new String[] {"up", "scrape_samples_scraped"}) {
      String moment = Double.toString(System.currentTimeMillis() / 1000.0);
      Map<String, Map<String, String>> theirs = raw(prometheus, metric, moment);
      assertEquals(2, theirs.size(), theirs.toString());
      Awaitility.await("all samples of " + metric + " arrived")
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(250))
          .untilAsserted(
              () -> assertEquals(theirs, raw(headroom, metric + "{via='right'}", moment)));
    }
  }

  private static boolean hasEnough(Map<String, Map<String, String>> series) {
    return series.size() == 2 && series.values().stream().allMatch(s -> s.size() >= SAMPLES);
  }

  /** The samples themselves, value by time by job: a range selector makes none up. */
  private static Map<String, Map<String, String>> raw(Api api, String selector, String moment) {
    String time = moment.isEmpty() ? "" : "&time=" + moment;
    JsonNode answer =
        api.get("/api/v1/query?query=" + Api.encode(selector + "[10m]") + time).expect(200).json();
    Map<String, Map<String, String>> found = new TreeMap<>();
    for (JsonNode series : answer.at("/data/result")) {
      Map<String, String> values = new TreeMap<>();
      for (JsonNode sample : series.get("values")) {
        String before = values.put(sample.get(0).asText(), sample.get(1).asText());
        assertEquals(null, before, "two samples at one time: " + series);
      }
      found.put(series.at("/metric/job").asText(), values);
    }
    return found;
  }

  /** What was sent with the wrong key is refused for good and leaves nothing. */
  private static void checkWrongKey(Api prometheus, Api headroom) {
    Awaitility.await("Prometheus gives up what was refused")
        .atMost(PATIENCE)
        .until(() -> number(prometheus, "prometheus_remote_storage_samples_failed_total") > 0);
    assertEquals(0, number(headroom, "count({via='wrong'})"));
    assertTrue(number(headroom, "count({via='right'})") > 100);
  }

  private static double number(Api api, String query) {
    JsonNode found = api.get("/api/v1/query?query=" + Api.encode(query)).expect(200).json();
    double sum = 0;
    for (JsonNode series : found.at("/data/result")) {
      sum += series.at("/value/1").asDouble();
    }
    return sum;
  }
}
