package dev.headroom.ingest.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headroom.ingest.http.IngestServer.Answer;
import dev.headroom.storage.logs.LogFilter;
import dev.headroom.storage.logs.LogHit;
import dev.headroom.storage.logs.StreamInfo;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TenantId;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BulkServiceTest {
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
    server.checkCounts("bulk");
    server.close();
  }

  private Answer bulk(String... lines) {
    Answer answer = server.post("/_bulk", String.join("\n", lines) + "\n");
    assertEquals(200, answer.status(), answer.body());
    assertEquals("Elasticsearch", answer.header("x-elastic-product"));
    return answer;
  }

  private static List<Integer> statuses(Answer answer) {
    List<Integer> statuses = new ArrayList<>();
    answer.json().get("items").forEach(item -> statuses.add(outcome(item).get("status").asInt()));
    return statuses;
  }

  private static JsonNode outcome(JsonNode item) {
    return item.elements().next();
  }

  private static JsonNode outcome(Answer answer, int item) {
    return outcome(answer.json().get("items").get(item));
  }

  private List<String> sources() {
    return server.find(LogFilter.ALL).stream().map(LogHit::sourceText).toList();
  }

  @Test
  void answerHasTheKeysInTheOrderClientsRelyOn() {
    Answer answer = bulk("{\"index\":{\"_index\":\"app\",\"_id\":\"1\"}}", "{\"message\":\"a\"}");
    assertEquals(
        "{\"took\":N,\"errors\":false,\"items\":[{\"index\":{\"_index\":\"app\",\"_type\":\"_doc\","
            + "\"_id\":\"1\",\"_version\":1,\"result\":\"created\",\"_shards\":{\"total\":1,"
            + "\"successful\":1,\"failed\":0},\"_seq_no\":0,\"_primary_term\":1,\"status\":201}}]}",
        answer.body().replaceFirst("\"took\":\\d+", "\"took\":N"));
  }

  @Test
  void newRecordsKeepTheirOrderInOneBatch() {
    var body = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      body.append("{\"create\":{}}\n{\"n\":").append(i).append("}\n");
    }
    Answer answer = server.post("/app-2026.11.22/_bulk", body.toString());
    assertEquals(100, answer.json().get("items").size());
    assertFalse(answer.json().get("errors").asBoolean());
    assertEquals(1, server.store.batches.size(), "one batch, one fsync");
    List<LogHit> hits = server.find(LogFilter.ALL);
    for (int i = 0; i < 100; i++) {
      assertEquals("{\"n\":" + i + "}", hits.get(i).sourceText());
      assertEquals(outcome(answer, i).get("_id").asText(), hits.get(i).id());
    }
    assertEquals("app-2026.11.22", hits.getFirst().index());
    assertEquals("app", hits.getFirst().stream());
    assertEquals(100, server.count("headroom.stored.records", "door", "bulk"));
  }

  @Test
  void lineEndsMayBeWindowsOnesAndTheLastMayBeMissing() {
    Answer answer =
        server.post(
            "/app/_bulk", "\ufeff{\"index\":{}}\r\n{\"a\":1}\r\n\r\n{\"index\":{}}\r\n{\"a\":2}");
    assertEquals(List.of(201, 201), statuses(answer));
    assertEquals(List.of("{\"a\":1}", "{\"a\":2}"), sources());
  }

  @Test
  void putIsAcceptedAndParametersIgnored() {
    Answer answer =
        server.send(
            "PUT",
            "/app/_bulk?refresh=wait_for&timeout=1m&pipeline=x&require_data_stream=false&_source=true",
            BodyPublishers.ofString(
                "{\"index\":{\"_type\":\"log\",\"pipeline\":null,\"routing\":\"r\","
                    + "\"dynamic_templates\":{\"a\":\"b\"}},\"attempts\":0}\n{\"a\":1}\n"),
            request -> request.header("content-type", "application/x-www-form-urlencoded"));
    assertEquals(List.of(201), statuses(answer));
  }

  @Test
  void anIdMayComeUpAgainAndAgainInOneBatch() {
    String of1 = "\":{\"_index\":\"app\",\"_id\":\"1\"}}";
    Answer answer =
        bulk(
            "{\"index" + of1,
            "{\"a\":1}",
            "{\"index" + of1,
            "{\"a\":2}",
            "{\"create" + of1,
            "{\"a\":3}",
            "{\"delete" + of1,
            "{\"delete" + of1,
            "{\"create" + of1,
            "{\"a\":4}",
            "{\"index\":{\"_index\":\"app\",\"_id\":\"1\",\"if_seq_no\":0,\"if_primary_term\":1}}",
            "{\"a\":5}");
    assertEquals(List.of(201, 200, 409, 200, 404, 201, 409), statuses(answer));
    assertEquals(1, server.store.batches.size(), "one batch, one fsync");
    assertEquals(0, outcome(answer, 0).get("_seq_no").asInt());
    assertEquals(1, outcome(answer, 1).get("_seq_no").asInt());
    assertEquals(2, outcome(answer, 3).get("_seq_no").asInt());
    assertEquals(3, outcome(answer, 5).get("_seq_no").asInt());
    assertEquals(2, outcome(answer, 1).get("_version").asInt());
    assertEquals(List.of("{\"a\":4}"), sources());
    Answer update =
        bulk(
            "{\"index" + of1,
            "{\"a\":6}",
            "{\"update" + of1,
            "{\"doc\":{\"b\":7}}",
            "{\"update" + of1,
            "{\"doc\":{\"c\":8}}");
    assertEquals(List.of(200, 200, 200), statuses(update));
    assertEquals(4, server.store.batches.size(), "an update reads what was stored before");
    assertEquals(List.of("{\"a\":6,\"b\":7,\"c\":8}"), sources());
  }

  @Test
  void createOfALiveIdIsAConflict() {
    Answer answer =
        bulk(
            "{\"create\":{\"_index\":\"app\",\"_id\":\"1\"}}",
            "{\"a\":1}",
            "{\"create\":{\"_index\":\"app\",\"_id\":\"1\"}}",
            "{\"a\":2}",
            "{\"index\":{\"_index\":\"app\",\"_id\":\"1\",\"op_type\":\"create\"}}",
            "{\"a\":3}",
            "{\"create\":{\"_index\":\"other\",\"_id\":\"1\"}}",
            "{\"a\":4}");
    assertEquals(List.of(201, 409, 409, 201), statuses(answer));
    assertTrue(answer.json().get("errors").asBoolean());
    assertTrue(answer.body().contains("\"errors\":true"));
    JsonNode conflict = outcome(answer, 1);
    assertEquals("version_conflict_engine_exception", conflict.at("/error/type").asText());
    assertEquals(List.of("{\"a\":1}", "{\"a\":4}"), sources());
    assertEquals(2, server.count("headroom.rejected.records", "reason", "conflict"));
  }

  @Test
  void indexOfALiveIdReplacesIt() {
    bulk("{\"index\":{\"_index\":\"app\",\"_id\":\"1\"}}", "{\"a\":1}");
    Answer answer = bulk("{\"index\":{\"_index\":\"app\",\"_id\":1}}", "{\"a\":2}");
    assertEquals("updated", outcome(answer, 0).get("result").asText());
    assertEquals(2, outcome(answer, 0).get("_version").asInt());
    assertEquals(List.of("{\"a\":2}"), sources());
  }

  @Test
  void deleteSaysWhetherThereWasSomething() {
    Answer answer =
        bulk(
            "{\"index\":{\"_index\":\"app\",\"_id\":\"1\"}}",
            "{\"a\":1}",
            "{\"delete\":{\"_index\":\"app\",\"_id\":\"1\"}}",
            "{\"delete\":{\"_index\":\"app\",\"_id\":\"1\"}}",
            "{\"delete\":{\"_index\":\"app\"}}",
            "{\"index\":{\"_index\":\"app\"}}",
            "{\"a\":2}");
    assertEquals(List.of(201, 200, 404, 400, 201), statuses(answer));
    assertEquals("deleted", outcome(answer, 1).get("result").asText());
    assertEquals("not_found", outcome(answer, 2).get("result").asText());
    assertEquals(List.of("{\"a\":2}"), sources());
  }

  @Test
  void changesOfOneIdInOneRequestReplaceEachOther() {
    bulk("{\"index\":{\"_index\":\"app\"}}", "{\"a\":0}");
    Answer answer =
        bulk(
            "{\"index\":{\"_index\":\"app\",\"_id\":\"1\"}}",
            "{\"a\":1}",
            "{\"index\":{\"_index\":\"app\",\"_id\":\"1\"}}",
            "{\"a\":2}",
            "{\"index\":{\"_index\":\"app\",\"_id\":\"2\"}}",
            "{\"a\":3}",
            "{\"delete\":{\"_index\":\"app\",\"_id\":\"2\"}}");
    assertEquals(List.of(201, 200, 201, 200), statuses(answer));
    assertEquals(List.of("{\"a\":0}", "{\"a\":2}"), sources());
  }

  @Test
  void updateMergesIntoTheRecordThatIsThere() {
    bulk(
        "{\"index\":{\"_index\":\"app\",\"_id\":\"1\"}}",
        "{\"@timestamp\":\"2026-11-20T01:02:03Z\",\"o\":{\"a\":1,\"b\":12345678901234567890.50},\"l\":[1]}");
    Answer answer =
        bulk(
            "{\"update\":{\"_index\":\"app\",\"_id\":\"1\"}}",
            "{\"doc\":{\"o\":{\"a\":2,\"c\":null},\"l\":[2,3]}}");
    assertEquals("updated", outcome(answer, 0).get("result").asText());
    assertEquals(200, outcome(answer, 0).get("status").asInt());
    assertEquals(2, outcome(answer, 0).get("_version").asInt());
    assertEquals(
        List.of(
            "{\"@timestamp\":\"2026-11-20T01:02:03Z\","
                + "\"o\":{\"a\":2,\"b\":12345678901234567890.50,\"c\":null},\"l\":[2,3]}"),
        sources());
  }

  @Test
  void updateThatChangesNothingStoresNothing() {
    bulk("{\"index\":{\"_index\":\"app\",\"_id\":\"1\"}}", "{\"a\":1}");
    Answer answer = bulk("{\"update\":{\"_index\":\"app\",\"_id\":\"1\"}}", "{\"doc\":{\"a\":1}}");
    assertEquals("noop", outcome(answer, 0).get("result").asText());
    assertEquals(1, server.store.batches.size());
  }

  @Test
  void updateOfNothingNeedsAnUpsert() {
    Answer answer =
        bulk(
            "{\"update\":{\"_index\":\"app\",\"_id\":\"1\"}}",
            "{\"doc\":{\"a\":1}}",
            "{\"update\":{\"_index\":\"app\",\"_id\":\"2\"}}",
            "{\"doc\":{\"a\":2},\"doc_as_upsert\":true}",
            "{\"update\":{\"_index\":\"app\",\"_id\":\"3\"}}",
            "{\"doc\":{\"a\":0},\"upsert\":{\"a\":3}}",
            "{\"update\":{\"_index\":\"app\",\"_id\":\"4\"}}",
            "{\"script\":{\"source\":\"ctx._source.a++\"}}");
    assertEquals(List.of(404, 201, 201, 400), statuses(answer));
    assertEquals("document_missing_exception", outcome(answer, 0).at("/error/type").asText());
    assertEquals(List.of("{\"a\":2}", "{\"a\":3}"), sources());
  }

  @Test
  void updatesOfOneIdInOneRequestFollowEachOther() {
    Answer answer =
        bulk(
            "{\"index\":{\"_index\":\"app\",\"_id\":\"1\"}}",
            "{\"a\":1}",
            "{\"update\":{\"_index\":\"app\",\"_id\":\"1\"}}",
            "{\"doc\":{\"b\":2}}",
            "{\"update\":{\"_index\":\"app\",\"_id\":\"1\"}}",
            "{\"doc\":{\"c\":3}}",
            "{\"delete\":{\"_index\":\"app\",\"_id\":\"1\"}}",
            "{\"update\":{\"_index\":\"app\",\"_id\":\"1\"}}",
            "{\"doc\":{\"d\":4},\"doc_as_upsert\":true}");
    assertEquals(List.of(201, 200, 200, 200, 201), statuses(answer));
    assertEquals(List.of("{\"d\":4}"), sources());
  }

  @Test
  void updateThatLosesARaceReadsAgain() {
    bulk("{\"index\":{\"_index\":\"app\",\"_id\":\"1\"}}", "{\"a\":1}");
    var reads = new AtomicInteger();
    server.store.afterGet =
        () -> {
          if (reads.incrementAndGet() == 1) {
            server.post("/app/_bulk", "{\"index\":{\"_id\":\"1\"}}\n{\"a\":1,\"other\":true}\n");
          }
        };
    Answer answer =
        bulk("{\"update\":{\"_index\":\"app\",\"_id\":\"1\"}}", "{\"doc\":{\"mine\":true}}");
    assertEquals(List.of(200), statuses(answer));
    assertEquals(List.of("{\"a\":1,\"other\":true,\"mine\":true}"), sources());
    assertEquals(2, reads.get());
  }

  @Test
  void updateThatLosesEveryRaceIsAConflict() {
    bulk("{\"index\":{\"_index\":\"app\",\"_id\":\"1\"}}", "{\"a\":1}");
    var reads = new AtomicInteger();
    server.store.afterGet =
        () ->
            server.post(
                "/app/_bulk",
                "{\"index\":{\"_id\":\"1\"}}\n{\"a\":" + reads.incrementAndGet() + "}\n");
    Answer answer =
        bulk("{\"update\":{\"_index\":\"app\",\"_id\":\"1\"}}", "{\"doc\":{\"mine\":true}}");
    assertEquals(List.of(409), statuses(answer));
    assertEquals(1 + BulkParser.DEFAULT_RETRIES, reads.get());
  }

  @Test
  void compareAndSetNeedsThePositionThatIsThere() {
    Answer first = bulk("{\"index\":{\"_index\":\"app\",\"_id\":\"1\"}}", "{\"a\":1}");
    int position = outcome(first, 0).get("_seq_no").asInt();
    String good = "{\"index\":{\"_index\":\"app\",\"_id\":\"1\",\"if_seq_no\":" + position + "}}";
    Answer second = bulk(good, "{\"a\":2}", good, "{\"a\":3}");
    assertEquals(List.of(200, 409), statuses(second));
    assertEquals(List.of("{\"a\":2}"), sources());
  }

  @Test
  void badDocumentsFailAlone() {
    Answer answer =
        bulk(
            "{\"index\":{\"_index\":\"app\"}}",
            "{\"a\":1}",
            "{\"index\":{\"_index\":\"app\"}}",
            "{\"a\":",
            "{\"index\":{\"_index\":\"app\"}}",
            "[1]",
            "{\"index\":{\"_index\":\"Bad Name\"}}",
            "{\"a\":2}",
            "{\"index\":{}}",
            "{\"a\":2}",
            "{\"index\":{\"_index\":\"app\"}}",
            "{\"@timestamp\":\"soon\"}",
            "{\"index\":{\"_index\":\"app\"}}",
            "{\"@timestamp\":\"1970-01-01T00:00:00Z\"}",
            "{\"index\":{\"_index\":\"app\"}}",
            "{\"@timestamp\":\"2262-04-11T23:47:16Z\"}",
            "{\"index\":{\"_index\":\"app\",\"_id\":\"" + "x".repeat(513) + "\"}}",
            "{\"a\":2}",
            "{\"index\":{\"_index\":\"app\"}}",
            "{\"a\":NaN}",
            "{\"index\":{\"_index\":\"app\"}}",
            "{\"a\":3}");
    assertEquals(List.of(201, 400, 400, 400, 400, 400, 400, 400, 400, 400, 201), statuses(answer));
    assertEquals("invalid_index_name_exception", outcome(answer, 3).at("/error/type").asText());
    assertEquals(
        "Invalid index name [Bad Name], must not contain the following characters"
            + " ['\\\\','/','*','?','\"','<','>','|',' ',',']",
        outcome(answer, 3).at("/error/reason").asText());
    assertEquals(
        "item 6: field [@timestamp]: 1970-01-01T00:00:00Z is older than this stream is kept;"
            + " the oldest accepted is 2026-10-23T12:00:00Z",
        outcome(answer, 6).at("/error/reason").asText());
    assertEquals("document_parsing_exception", outcome(answer, 1).at("/error/type").asText());
    assertEquals(List.of("{\"a\":1}", "{\"a\":3}"), sources());
    check("malformed", 2);
    check("not_an_object", 1);
    check("invalid_index", 2);
    check("bad_time", 1);
    check("too_old", 1);
    check("too_new", 1);
    check("invalid_id", 1);
  }

  private void check(String reason, int count) {
    assertEquals(
        count,
        server.count("headroom.rejected.records", "door", "bulk", "reason", reason),
        "rejected as " + reason);
  }

  @Test
  void brokenActionLinesFailAlone() {
    Answer answer =
        bulk(
            "{\"index\":{\"_index\":\"app\"}}",
            "{\"a\":1}",
            "{\"index\":{\"_ind",
            "{\"a\":2}",
            "{\"destroy\":{\"_index\":\"app\"}}",
            "{\"index\":{\"_index\":\"app\"}}",
            "{\"a\":3}",
            "{\"index\":{\"_index\":\"app\"}}");
    assertEquals(List.of(201, 400, 400, 201, 400), statuses(answer));
    assertEquals(List.of("{\"a\":1}", "{\"a\":3}"), sources());
    check("bad_action", 2);
    check("missing_source", 1);
  }

  @Test
  void requestWithoutAnyActionFailsWhole() {
    for (String body : List.of("", "\n\n", "hello\nworld\n", "{\"a\":1}\n{\"a\":2}\n", "\0\0\0")) {
      Answer answer = server.post("/app/_bulk", body);
      assertEquals(400, answer.status(), body);
    }
    assertEquals("INVALID: request body is required", server.post("/_bulk", "").body());
  }

  @Test
  void filterPathLeavesOutWhatIsNotAskedFor() {
    String body =
        "{\"index\":{\"_index\":\"app\"}}\n{\"a\":1}\n{\"index\":{\"_index\":\"app\"}}\n{\"a\"\n";
    assertEquals(
        "{\"errors\":true,\"items\":[{\"index\":{\"status\":201}},{\"index\":{\"status\":400,"
            + "\"error\":{\"type\":\"document_parsing_exception\",\"reason\":R}}}]}",
        server
            .post("/_bulk?filter_path=errors,items.*.error,items.*.status", body)
            .body()
            .replaceFirst("\"reason\":\"[^\"]*\"", "\"reason\":R"));
    String good = "{\"index\":{\"_index\":\"app\"}}\n{\"a\":1}\n";
    assertEquals(
        "{\"errors\":false}", server.post("/_bulk?filter_path=errors,items.*.error", good).body());
    assertEquals(
        "{\"items\":[{\"index\":{\"status\":201}}]}",
        server.post("/_bulk?filter_path=**.status", good).body());
  }

  @Test
  void sameIdempotencyKeyStoresOnce() {
    String body = "{\"index\":{\"_index\":\"app\"}}\n{\"a\":1}\n";
    Answer first = keyed("k1", body);
    Answer second = keyed("k1", body);
    assertEquals(outcome(first, 0), outcome(second, 0), "a repeat gets the first answer");
    assertEquals(1, sources().size());
    assertEquals(1, server.count("headroom.dropped.records", "reason", "repeated"));
    assertEquals(409, keyed("k1", body + body).status(), "another body");
    Answer other = keyed("k2", body);
    assertNotEquals(outcome(first, 0).get("_id"), outcome(other, 0).get("_id"));
    assertEquals(400, keyed("k".repeat(257), body).status());
    server.registry.clear(); // what was refused whole was counted as dropped or not at all
  }

  private Answer keyed(String key, String body) {
    return server.send(
        "POST",
        "/_bulk",
        BodyPublishers.ofString(body),
        request -> request.header("idempotency-key", key));
  }

  @Test
  void tenantsAreApart() {
    server.send(
        "POST",
        "/app/_bulk",
        BodyPublishers.ofString("{\"index\":{\"_id\":\"1\"}}\n{\"a\":1}\n"),
        request -> request.header("x-scope-orgid", "other"));
    assertEquals(0, sources().size());
    assertEquals(1, server.search(new TenantId("other"), LogFilter.ALL).hits().size());
  }

  @Test
  void storeThatCannotWriteFailsTheRequest() {
    server.store.beforeAppend =
        () -> {
          throw new HeadroomException(ErrorCategory.UNAVAILABLE, "disk full");
        };
    Answer answer = server.post("/app/_bulk", "{\"index\":{}}\n{\"a\":1}\n{\"index\":{}}\n{\"a\n");
    assertEquals(503, answer.status());
    assertEquals("1", answer.header("retry-after"));
    assertEquals(1, server.count("headroom.dropped.records", "reason", "unavailable"));
    assertEquals(1, server.count("headroom.rejected.records", "reason", "malformed"));
    assertEquals(0, server.count("headroom.stored.records"));
  }

  @Test
  void storeThatFailsHalfwayMarksTheItemsLeft() {
    var appends = new AtomicInteger();
    server.store.beforeAppend =
        () -> {
          if (appends.incrementAndGet() > 1) {
            throw new HeadroomException(ErrorCategory.OVERLOADED, "too much at once");
          }
        };
    Answer answer =
        bulk(
            "{\"index\":{\"_index\":\"app\",\"_id\":\"1\"}}",
            "{\"a\":1}",
            "{\"update\":{\"_index\":\"app\",\"_id\":\"1\"}}",
            "{\"doc\":{\"a\":2}}",
            "{\"index\":{\"_index\":\"app\"}}",
            "{\"a\":3}");
    assertEquals(List.of(201, 429, 429), statuses(answer));
    assertEquals("es_rejected_execution_exception", outcome(answer, 1).at("/error/type").asText());
    assertEquals(2, server.count("headroom.dropped.records", "reason", "overloaded"));
  }

  @Test
  void streamAttributesComeFromTheFields() {
    bulk(
        "{\"index\":{\"_index\":\"app-2026.11\"}}",
        "{\"service\":{\"name\":\"checkout\"},\"cloud\":{\"region\":\"eu-1\"}}",
        "{\"index\":{\"_index\":\"app-2026.11\"}}",
        "{\"deployment.environment\":\"prod\",\"service.name\":\"other\"}");
    assertEquals(1, server.store.batches.getFirst().streamCount());
    assertEquals(
        new dev.headroom.storage.model.StreamAttributes("checkout", "prod", "eu-1"),
        server.store.batches.getFirst().streamAttributes(0));
    assertEquals(
        List.of("app"),
        server.logs.streams(TenantId.DEFAULT).stream().map(StreamInfo::name).toList());
  }

  @Test
  void vendorMediaTypeIsEchoed() {
    String type = "application/vnd.elasticsearch+json;compatible-with=8";
    Answer answer =
        server.send(
            "POST",
            "/_bulk",
            BodyPublishers.ofString("{\"index\":{\"_index\":\"app\"}}\n{\"a\":1}\n"),
            request ->
                request.header("accept", type).header("content-type", "application/x-ndjson"));
    assertEquals(type, answer.header("content-type").replace(" ", ""));
  }
}
