package dev.headroom.ingest.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headroom.ingest.http.IngestServer.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ElasticStartupTest {
  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private IngestServer server;

  @BeforeEach
  void start() {
    server = new IngestServer(directory);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Answer check(String method, String path, int status) {
    Answer answer =
        server.send(
            method,
            path,
            method.equals("PUT") ? BodyPublishers.ofString("{}") : BodyPublishers.noBody(),
            _ -> {});
    assertEquals(status, answer.status(), method + " " + path);
    assertEquals("Elasticsearch", answer.header("x-elastic-product"), method + " " + path);
    if (method.equals("HEAD")) {
      assertEquals("", answer.body());
    }
    return answer;
  }

  @Test
  void rootServesEveryClient() {
    JsonNode root = check("GET", "/", 200).json();
    assertEquals("8.19.0", root.at("/version/number").asText());
    assertEquals("opensearch", root.at("/version/distribution").asText());
    assertEquals("default", root.at("/version/build_flavor").asText());
    assertEquals("You Know, for Search", root.get("tagline").asText());
    check("HEAD", "/", 200);
  }

  @Test
  void whatIsNotKeptIsAcknowledgedAndNotThere() {
    for (String path :
        new String[] {
          "/_ilm/policy/filebeat",
          "/_index_template/filebeat-8.19.0",
          "/_template/logstash",
          "/_component_template/x",
          "/_ingest/pipeline/p",
          "/_data_stream/logs-app-default",
          "/_alias/current",
          "/app-000001/_alias/current"
        }) {
      check("GET", path, 404);
      check("HEAD", path, 404);
      assertEquals("{\"acknowledged\":true}", check("PUT", path, 200).body());
    }
    assertEquals(
        "resource_not_found_exception",
        check("GET", "/_index_template/x", 404).json().at("/error/type").asText());
  }

  @Test
  void licenseAndFeaturesAreThere() {
    assertEquals("active", check("GET", "/_license", 200).json().at("/license/status").asText());
    assertEquals("basic", check("GET", "/_license", 200).json().at("/license/type").asText());
    assertEquals(
        "false", check("GET", "/_xpack", 200).json().at("/features/ilm/available").asText());
    check("GET", "/_logstash/pipeline/main", 200);
    check("GET", "/_cluster/settings?include_defaults=true", 200);
    check("PUT", "/_cluster/settings", 200);
  }

  @Test
  void nodesAreWhereTheyWereAsked() {
    for (String path : new String[] {"/_nodes/http", "/_nodes/_all/http"}) {
      JsonNode node = check("GET", path, 200).json().at("/nodes/headroom");
      assertEquals("127.0.0.1:" + server.port(), node.at("/http/publish_address").asText());
      assertEquals("8.19.0", node.get("version").asText());
    }
  }

  @Test
  void healthAnswersAtOnce() {
    JsonNode health =
        check(
                "GET",
                "/_cluster/health?wait_for_status=yellow&wait_for_nodes=%3E=1&timeout=30s",
                200)
            .json();
    assertEquals("green", health.get("status").asText());
    assertEquals("false", health.get("timed_out").asText());
    assertEquals(
        "true",
        check("GET", "/_cluster/health?wait_for_nodes=%3E%3D3&timeout=30s", 408)
            .json()
            .get("timed_out")
            .asText());
    assertTrue(check("GET", "/_cat/health", 200).body().contains(" headroom green 1 1 "));
    assertEquals(
        "green", check("GET", "/_cat/health?format=json", 200).json().at("/0/status").asText());
  }

  @Test
  void indexIsThereWithItsFirstRecord() {
    check("HEAD", "/app-2026.11", 404);
    assertEquals(
        "{\"acknowledged\":true,\"shards_acknowledged\":true,\"index\":\"app-2026.11\"}",
        check("PUT", "/app-2026.11", 200).body());
    check("PUT", "/Upper", 400);
    check("PUT", "/_x", 400);
    check("DELETE", "/app-2026.11", 404);
    server.post("/app-2026.11/_doc", "{\"a\":1}");
    check("HEAD", "/app-2026.11", 200);
    check("HEAD", "/app-*,*2026*", 200);
    check("HEAD", "/app-2026.11,other", 404);
    check("HEAD", "/*x*", 404);
    Answer refused = check("DELETE", "/app-2026.11", 400);
    assertTrue(refused.body().contains("retention"), refused.body());
  }
}
