package dev.headroom.ingest.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.headroom.ingest.http.IngestServer.Answer;
import dev.headroom.storage.logs.LogFilter;
import dev.headroom.storage.logs.LogHit;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TimeRange;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NdjsonServiceTest {
  private static final String PATH = "/headroom/v1/logs";

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
    server.checkCounts("ndjson");
    server.close();
  }

  private List<String> sources() {
    return server.find(LogFilter.ALL).stream().map(LogHit::sourceText).toList();
  }

  private static List<String> reasons(Answer answer) {
    List<String> reasons = new ArrayList<>();
    for (JsonNode error : answer.json().get("errors")) {
      reasons.add(error.get("item").asInt() + " " + error.get("reason").asText());
    }
    return reasons;
  }

  @Test
  void linesArraysAndConcatenatedObjectsAreTaken() {
    for (String body :
        List.of(
            "{\"a\":1}\n{\"a\":2}\n",
            "{\"a\":1}\r\n\r\n{\"a\":2}",
            "{\"a\":1}{\"a\":2}",
            "[{\"a\":1},{\"a\":2}]",
            " [ {\"a\":1} ,\n {\"a\":2} ]\n",
            "\ufeff{\"a\":1} {\"a\":2}")) {
      Answer answer = server.post(PATH, body);
      assertEquals(
          "{\"accepted\":2,\"rejected\":0,\"errors\":[],\"durable\":\"fsync\",\"repeated\":false}",
          answer.body(),
          body);
    }
    assertEquals(
        1, server.post(PATH, "{\n  \"a\": {\n  \"b\": 1\n}}\n").json().get("accepted").asInt());
    assertEquals(13, sources().size());
  }

  @Test
  void streamIsTheParameterOrTheServiceOrTheDefault() {
    server.post(PATH + "?stream=%20nginx%20", "{\"service\":\"a\"}");
    server.post(
        PATH,
        """
        {"service":{"name":"b"}}
        {"service.name":"c","service":"x"}
        {"service":"d\\u00e9"}
        {"a":1}
        {"service":"b"}
        """);
    assertEquals(
        List.of("nginx", "b", "c", "dé", "default", "b"),
        server.find(LogFilter.ALL).stream().map(LogHit::stream).toList());
    assertEquals(
        List.of("nginx", "b", "c", "dé", "default", "b"),
        server.find(LogFilter.ALL).stream().map(LogHit::index).toList());
  }

  @Test
  void badRecordsAreListedAndTheOthersKept() {
    var body = new ByteArrayOutputStream();
    body.writeBytes("{\"ok\":0}\n".getBytes(UTF_8));
    body.writeBytes("17\n".getBytes(UTF_8));
    body.writeBytes("{\"cut\":\n".getBytes(UTF_8));
    body.writeBytes("{\"bad utf8\":\"".getBytes(UTF_8));
    body.write(0xc3);
    body.writeBytes("\"}\n".getBytes(UTF_8));
    body.writeBytes(("{\"long\":\"" + "x".repeat(256 << 10) + "\"}\n").getBytes(UTF_8));
    body.writeBytes(deep(100_000).getBytes(UTF_8));
    body.writeBytes("\n{\"ts\":NaN}\n{\"ts\":Infinity}\n".getBytes(UTF_8));
    body.writeBytes("{\"time\":\"1970-01-01\"}\n{\"ts\":9223372036854775807}\n".getBytes(UTF_8));
    body.writeBytes("{\"@timestamp\":\"noon\"}\n".getBytes(UTF_8));
    body.writeBytes(wide(1001).getBytes(UTF_8));
    body.writeBytes("\n{\"ok\":1}".getBytes(UTF_8));
    Answer answer = server.post(PATH, body.toByteArray());
    assertEquals(200, answer.status());
    assertEquals(
        List.of(
            "1 not_an_object",
            "2 malformed",
            "3 invalid_utf8",
            "4 too_large",
            "5 too_deep",
            "6 malformed",
            "7 malformed",
            "8 too_old",
            "9 too_new",
            "10 bad_time",
            "11 too_many_fields"),
        reasons(answer));
    assertEquals(2, answer.json().get("accepted").asInt());
    assertEquals(List.of("{\"ok\":0}", "{\"ok\":1}"), sources());
    assertEquals(11, server.count("headroom.rejected.records", "door", "ndjson"));
    assertEquals(
        Map.of(
            "malformed", 3L,
            "not_an_object", 1L,
            "invalid_utf8", 1L,
            "too_large", 1L,
            "too_deep", 1L,
            "too_old", 1L,
            "too_new", 1L,
            "bad_time", 1L,
            "too_many_fields", 1L),
        server.store.batches.getFirst().rejected());
  }

  private static String deep(int levels) {
    return "{\"a\":" + "[".repeat(levels) + "]".repeat(levels) + "}";
  }

  private static String wide(int fields) {
    var text = new StringBuilder("{");
    for (int i = 0; i < fields; i++) {
      text.append(i == 0 ? "" : ",").append("\"f").append(i).append("\":").append(i);
    }
    return text.append('}').toString();
  }

  @Test
  void onlyTheFirstHundredErrorsAreListed() {
    Answer answer = server.post(PATH, "x\n".repeat(1000));
    assertEquals(400, answer.status(), "nothing was accepted");
    assertEquals(1000, answer.json().get("rejected").asInt());
    assertEquals(100, answer.json().get("errors").size());
  }

  @Test
  void aHundredThousandFieldsAreTooLarge() {
    Answer answer = server.post(PATH, wide(100_000));
    assertEquals(List.of("0 too_large"), reasons(answer));
    assertEquals(List.of("0 too_many_fields"), reasons(server.post(PATH, wide(10_000))));
  }

  @Test
  void manyNamesInOneRequestStayInTheSource() {
    var body = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      body.append(wide(500).replace("\"f", "\"f" + i + "_")).append('\n');
    }
    assertEquals(20, server.post(PATH, body.toString()).json().get("accepted").asInt());
    assertEquals(10_000 - 8192, server.count("headroom.unindexed.values", "door", "ndjson"));
    assertEquals(8192, server.store.batches.getFirst().fieldNameCount());
  }

  @Test
  void sameIdempotencyKeyStoresOnce() {
    assertEquals("false", keyed("k", "{\"a\":1}\n{").json().get("repeated").asText());
    Answer again = keyed("k", "{\"a\":1}\n{");
    assertEquals("true", again.json().get("repeated").asText());
    assertEquals(1, again.json().get("accepted").asInt());
    assertEquals(1, sources().size());
    assertEquals(1, server.count("headroom.stored.records"));
    assertEquals(409, keyed("k", "{\"a\":2}").status());
    assertEquals(1, server.count("headroom.dropped.records", "reason", "conflict"));
  }

  private Answer keyed(String key, String body) {
    return server.send(
        "POST",
        PATH,
        BodyPublishers.ofString(body),
        request -> request.header("idempotency-key", key));
  }

  @Test
  void storeThatCannotWriteDropsWhatItWasGiven() {
    server.store.beforeAppend =
        () -> {
          throw new HeadroomException(ErrorCategory.OVERLOADED, "too much");
        };
    assertEquals(503, server.post(PATH, "{\"a\":1}\n{\"a\":2}\n{").status());
    assertEquals(2, server.count("headroom.dropped.records", "reason", "overloaded"));
    server.store.beforeAppend =
        () -> {
          throw new IllegalStateException("bug");
        };
    assertEquals(500, server.post(PATH, "{\"a\":1}").status());
    assertEquals(1, server.count("headroom.dropped.records", "reason", "internal"));
  }

  @Test
  void eventTimeIsTheOneInTheRecord() {
    server.post(
        PATH,
        """
        {"ts":1795000000,"timestamp":"2026-11-20T10:00:00.123456789+01:00"}
        {"ts":"1795000000123"}
        {"time":0.25}
        """);
    List<Long> times =
        server.find(LogFilter.ALL).stream().map(LogHit::eventTimeNanos).sorted().toList();
    assertEquals(
        List.of(
                1_795_000_000_123_000_000L,
                TimeRange.nanos(java.time.Instant.parse("2026-11-20T09:00:00.123456789Z")),
                TimeRange.nanos(IngestServer.NOW))
            .stream()
            .sorted()
            .toList(),
        times);
  }

  @Test
  @Tag("slow")
  void bodyOfTheLongestLengthIsTaken() {
    String line = "{\"message\":\"" + "y".repeat(200_000) + "\"}\n";
    int count = (64 << 20) / line.length();
    Answer answer = server.post(PATH, line.repeat(count));
    assertEquals(count, answer.json().get("accepted").asInt());
    assertTrue(server.count("headroom.received.wire.bytes") > 60e6);
  }
}
