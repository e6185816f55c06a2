package dev.headroom.query.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.query.engine.QueryLimits;
import dev.headroom.query.http.LogDoor.Reply;
import dev.headroom.query.lang.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogServiceTest {
  private static final String SEARCH = "/headroom/v1/logs/search";
  private static final String HISTOGRAM = "/headroom/v1/logs/histogram";
  private static final String FACETS = "/headroom/v1/logs/facets";

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private LogDoor door;

  @BeforeEach
  void open() {
    door = new LogDoor(directory);
  }

  @AfterEach
  void close() {
    door.close();
  }

  private void fill() {
    door.add(
        "web-2026.11.24",
        List.of(
            Map.entry(
                "2026-11-24T11:10:00Z",
                "{'message':'GET /a','level':'info','ms':7,'http':{'status':200}}"),
            Map.entry(
                "2026-11-24T11:20:00.5Z",
                "{'message':'GET /b timed out','level':'error','ms':900,'http':{'status':504}}"),
            Map.entry(
                "2026-11-24T11:50:00Z",
                "{'message':'GET /a','level':'info','ms':9,'http':{'status':200}}"),
            Map.entry("2026-11-24T09:00:00Z", "{'message':'old','level':'info'}")));
  }

  private String ask(String path, String... namesAndValues) {
    return LogDoor.steady(reply(path, namesAndValues).body());
  }

  private Reply reply(String path, String... namesAndValues) {
    var url = new StringBuilder(path);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      url.append(i == 0 ? '?' : '&').append(namesAndValues[i]).append('=');
      url.append(LogDoor.encoded(namesAndValues[i + 1]));
    }
    return door.get(url.toString());
  }

  private void refused(int status, String message, String path, String... namesAndValues) {
    Reply reply = reply(path, namesAndValues);
    assertEquals(message, reply.body());
    assertEquals(status, reply.status());
  }

  @Test
  void theLastHourIsSearchedNewestFirst() {
    fill();
    assertEquals(
        "{'hits':[{'_time':'2026-11-24T11:50:00Z','_stream':'web','_index':'web-2026.11.24',"
            + "'message':'GET /a','level':'info','ms':9,'http':{'status':200}},"
            + "{'_time':'2026-11-24T11:20:00.500Z','_stream':'web','_index':'web-2026.11.24',"
            + "'message':'GET /b timed out','level':'error','ms':900,'http':{'status':504}},"
            + "{'_time':'2026-11-24T11:10:00Z','_stream':'web','_index':'web-2026.11.24',"
            + "'message':'GET /a','level':'info','ms':7,'http':{'status':200}}],"
            + "'total':3,'totalIsExact':true,'cursor':null,"
            + "'start':'2026-11-24T11:00:00Z','end':null,'partial':false,'reasons':[]}",
        ask(SEARCH));
  }

  @Test
  void queriesAndTimesNarrowIt() {
    fill();
    String error = "GET /b timed out";
    assertEquals(List.of(error), messages("q", "level:error"));
    assertEquals(List.of(error), messages("q", "\"timed out\" http.status:[500 TO *]"));
    assertEquals(List.of("GET /a", error), messages("q", "*", "end", "now-5m", "start", "45m"));
    assertEquals(List.of("old"), messages("end", "2026-11-24T10:00:00Z"));
    assertEquals(
        List.of("old", "GET /a"),
        messages("start", "2026-11-24", "end", "1795519200000", "order", "asc"));
    assertEquals(
        List.of(error, "GET /a", "old"),
        messages("q", "@timestamp:[2026-11-24 TO 2026-11-24T11:20]"));
    assertEquals(List.of(), messages("q", "nothing"));
  }

  private List<String> messages(String... namesAndValues) {
    return messages(reply(SEARCH, namesAndValues).body());
  }

  private static List<String> messages(String answer) {
    byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
    var messages = new ArrayList<String>();
    if (Json.read(bytes, 0, bytes.length) instanceof Json.Members members
        && members.fields().get("hits") instanceof Json.Items hits) {
      for (Json hit : hits.values()) {
        if (hit instanceof Json.Members record
            && record.fields().get("message") instanceof Json.Scalar message) {
          messages.add(message.text());
        }
      }
    }
    return messages;
  }

  @Test
  void bodiesAreFormsOrJson() {
    fill();
    String form = "q=level%3Aerror&limit=5";
    String json = "{'q':'level:error','limit':5,'start':'now-1h'}";
    assertEquals(
        List.of("GET /b timed out"),
        messages(door.post(SEARCH, "application/x-www-form-urlencoded", form).body()));
    assertEquals(
        List.of("GET /b timed out"), messages(door.post(SEARCH, "application/json", json).body()));
    assertEquals(
        List.of("GET /a"),
        messages(door.post(SEARCH + "?q=ms:9", "application/json", json).body()));
  }

  @Test
  void recordsWithoutASortedTextComeLastInBothOrders() {
    var records = new ArrayList<Map.Entry<String, String>>();
    for (int i = 0; i < 20; i++) {
      String text = i % 2 == 0 ? ",'k':'k" + i / 2 + "'" : "";
      records.add(
          Map.entry("2026-11-24T11:30:" + (10 + i) + "Z", "{'message':'m" + i + "'" + text + "}"));
    }
    door.add("web", records);
    for (String key : List.of("k", "-k")) {
      List<String> pages = pages("q", "* | sort " + key, "limit", "3");
      assertEquals(20, pages.stream().distinct().count(), key);
      assertEquals(key.equals("k") ? "m0" : "m18", pages.getFirst());
      for (String message : pages.subList(10, 20)) {
        assertEquals(1, Integer.parseInt(message.substring(1)) % 2, message);
      }
    }
  }

  @Test
  void cursorsVisitEverythingOnce() {
    var records = new ArrayList<Map.Entry<String, String>>();
    var expected = new ArrayList<String>();
    for (int i = 0; i < 95; i++) {
      Instant time = Instant.parse("2026-11-24T11:30:00Z").plusMillis(i / 10);
      records.add(Map.entry(time.toString(), "{'message':'m" + i + "','n':" + (i * 37 % 95) + "}"));
      expected.addFirst("m" + i);
    }
    door.add("web", records);
    assertEquals(expected, pages("q", "*", "limit", "10"));
    assertEquals(expected.reversed(), pages("q", "*", "limit", "7", "order", "asc"));
    assertEquals(95, pages("q", "* | sort -n", "limit", "20").stream().distinct().count());
  }

  private List<String> pages(String... namesAndValues) {
    var all = new ArrayList<String>();
    var asked = new ArrayList<>(List.of(namesAndValues));
    while (true) {
      String body = reply(SEARCH, asked.toArray(String[]::new)).body();
      all.addAll(messages(body));
      int at = body.indexOf("\"cursor\":\"");
      if (at < 0) {
        return all;
      }
      String cursor = body.substring(at + 10, body.indexOf('"', at + 10));
      asked = new ArrayList<>(List.of(namesAndValues));
      asked.add("cursor");
      asked.add(cursor);
    }
  }

  @Test
  void foreignCursorsAreRefused() {
    fill();
    String body = reply(SEARCH, "q", "GET", "limit", "1").body();
    int at = body.indexOf("\"cursor\":\"") + 10;
    String cursor = body.substring(at, body.indexOf('"', at));
    refused(400, "cursor: no cursor of an earlier answer", SEARCH, "cursor", "x");
    refused(
        400,
        "cursor: no cursor of an earlier answer",
        SEARCH,
        "q",
        "GET",
        "cursor",
        cursor.substring(0, 8) + (cursor.charAt(8) == 'A' ? 'B' : 'A') + cursor.substring(9));
    refused(
        400,
        "cursor: this cursor belongs to another query; repeat q, start, end and order as they"
            + " were",
        SEARCH,
        "q",
        "POST",
        "cursor",
        cursor);
  }

  @Test
  void wrongParametersAreNamed() {
    refused(
        400,
        "unknown parameter \"query\"; there are count, cursor, end, format, limit, order, q, start",
        SEARCH,
        "query",
        "x");
    refused(
        400,
        "limit: expected a whole number from 0 to 10000, found \"ten\"",
        SEARCH,
        "limit",
        "ten");
    refused(400, "order: expected desc or asc, found \"up\"", SEARCH, "order", "up");
    refused(
        400,
        "start: \"noon\" is no point in time; expected RFC 3339, an epoch number or date math such"
            + " as now-15m",
        SEARCH,
        "start",
        "noon");
    refused(
        400,
        "end: 2026-11-24T11:00:00Z is before start 2026-11-24T11:30:00Z",
        SEARCH,
        "start",
        "now-30m",
        "end",
        "now-1h");
    Reply unclosed = reply(SEARCH, "q", "a (b");
    assertEquals(400, unclosed.status());
    assertTrue(unclosed.body().startsWith("q: column "), unclosed.body());
    refused(
        400,
        "q: histograms take no stages; leave out what stands behind |",
        HISTOGRAM,
        "q",
        "* | head 3");
    assertEquals(403, door.get(SEARCH, "roles", "none").status());
    assertEquals(
        413, door.post(SEARCH, "application/json", "{'q':'" + "x".repeat(1 << 20) + "'}").status());
  }

  @Test
  void tenantsSeeOnlyTheirOwn() {
    fill();
    assertTrue(door.get(SEARCH, "tenant", "other").body().startsWith("{\"hits\":[],\"total\":0,"));
  }

  @Test
  void linesStreamBeyondAPage() {
    var records = new ArrayList<Map.Entry<String, String>>();
    for (int i = 0; i < 2500; i++) {
      Instant time = Instant.parse("2026-11-24T11:30:00Z").plusMillis(i);
      records.add(Map.entry(time.toString(), "{'message':'m" + i + "','n':" + i + "}"));
    }
    door.add("web", records);
    Reply reply = reply(SEARCH, "format", "ndjson", "limit", "2400");
    assertEquals("application/x-ndjson", reply.header("content-type"));
    List<String> lines = reply.body().lines().toList();
    assertEquals(2400, lines.size());
    for (int i = 0; i < lines.size(); i++) {
      assertTrue(lines.get(i).contains("\"message\":\"m" + (2499 - i) + "\""), lines.get(i));
    }
    assertEquals(100, reply(SEARCH, "format", "ndjson").body().lines().count());
    assertEquals(
        1500, reply(SEARCH, "format", "ndjson", "q", "* | head 1500").body().lines().count());
    assertEquals(
        "{'count':2500,'min(n)':0.0}\n",
        ask(SEARCH, "format", "ndjson", "q", "* | stats count(), min(n)"));
  }

  @Test
  void histogramsHaveNoGaps() {
    fill();
    assertEquals(
        "{'start':'2026-11-24T11:05:00Z','end':'2026-11-24T11:55:00Z','interval':'10m','buckets':["
            + "{'time':'2026-11-24T11:00:00Z','count':0},"
            + "{'time':'2026-11-24T11:10:00Z','count':1},"
            + "{'time':'2026-11-24T11:20:00Z','count':1},"
            + "{'time':'2026-11-24T11:30:00Z','count':0},"
            + "{'time':'2026-11-24T11:40:00Z','count':0},"
            + "{'time':'2026-11-24T11:50:00Z','count':1}],"
            + "'total':3,'totalIsExact':true,'partial':false,'reasons':[]}",
        ask(HISTOGRAM, "start", "now-55m", "end", "now-5m", "interval", "10m"));
    String auto = ask(HISTOGRAM, "q", "GET");
    assertTrue(auto.contains("'interval':'1m'"), auto);
    assertEquals(61, auto.split("'time'", -1).length - 1);
    assertTrue(ask(HISTOGRAM, "start", "0").contains("'interval':'52w'"));
    assertTrue(ask(HISTOGRAM, "q", "@timestamp:<now").contains("'interval':'2m'"));
    refused(
        400,
        "interval: 1ms makes 3600001 buckets, at most 10000 are given; ask for 1m or leave it out",
        HISTOGRAM,
        "interval",
        "1ms");
    refused(
        400,
        "interval: \"fast\" is no interval; expected one such as 30s, 5m, 1h or 1d",
        HISTOGRAM,
        "interval",
        "fast");
  }

  @Test
  void facetsCountValues() {
    fill();
    assertEquals(
        "{'start':'2026-11-24T11:00:00Z','end':null,'facets':["
            + "{'field':'http.status','values':[{'value':200,'count':2}],'otherCount':1},"
            + "{'field':'level','values':[{'value':'info','count':2}],'otherCount':1}],"
            + "'total':3,'totalIsExact':true,'partial':false,'reasons':[]}",
        ask(FACETS, "fields", "http.status,level", "limit", "1"));
    String usual = ask(FACETS);
    assertTrue(
        usual.contains(
            "'facets':[{'field':'_stream','values':[{'value':'web','count':3}],'otherCount':0},"
                + "{'field':'level','values':"),
        usual);
  }

  @Test
  void hostileTextComesOutWellFormed() {
    door.add(
        "web",
        "2026-11-24T11:30:00Z",
        "{\n  'message': 'half \\ud800 pair',\n 'big': 123456789012345678901.50, '_time': 'mine'}"
            .replace("'big': 123456789012345678901.50", "'nested': {'a': [1, null, {}]}"));
    assertTrue(
        ask(SEARCH)
            .startsWith(
                "{'hits':[{'_time':'2026-11-24T11:30:00Z','_stream':'web','_index':'web',"
                    + "'message':'half \uFFFD pair','nested':{'a':[1,null,{}]}}],"));
  }

  @Test
  void partialAnswersSaySo() {
    door.close();
    var little =
        new QueryLimits(Duration.ofSeconds(5), 10_000, 100, 4096, 2048, 4, Duration.ofSeconds(5));
    door = new LogDoor(directory, little);
    for (int i = 0; i < 50; i++) {
      door.add("web", "2026-11-24T11:30:00Z", "{'message':'m" + i + "','v':'" + i + "'}");
    }
    String body = ask(SEARCH, "limit", "50");
    assertTrue(body.contains("'partial':true,'reasons':['memory']"), body);
    assertTrue(messages("limit", "50").size() > 2, body);
    String lines = ask(SEARCH, "limit", "50", "format", "ndjson");
    assertTrue(lines.contains("\n{'partial':true,'reasons':['memory'],'cursor':"), lines);
    String facets = ask(FACETS, "fields", "v");
    assertTrue(facets.contains("'partial':true,'reasons':['memory']"), facets);
  }
}
