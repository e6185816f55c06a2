package dev.headroom.query.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.query.http.LogDoor.Reply;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LokiServiceTest {
  private static final String BASE = "/loki/api/v1/";

  /** 2026-11-24T11:30:00Z, half an hour before the test's now. */
  private static final long HALF = 1_795_519_800L;

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
            Map.entry("2026-11-24T11:20:00Z", "{'level':'info','message':'GET /a','ms':7}"),
            Map.entry("2026-11-24T11:30:00Z", "{'level':'ERROR','message':'GET /b','ms':900}"),
            Map.entry("2026-11-24T11:40:00Z", "{'level':'info','message':'GET /a','ms':9}")));
    door.add(
        "cron",
        "2026-11-24T11:35:00Z",
        "{'message':'job took 5s','log':{'level':'warning'},'host':{'name':'h1'},"
            + "'service':{'name':'cron'},'syslog':{'facility':'cron','severity':'warning',"
            + "'procid':'12'}}");
  }

  private static String url(String path, String... namesAndValues) {
    var url = new StringBuilder(BASE).append(path);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      url.append(i == 0 ? '?' : '&').append(LogDoor.encoded(namesAndValues[i])).append('=');
      url.append(LogDoor.encoded(namesAndValues[i + 1]));
    }
    return url.toString();
  }

  private String ask(String path, String... namesAndValues) {
    Reply reply = door.get(url(path, namesAndValues));
    assertEquals(200, reply.status(), reply.body());
    return quoted(reply.body());
  }

  private static String quoted(String json) {
    return json.replaceAll(
            ",\"stats\":\\{\"summary\":\\{[^}]*},\"querier\":\\{},\"ingester\":\\{}}", "")
        .replace("\\\"", "~")
        .replace('"', '\'');
  }

  private void refused(String message, String path, String... namesAndValues) {
    Reply reply = door.get(url(path, namesAndValues));
    assertEquals(message + "\n", reply.body());
    assertEquals(400, reply.status());
    assertTrue(reply.header("content-type").startsWith("text/plain"));
  }

  @Test
  void linesComeNewestFirstInStreams() {
    fill();
    assertEquals(
        "{'status':'success','data':{'resultType':'streams','result':["
            + "{'stream':{'detected_level':'error','index':'web-2026.11.24','level':'ERROR',"
            + "'service_name':'web','stream':'web'},'values':[['1795519800000000000',"
            + "'{~level~:~ERROR~,~message~:~GET /b~,~ms~:900}']]},"
            + "{'stream':{'detected_level':'info','index':'web-2026.11.24','level':'info',"
            + "'service_name':'web','stream':'web'},'values':["
            + "['1795520400000000000','{~level~:~info~,~message~:~GET /a~,~ms~:9}'],"
            + "['1795519200000000000','{~level~:~info~,~message~:~GET /a~,~ms~:7}']]}]}}",
        ask("query_range", "query", "{stream=\"web\"}"));
  }

  @Test
  void syslogLinesAreMessagesWithTheRestAsLabels() {
    fill();
    assertEquals(
        "{'status':'success','data':{'resultType':'streams','result':["
            + "{'stream':{'detected_level':'warn','host':'h1','index':'cron','level':'warning',"
            + "'service_name':'cron','stream':'cron','syslog_facility':'cron','syslog_procid':'12',"
            + "'syslog_severity':'warning','took':'5s'},"
            + "'values':[['1795520100000000000','job took 5s']]}]}}",
        ask("query_range", "query", "{host=~\"h.\"} | pattern \"<_> took <took>\" | took > 4s"));
  }

  @Test
  void labelsComeByKindWhenAskedFor() {
    fill();
    Reply reply =
        door.get(
            url("query_range", "query", "{stream=\"web\"} | json | ms > 100"),
            "X-Loki-Response-Encoding-Flags",
            "categorize-labels");
    assertEquals(
        "{'status':'success','data':{'resultType':'streams','encodingFlags':['categorize-labels'],"
            + "'result':[{'stream':{'index':'web-2026.11.24','level':'ERROR','service_name':'web',"
            + "'stream':'web'},'values':[['1795519800000000000',"
            + "'{~level~:~ERROR~,~message~:~GET /b~,~ms~:900}',"
            + "{'structuredMetadata':{'detected_level':'error'},"
            + "'parsed':{'level_extracted':'ERROR','message':'GET /b','ms':'900'}}]]}]}}",
        quoted(reply.body()));
  }

  @Test
  void directionLimitAndTimesAreHonoured() {
    fill();
    String lines =
        ask(
            "query_range",
            "query",
            "{stream=~\".+\"} | line_format \"{{.stream}} {{__timestamp__}}\"",
            "direction",
            "forward",
            "limit",
            "2",
            "start",
            HALF + ".0",
            "end",
            "2026-11-24T11:40:00Z");
    assertTrue(lines.contains("web 2026-11-24T11:30:00Z"), lines);
    assertTrue(lines.contains("cron 2026-11-24T11:35:00Z"), lines);
    assertEquals(2, lines.split("'values'", -1).length - 1, lines);
  }

  @Test
  void healthCheckOfGrafanaGivesTwo() {
    assertEquals(
        "{'status':'success','data':{'resultType':'vector','result':"
            + "[{'metric':{},'value':[1795521600,'2']}]}}",
        ask("query", "query", "vector(1)+vector(1)"));
  }

  @Test
  void logVolumeIsCountedByLevel() {
    fill();
    String volume =
        "{'status':'success','data':{'resultType':'matrix','result':["
            + "{'metric':{'detected_level':'error','level':'ERROR'},"
            + "'values':[[1795519800,'1']]},"
            + "{'metric':{'detected_level':'info','level':'info'},"
            + "'values':[[1795519200,'1'],[1795520400,'1']]},"
            + "{'metric':{'detected_level':'warn','level':'warning'},"
            + "'values':[[1795520400,'1']]}]}}";
    String query = "sum by (level, detected_level) (count_over_time({stream=~\".+\"}%s[10m]))";
    for (String stages : List.of("", " | drop __error__", " |= \"\"")) {
      assertEquals(
          volume,
          ask(
              "query_range",
              "query",
              String.format(java.util.Locale.ROOT, query, stages),
              "step",
              "600000ms",
              "start",
              (HALF - 1200) + "000000000",
              "end",
              (HALF + 1200) + "000000000"));
    }
  }

  @Test
  void unwrappedNumbersAreGrouped() {
    fill();
    assertEquals(
        "{'status':'success','data':{'resultType':'vector','result':"
            + "[{'metric':{'level':'ERROR'},'value':[1795521600,'900']},"
            + "{'metric':{'level':'info'},'value':[1795521600,'8']}]}}",
        ask(
            "query",
            "query",
            "sort_desc(avg_over_time({stream=\"web\"} | json | unwrap ms [1h]) by (level))"));
  }

  @Test
  void labelsValuesAndSeriesAreListed() {
    fill();
    assertEquals(
        "{'status':'success','data':['host','index','level','service_name','stream']}",
        ask("labels"));
    assertEquals(
        "{'status':'success','data':['index','level','service_name','stream']}",
        ask("labels", "query", "{stream=\"web\"}"));
    assertEquals("{'status':'success','data':[]}", ask("labels", "end", "2026-11-24T01:00:00Z"));
    assertEquals(
        "{'status':'success','data':['ERROR','info','warning']}", ask("label/level/values"));
    assertEquals("{'status':'success','data':['cron','web']}", ask("label/service_name/values"));
    assertEquals("{'status':'success','data':[]}", ask("label/__stream_shard__/values"));
    assertEquals(
        "{'status':'success','data':[{'index':'web-2026.11.24','level':'ERROR',"
            + "'service_name':'web','stream':'web'},{'index':'web-2026.11.24','level':'info',"
            + "'service_name':'web','stream':'web'}]}",
        ask("series", "match[]", "{service_name=\"web\"}"));
  }

  @Test
  void statsAndVolumeCountRecords() {
    fill();
    assertEquals(
        "{'streams':1,'chunks':1,'bytes':129,'entries':3}",
        ask("index/stats", "query", "{stream=\"web\"}"));
    assertEquals(
        "{'status':'success','data':{'resultType':'vector','result':"
            + "[{'metric':{'stream':'web'},'value':[1795521600,'129']}]}}",
        ask("index/volume", "query", "{stream=\"web\"}", "end", (HALF + 1800) + ""));
    String range =
        ask(
            "index/volume_range",
            "query",
            "{stream=\"web\"}",
            "targetLabels",
            "service_name",
            "step",
            "600",
            "start",
            (HALF - 1800) + "",
            "end",
            (HALF + 1800) + "");
    assertEquals(
        "{'status':'success','data':{'resultType':'matrix','result':[{'metric':"
            + "{'service_name':'web'},'values':[[1795519200,'43'],[1795519800,'43'],"
            + "[1795520400,'43']]}]}}",
        range);
  }

  @Test
  void fieldsAreDetected() {
    fill();
    assertEquals(
        "{'fields':[{'label':'detected_level','type':'string','cardinality':2,'parsers':null},"
            + "{'label':'level_extracted','type':'string','cardinality':2,'parsers':['json']},"
            + "{'label':'message','type':'string','cardinality':2,'parsers':['json']},"
            + "{'label':'ms','type':'int','cardinality':3,'parsers':['json']}],'limit':1000}",
        ask("detected_fields", "query", "{stream=\"web\"}"));
    assertEquals(
        "{'values':['7','9','900'],'limit':1000}",
        ask("detected_field/ms/values", "query", "{stream=\"web\"}"));
    assertEquals(
        "{'detectedLabels':[{'label':'index','cardinality':1},{'label':'level','cardinality':2},"
            + "{'label':'service_name','cardinality':1},{'label':'stream','cardinality':1}]}",
        ask("detected_labels", "query", "{stream=\"web\"}"));
  }

  @Test
  void formsAreReadAndQueriesFormatted() {
    fill();
    Reply reply =
        door.post(
            BASE + "format_query",
            "application/x-www-form-urlencoded",
            "query=" + LogDoor.encoded("{stream=`web`}|=`a`|json"));
    assertEquals(
        "{'status':'success','data':'{stream=~web~} |= ~a~ | json'}", quoted(reply.body()));
    assertTrue(ask("status/buildinfo").startsWith("{'version':'3.0.0'"));
    assertEquals("{'status':'success','data':[]}", ask("patterns", "query", "{stream=\"web\"}"));
  }

  @Test
  void errorsArePlainText() {
    fill();
    refused(
        "parse error at line 1, col 9: unexpected number 5, expected a label value in quotes",
        "query_range",
        "query",
        "{stream=5}");
    refused(
        "log queries are not supported as an instant query type, please change your query to a"
            + " range query type",
        "query",
        "query",
        "{stream=\"web\"}");
    refused(
        "max entries limit per query exceeded, limit > max_entries_limit_per_query (10000 > 5000)",
        "query_range",
        "query",
        "{stream=\"web\"}",
        "limit",
        "10000");
    refused(
        "pipeline error: 'JSONParserErr' for series: '{__error__=\"JSONParserErr\","
            + " __error_details__=\"body is not JSON at line 1, column 5: Unrecognized token"
            + " 'job': was expecting (JSON String, Number, Array, Object or token 'null', 'true'"
            + " or 'false')\", detected_level=\"warn\", host=\"h1\", index=\"cron\","
            + " level=\"warning\", service_name=\"cron\", stream=\"cron\","
            + " syslog_facility=\"cron\", syslog_procid=\"12\", syslog_severity=\"warning\"}'.\n"
            + "Use a label filter to intentionally skip this error. (e.g |"
            + " __error__!=\"JSONParserErr\").\n"
            + "To skip all potential errors you can match empty errors.(e.g __error__=\"\")",
        "query",
        "query",
        "rate({stream=\"cron\"} | json [1h])");
    assertEquals(403, door.get(url("labels"), "roles", "none").status());
    assertEquals(
        "{'status':'success','data':[]}",
        quoted(door.get(url("labels"), "tenant", "other").body()));
  }

  /** Collects the frames of a tail. */
  private static final class Frames implements WebSocket.Listener {
    private final ConcurrentLinkedQueue<String> texts = new ConcurrentLinkedQueue<>();

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      texts.add(data.toString());
      socket.request(1);
      return java.util.concurrent.CompletableFuture.completedFuture(null);
    }
  }

  @Test
  void tailIsNotForPagesOfOtherSites() {
    String path = url("tail", "query", "{stream=\"web\"}");
    Reply reply = door.get(path, "origin", "http://elsewhere.example");
    assertEquals(403, reply.status());
    assertEquals("origin \"http://elsewhere.example\" may not follow logs here\n", reply.body());
  }

  @Test
  void tailFollowsWhatArrives() {
    fill();
    var frames = new Frames();
    String path = url("tail", "query", "{stream=\"web\"} |= \"ERROR\"");
    try (HttpClient client = HttpClient.newHttpClient()) {
      WebSocket socket =
          client
              .newWebSocketBuilder()
              .buildAsync(URI.create("ws://127.0.0.1:" + door.port() + path), frames)
              .join();
      Awaitility.await().until(() -> frames.texts.size() == 1);
      assertTrue(frames.texts.remove().contains("GET /b"));
      door.add("web-2026.11.24", "2026-11-24T12:00:00Z", "{'level':'ERROR','message':'late'}");
      door.add("web-2026.11.24", "2026-11-24T11:59:55Z", "{'level':'ERROR','message':'later'}");
      Awaitility.await()
          .until(
              () -> {
                String all = String.join("", frames.texts);
                return all.contains("late\\") && all.contains("later");
              });
      assertTrue(frames.texts.stream().noneMatch(text -> text.contains("GET /b")));
      socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    }
    refused("parse error at line 1, col 1: the query is empty", "tail", "query", "");
  }
}
