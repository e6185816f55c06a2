package dev.headroom.query.http;

import static dev.headroom.query.http.PromDoor.form;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.query.engine.QueryAdmission;
import dev.headroom.query.engine.QueryLimits;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PromServiceTest {
  private static final long NOW = PromDoor.NOW.toEpochMilli();
  private static final String FORM = "application/x-www-form-urlencoded";
  private static PromDoor door;

  @BeforeAll
  static void open() {
    door = new PromDoor(QueryLimits.DEFAULT);
    for (int i = 0; i < 10; i++) {
      long time = NOW - i * 60_000L;
      door.put(time, 10 - i, "__name__", "up", "job", "b");
      door.put(time, 20 - i, "__name__", "up", "job", "a");
    }
    door.put(NOW, Double.NaN, "__name__", "odd", "v", "nan");
    door.put(NOW, Double.POSITIVE_INFINITY, "__name__", "odd", "v", "inf");
    door.put(NOW, 1e-7, "__name__", "odd", "v", "small");
    door.put(NOW, 1, "__name__", "dotted", "http.status", "200", "a\"b", "ü\ud800");
  }

  @AfterAll
  static void close() {
    door.close();
  }

  private static String query(String... parameters) {
    return door.get("/api/v1/query?" + form(parameters)).body();
  }

  private static String data(String data) {
    return "{\"status\":\"success\",\"data\":" + data + "}";
  }

  private static void failed(HttpResponse<String> answer, int status, String type, String error) {
    assertEquals(status, answer.statusCode(), answer.body());
    assertEquals(
        "{\"status\":\"error\",\"errorType\":\"" + type + "\",\"error\":\"" + error + "\"}",
        answer.body());
  }

  @Test
  void answersInstantQueries() {
    assertEquals(
        data(
            "{\"resultType\":\"vector\",\"result\":["
                + "{\"metric\":{\"__name__\":\"up\",\"job\":\"a\"},\"value\":[1795521600,\"20\"]},"
                + "{\"metric\":{\"__name__\":\"up\",\"job\":\"b\"},\"value\":[1795521600,\"10\"]}]}"),
        query("query", "up"));
    assertEquals(
        data("{\"resultType\":\"scalar\",\"result\":[1795521600,\"2\"]}"), query("query", "1+1"));
    assertEquals(
        data("{\"resultType\":\"string\",\"result\":[1795521600,\"a\"]}"), query("query", "\"a\""));
    assertEquals(data("{\"resultType\":\"vector\",\"result\":[]}"), query("query", "nothing"));
  }

  @Test
  void writesNumbersAndTimesAsPrometheusDoes() {
    assertEquals(
        data(
            "{\"resultType\":\"matrix\",\"result\":["
                + "{\"metric\":{\"__name__\":\"up\",\"job\":\"b\"},\"values\":"
                + "[[1795521540,\"9\"],[1795521600,\"10\"]]}]}"),
        query("query", "up{job='b'}[2m]"));
    assertEquals(
        data("{\"resultType\":\"scalar\",\"result\":[1.500,\"1.5\"]}"),
        query("query", "time()", "time", "1.5"));
    assertEquals(
        data("{\"resultType\":\"scalar\",\"result\":[-1.005,\"-1.005\"]}"),
        query("query", "time()", "time", "-1.005"));
    String odd = query("query", "odd");
    assertTrue(odd.contains("\"NaN\"") && odd.contains("\"+Inf\""), odd);
    assertTrue(odd.contains("\"1e-07\""), odd);
  }

  @Test
  void answersRangeQueries() {
    String expected =
        data(
            "{\"resultType\":\"matrix\",\"result\":["
                + "{\"metric\":{\"__name__\":\"up\",\"job\":\"b\"},\"values\":"
                + "[[1795521540,\"9\"],[1795521600,\"10\"]]}]}");
    for (String step : List.of("60", "60.0", "1m", "60s")) {
      String[] parameters = {
        "query", "up{job=\"b\"}", "start", "1795521540", "end", "2026-11-24T12:00:00Z", "step", step
      };
      assertEquals(expected, door.get("/api/v1/query_range?" + form(parameters)).body());
      assertEquals(expected, door.post("/api/v1/query_range", FORM, form(parameters)).body());
      // parameters in the URL of a POST, as alerting tools send them
      assertEquals(
          expected,
          door.post("/api/v1/query_range?" + form(parameters), "application/json", "").body());
    }
  }

  @Test
  void prefersTheFormToTheUrl() {
    assertEquals(
        data("{\"resultType\":\"scalar\",\"result\":[5,\"2\"]}"),
        door.post("/api/v1/query?query=1&time=5", FORM, "query=2").body());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "query?query= | invalid parameter \\\"query\\\": 1:1: parse error: no expression found in"
            + " input",
        "query?query=up%7B | invalid parameter \\\"query\\\": 1:4: parse error: unexpected end of"
            + " input, expected a label name or \\\"}\\\"",
        "query?query=1&time=x | invalid parameter \\\"time\\\": cannot parse \\\"x\\\" to a valid"
            + " timestamp",
        "query?query=1&timeout=x | invalid parameter \\\"timeout\\\": cannot parse \\\"x\\\" to a"
            + " valid duration",
        "query?query=1&limit=-1 | invalid parameter \\\"limit\\\": limit must be a whole number of"
            + " at least 0, got \\\"-1\\\"",
        "query_range?query=1&end=2&step=1 | invalid parameter \\\"start\\\": cannot parse \\\"\\\""
            + " to a valid timestamp",
        "query_range?query=1&start=1&end=2 | invalid parameter \\\"step\\\": cannot parse \\\"\\\""
            + " to a valid duration",
        "query_range?query=1&start=1&end=2&step=0 | zero or negative query resolution step widths"
            + " are not accepted. Try a positive integer",
        "query_range?query=1&start=3&end=2&step=1 | end timestamp must not be before start time",
        "query_range?query=1&start=0&end=11001&step=1 | exceeded maximum resolution of 11,000"
            + " points per timeseries. Try decreasing the query resolution (?step=XX)",
        "query_range?query=up[1m]&start=0&end=1&step=1 | invalid expression type \\\"range"
            + " vector\\\" for range query, must be Scalar or instant Vector",
        "series? | no match[] parameter provided",
        "series?match[]=1 | invalid parameter \\\"match[]\\\": 1:1: parse error: expected a series"
            + " selector such as up{job=\\\"a\\\"}",
        "labels?match[]=%7B%7D | invalid parameter \\\"match[]\\\": 1:1: parse error: vector"
            + " selector must contain at least one non-empty matcher",
        "labels?start=2&end=1 | end timestamp must not be before start time",
      })
  void saysWhichParameterIsWrong(String path, String error) {
    String encoded = path.replace("[", "%5B").replace("]", "%5D");
    failed(door.get("/api/v1/" + encoded), 400, "bad_data", error);
  }

  @Test
  void tellsFailuresOfExecutionApart() {
    var answer = door.get("/api/v1/query?" + form("query", "up + on() up"));
    assertEquals(422, answer.statusCode());
    assertTrue(answer.body().startsWith("{\"status\":\"error\",\"errorType\":\"execution\""));
  }

  @Test
  void answersTimeoutPastTheDeadline() {
    var answer = door.get("/api/v1/query?" + form("query", "up", "timeout", "0"));
    failed(answer, 503, "timeout", "query timed out");
    assertEquals(Optional.of("1"), answer.headers().firstValue("retry-after"));
  }

  @Test
  void refusesWhatNeedsTooMuchMemory() {
    QueryLimits tight =
        new QueryLimits(Duration.ofSeconds(30), 100, 100, 10_000, 10_000, 1, Duration.ofMillis(1));
    try (var small = new PromDoor(tight)) {
      for (int i = 0; i < 1000; i++) {
        small.put(NOW - i * 1000L, i, "__name__", "up");
      }
      var answer = small.get("/api/v1/query?" + form("query", "count_over_time(up[1h])"));
      assertEquals(503, answer.statusCode());
      assertTrue(answer.body().contains("\"errorType\":\"unavailable\""), answer.body());
      assertTrue(answer.body().contains("memory; narrow the time range"), answer.body());
      assertEquals(200, small.get("/api/v1/query?query=up").statusCode(), "memory came back");
      try (QueryAdmission.Turn _ = small.admission().enter()) {
        assertEquals(503, small.get("/api/v1/query?query=up").statusCode(), "no turn");
      }
    }
  }

  @Test
  void asksForTheRole() {
    failed(
        door.get("/api/v1/query?query=up", "role", "INGEST"),
        403,
        "forbidden",
        "this key lacks the role read");
  }

  @Test
  void keepsTenantsApart() {
    assertEquals(
        data("{\"resultType\":\"vector\",\"result\":[]}"),
        door.get("/api/v1/query?query=up", "tenant", "other").body());
    assertEquals(data("[]"), door.get("/api/v1/labels", "tenant", "other").body());
  }

  @Test
  void cutsAtTheLimitAndSaysSo() {
    String cut = query("query", "up", "limit", "1");
    assertEquals(1, cut.split("\"metric\"", -1).length - 1, cut);
    assertTrue(cut.endsWith(",\"warnings\":[\"results truncated due to limit\"]}"), cut);
    assertEquals(
        "{\"status\":\"success\",\"data\":[\"__name__\"],"
            + "\"warnings\":[\"results truncated due to limit\"]}",
        door.get("/api/v1/labels?limit=1").body());
    assertTrue(!query("query", "up", "limit", "2").contains("warnings"));
  }

  @Test
  void listsSeriesLabelsAndValues() {
    assertEquals(
        data("[{\"__name__\":\"up\",\"job\":\"a\"},{\"__name__\":\"up\",\"job\":\"b\"}]"),
        door.get("/api/v1/series?" + form("match[]", "up{job='b'}", "match[]", "up{job='a'}"))
            .body());
    assertEquals(
        data("[\"__name__\",\"job\"]"),
        door.post("/api/v1/labels", FORM, form("match[]", "up")).body());
    assertEquals(data("[\"a\",\"b\"]"), door.get("/api/v1/label/job/values").body());
    assertEquals(
        data("[\"a\"]"),
        door.get("/api/v1/label/job/values?" + form("match[]", "up{job=~'a|c'}")).body());
    assertEquals(data("[\"200\"]"), door.get("/api/v1/label/U__http_2e_status/values").body());
    assertEquals(data("[]"), door.get("/api/v1/label/nothing/values").body());
    // bounds a year to either side, as floats, and Go's least and greatest time
    assertEquals(
        data("[\"a\",\"b\"]"),
        door.get("/api/v1/label/job/values?start=1763985600.123&end=1827057600.456").body());
    assertEquals(
        data("[\"a\",\"b\"]"),
        door.get(
                "/api/v1/label/job/values?"
                    + form(
                        "start",
                        "-292273086-05-16T16:47:06Z",
                        "end",
                        "292277025-08-18T07:12:54.999999999Z"))
            .body());
    assertEquals(data("[]"), door.get("/api/v1/label/job/values?start=0&end=1").body());
  }

  @Test
  void keepsLabelsOfAnyText() {
    assertEquals(
        data("[{\"__name__\":\"dotted\",\"a\\\"b\":\"ü?\",\"http.status\":\"200\"}]"),
        door.get("/api/v1/series?" + form("match[]", "{\"http.status\"=\"200\"}")).body());
  }

  @Test
  void formatsQueries() {
    assertEquals(
        data("\"sum by (a) (rate(up[5m]))\""),
        door.get("/api/v1/format_query?" + form("query", "sum(rate(up[5m]))by(a)")).body());
  }

  @Test
  void tellsWhoItIs() {
    String build = door.get("/api/v1/status/buildinfo").body();
    assertTrue(build.startsWith("{\"status\":\"success\",\"data\":{\"version\":\"3."), build);
    for (String path :
        List.of(
            "status/runtimeinfo",
            "status/flags",
            "status/config",
            "status/walreplay",
            "metadata",
            "rules",
            "alerts",
            "targets",
            "alertmanagers",
            "query_exemplars?query=up")) {
      var answer = door.get("/api/v1/" + path);
      assertEquals(200, answer.statusCode(), path);
      assertTrue(answer.body().startsWith("{\"status\":\"success\",\"data\":"), answer.body());
    }
  }

  @Test
  void countsWhatMakesSeries() {
    assertEquals(
        data(
            "{\"headStats\":{\"numSeries\":6,\"numLabelPairs\":10},"
                + "\"seriesCountByMetricName\":[{\"name\":\"odd\",\"value\":3}],"
                + "\"labelValueCountByLabelName\":[{\"name\":\"__name__\",\"value\":3}],"
                + "\"seriesCountByLabelValuePair\":[{\"name\":\"__name__=odd\",\"value\":3}]}"),
        door.get("/api/v1/status/tsdb?limit=1").body());
  }

  @Test
  void sendsLargeAnswersInPieces() {
    try (var large = new PromDoor(QueryLimits.DEFAULT)) {
      var expected = new ArrayList<String>();
      for (int i = 0; i < 20_000; i++) {
        String value = String.valueOf(100_000 + i);
        large.put(NOW, i, "__name__", "m", "i", value);
        expected.add(value);
      }
      String body = large.get("/api/v1/query?query=m").body();
      assertTrue(body.length() > 1_000_000 && body.endsWith("]}}"), "length " + body.length());
      for (String value : expected) {
        assertTrue(body.contains("\"i\":\"" + value + "\""), value);
      }
    }
  }
}
