package dev.headroom.ingest.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.ingest.http.IngestServer.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentServiceTest {
  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private IngestServer server;

  @BeforeEach
  void start() {
    server = new IngestServer(directory);
  }

  @AfterEach
  void stop() {
    assertEquals(0, server.admission.heldBytes(), "permits given back");
    server.checkCounts("document");
    server.close();
  }

  private Answer send(String method, String path, String body) {
    Answer answer = server.send(method, path, BodyPublishers.ofString(body), _ -> {});
    if (answer.status() != 405) {
      assertEquals("Elasticsearch", answer.header("x-elastic-product"), method + " " + path);
    }
    return answer;
  }

  @Test
  void documentIsWrittenReadChangedAndDeleted() {
    assertEquals(
        "{\"_index\":\"app\",\"_type\":\"_doc\",\"_id\":\"1\",\"_version\":1,\"result\":\"created\","
            + "\"_shards\":{\"total\":1,\"successful\":1,\"failed\":0},\"_seq_no\":0,"
            + "\"_primary_term\":1}",
        send("PUT", "/app/_doc/1", " {\"a\":1}\n").body());
    assertEquals(
        "{\"_index\":\"app\",\"_id\":\"1\",\"_version\":1,\"_seq_no\":0,\"_primary_term\":1,"
            + "\"found\":true,\"_source\":{\"a\":1}}",
        send("GET", "/app/_doc/1", "").body());
    assertEquals(200, send("HEAD", "/app/_doc/1", "").status());
    Answer changed = send("POST", "/app/_update/1", "{\"doc\":{\"b\":2}}");
    assertEquals(200, changed.status());
    assertEquals("updated", changed.json().get("result").asText());
    assertEquals("{\"a\":1,\"b\":2}", source("/app/_doc/1"));
    assertEquals(200, send("PUT", "/app/_doc/1", "{\"a\":3}").status());
    assertEquals("{\"a\":3}", source("/app/_doc/1"));
    assertEquals(200, send("DELETE", "/app/_doc/1", "").status());
    assertEquals(
        "{\"_index\":\"app\",\"_id\":\"1\",\"found\":false}",
        send("GET", "/app/_doc/1", "").body());
    assertEquals(404, send("DELETE", "/app/_doc/1", "").status());
    assertEquals(404, send("HEAD", "/app/_doc/1", "").status());
    assertEquals(404, send("POST", "/app/_update/1", "{\"doc\":{\"b\":2}}").status());
  }

  private String source(String path) {
    return send("GET", path, "").json().get("_source").toString();
  }

  @Test
  void createOfALiveIdIsAConflict() {
    assertEquals(201, send("PUT", "/app/_create/1", "{\"a\":1}").status());
    Answer again = send("POST", "/app/_create/1", "{\"a\":2}");
    assertEquals(409, again.status());
    assertEquals(
        "version_conflict_engine_exception", again.json().at("/error/root_cause/0/type").asText());
    assertEquals(409, again.json().get("status").asInt());
    assertEquals(409, send("PUT", "/app/_doc/1?op_type=create", "{\"a\":2}").status());
    assertEquals(409, send("PUT", "/app/_doc/1?if_seq_no=17&if_primary_term=1", "{}").status());
    assertEquals(200, send("PUT", "/app/_doc/1?if_seq_no=0&if_primary_term=1", "{}").status());
  }

  @Test
  void documentWithoutIdGetsOneThatFindsIt() {
    Answer answer = send("POST", "/app-2026.11.22/_doc", "{\"a\":1}");
    assertEquals(201, answer.status());
    String id = answer.json().get("_id").asText();
    assertEquals("{\"a\":1}", source("/app-2026.11.22/_doc/" + id));
  }

  @Test
  void idMayHoldAnyCharacter() {
    assertEquals(201, send("PUT", "/app/_doc/a%2Fb%20%C3%A9%25", "{\"a\":1}").status());
    Answer found = send("GET", "/app/_doc/a%2Fb%20%C3%A9%25", "");
    assertEquals("a/b é%", found.json().get("_id").asText());
    assertEquals("{\"a\":1}", found.json().get("_source").toString());
  }

  @Test
  void badDocumentsAreRefusedInElasticsearchsForm() {
    assertEquals(400, send("POST", "/app/_doc", "{\"a\":").status());
    assertEquals(400, send("POST", "/Upper/_doc", "{}").status());
    assertEquals(400, send("POST", "/_hidden/_doc", "{}").status());
    assertEquals(400, send("PUT", "/app/_doc/" + "x".repeat(513), "{}").status());
    Answer answer = send("POST", "/app/_doc", "{\"@timestamp\":0}");
    assertEquals(400, answer.status());
    assertEquals("document_parsing_exception", answer.json().at("/error/type").asText());
    assertTrue(answer.json().at("/error/reason").asText().contains("older than"), answer.body());
    assertEquals(5, server.count("headroom.rejected.records", "door", "document"));
  }

  @Test
  void refreshIsAcknowledged() {
    String shards = "{\"_shards\":{\"total\":1,\"successful\":1,\"failed\":0}}";
    assertEquals(shards, send("POST", "/_refresh", "").body());
    assertEquals(shards, send("GET", "/app*/_refresh", "").body());
  }
}
