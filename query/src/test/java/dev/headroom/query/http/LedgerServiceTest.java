package dev.headroom.query.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.query.http.LogDoor.Reply;
import dev.headroom.query.lang.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerServiceTest {
  private static final String LEDGER = "/headroom/v1/ledger";

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private LogDoor door;

  @BeforeEach
  void open() {
    door = new LogDoor(directory);
    for (int i = 0; i < 40; i++) {
      String index = i % 4 == 0 ? "search" : "web";
      String time = "2026-11-2" + (3 + i % 2) + "T0" + i % 8 + ":00:00Z";
      door.add(index, time, "{'message':'GET /" + i + "','status':" + (200 + i) + "}");
    }
    door.checkpoint();
  }

  @AfterEach
  void close() {
    door.close();
  }

  private Json.Members ask(String query, String... headers) {
    Reply reply = door.get(LEDGER + query, headers);
    assertEquals(200, reply.status(), reply.body());
    byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
    return (Json.Members) Json.read(body, 0, body.length);
  }

  private static Json.Members object(Json.Members in, String name) {
    return (Json.Members) member(in, name);
  }

  private static Json member(Json.Members in, String name) {
    return Objects.requireNonNull(in.fields().get(name), name);
  }

  private static String text(Json.Members in, String name) {
    return ((Json.Scalar) member(in, name)).text();
  }

  private static List<Json.Members> rows(Json.Members section) {
    List<Json.Members> rows = new ArrayList<>();
    ((Json.Items) member(section, "rows")).values().forEach(row -> rows.add((Json.Members) row));
    return rows;
  }

  private static long sum(List<Json.Members> rows) {
    return rows.stream().mapToLong(row -> Long.parseLong(text(row, "bytes"))).sum();
  }

  @Test
  void everyBreakdownAddsUpToTheTotal() {
    Json.Members total = object(ask(""), "stock");
    assertEquals(1, rows(total).size());
    for (String by :
        List.of("stream", "field", "structure", "day", "hour", "stream,field,structure,hour")) {
      Json.Members stock = object(ask("?by=" + by), "stock");
      assertEquals(text(total, "bytes"), text(stock, "bytes"), by);
      assertEquals(Long.parseLong(text(stock, "bytes")), sum(rows(stock)), by);
    }
  }

  @Test
  void rowsNameStreamsFieldsAndTimes() {
    List<Json.Members> rows = rows(object(ask("?by=stream,day"), "stock"));
    assertEquals(
        List.of("search 2026-11-23", "web 2026-11-23", "web 2026-11-24"),
        rows.stream().map(row -> text(row, "stream") + " " + text(row, "day")).toList());
    assertEquals("allocated", text(rows.getFirst(), "basis"));
    assertEquals("measured", text(rows.getLast(), "basis"), "alone in its partition");
    List<Json.Members> fields = rows(object(ask("?by=field,structure&stream=web"), "stock"));
    assertTrue(
        fields.stream()
            .anyMatch(
                row ->
                    text(row, "field").equals("message")
                        && text(row, "structure").equals("positions")));
  }

  @Test
  void flowsTellWhatCameIn() {
    Json.Members flow = object(ask("?by=stream"), "flow");
    assertEquals("40", text(flow, "wireBytes"));
    assertEquals("40", text(flow, "acceptedRecords"));
    List<Json.Members> rows = rows(flow);
    assertEquals(List.of("10", "30"), rows.stream().map(r -> text(r, "acceptedRecords")).toList());
    Json.Members none = object(ask("?start=2026-11-25&end=2026-11-26"), "flow");
    assertEquals("0", text(none, "acceptedRecords"));
  }

  @Test
  void timesChooseStockByEventTime() {
    long first = sum(rows(object(ask("?start=2026-11-23&end=2026-11-24"), "stock")));
    long second = sum(rows(object(ask("?start=2026-11-24&end=2026-11-25"), "stock")));
    long all = sum(rows(object(ask(""), "stock")));
    assertTrue(first > 0 && second > 0);
    assertEquals(all, first + second);
    long hour = sum(rows(object(ask("?start=2026-11-23T02:00Z&end=2026-11-23T03:00Z"), "stock")));
    assertTrue(hour > 0 && hour < first);
  }

  @Test
  void rowsPastTheLimitAreSaid() {
    Json.Members answer = ask("?by=stream,field,structure,hour&limit=3");
    Json.Members stock = object(answer, "stock");
    assertEquals(3, rows(stock).size());
    assertEquals("true", text(stock, "truncated"));
    assertEquals(text(object(ask(""), "stock"), "bytes"), text(stock, "bytes"));
    assertTrue(member(answer, "notes").toString().contains("limit=3"));
  }

  @Test
  void anotherTenantSeesNothing() {
    Json.Members answer = ask("?by=stream", "tenant", "other");
    assertEquals("0", text(object(answer, "stock"), "bytes"));
    assertEquals(0, rows(object(answer, "flow")).size());
    assertEquals(null, object(answer, "stock").fields().get("sharedOverhead"));
    Json.Members shared = object(object(ask("", "roles", "admin"), "stock"), "sharedOverhead");
    assertTrue(rows(shared).stream().map(row -> text(row, "structure")).toList().contains("wal"));
  }

  @Test
  void reconcileListsWhatNobodyOwns() throws Exception {
    Reply reply = door.get(LEDGER + "/reconcile", "roles", "admin");
    assertTrue(reply.body().contains("\"agrees\":true"), reply.body());
    Files.writeString(directory.resolve("stray.bin"), "12345");
    reply = door.get(LEDGER + "/reconcile", "roles", "admin");
    assertTrue(reply.body().contains("\"agrees\":false"), reply.body());
    assertTrue(
        reply.body().contains("{\"item\":\"stray.bin\",\"ledgerBytes\":0,\"diskBytes\":5}"),
        reply.body());
    assertEquals(403, door.get(LEDGER + "/reconcile").status());
  }

  @Test
  void mistakesAreNamed() {
    for (Map.Entry<String, String> mistake :
        Map.of(
                "?by=colour",
                "by: there is no \"colour\"; there are stream, field, structure, hour, day",
                "?by=hour,day",
                "by: give hour or day, not both",
                "?limit=0",
                "limit: expected a whole number from 1 to 100000, found \"0\"",
                "?start=2026-11-24&end=2026-11-24",
                "end: is not after start",
                "?since=1",
                "unknown parameter \"since\"; there are by, end, limit, start, stream")
            .entrySet()) {
      Reply reply = door.get(LEDGER + mistake.getKey());
      assertEquals(mistake.getValue(), reply.body());
      assertEquals(400, reply.status());
    }
    assertEquals(403, door.get(LEDGER, "roles", "none").status());
  }
}
