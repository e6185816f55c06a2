package dev.headroom.query.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.query.lang.PipeParser;
import dev.headroom.query.lang.TimeText;
import dev.headroom.storage.logs.LogSort;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What each stage does with a handful of records; one line a case. */
class StageTest {
  private final MemoryLogStore store = new MemoryLogStore();
  private QueryLimits limits = QueryLimits.DEFAULT;

  private void add(int minute, String source) {
    store.add(String.format(Locale.ROOT, "2026-11-24T10:%02d:00Z", minute), "web", source);
  }

  private void requests() {
    add(0, "{'n':1,'route':'/a','ms':10,'status':200,'user':{'id':'u1'},'tags':['x','y']}");
    add(1, "{'n':2,'route':'/b','ms':30.5,'status':'500','tags':['x']}");
    add(2, "{'n':3,'route':'/a','ms':20,'status':404}");
    add(7, "{'n':4,'route':'/c','status':200}");
  }

  private QueryResult run(String query) {
    return new LogEngine(store, new QueryAdmission(limits, new SimpleMeterRegistry()))
        .run(
            TenantId.DEFAULT,
            new LogRequest(
                PipeParser.parse(query, TimeText.at(Instant.parse("2026-11-24T12:00:00Z"))),
                TimeRange.ALL,
                LogSort.NEWEST,
                OptionalInt.empty(),
                Optional.empty(),
                true));
  }

  /** What stages set in each row, such as {@code a=1 b=x | a=2}. */
  private static String print(QueryResult.Rows rows) {
    var lines = new StringJoiner(" | ");
    switch (rows) {
      case QueryResult.Hits hits ->
          hits.rows().forEach(row -> lines.add(line(List.copyOf(row.own().keySet()), row)));
      case QueryResult.Table table -> {
        lines.add(String.join(" ", table.columns()));
        table.rows().forEach(cells -> lines.add(line(cells)));
      }
    }
    return lines.toString();
  }

  private static String line(List<String> names, Row row) {
    var line = new StringJoiner(" ");
    names.forEach(name -> line.add(name + "=" + text(row.own().get(name))));
    return line.toString();
  }

  private static String line(List<@Nullable Object> cells) {
    var line = new StringJoiner(" ");
    cells.forEach(cell -> line.add(text(cell)));
    return line.toString();
  }

  private static String text(@Nullable Object value) {
    return value == null ? "-" : value instanceof Instant ? Values.text(value) : value.toString();
  }

  private void check(String query, String expected) {
    QueryResult result = run(query);
    assertEquals(expected, print(result.rows()), query);
    assertEquals(List.of(), result.partialReasons(), query);
  }

  /** The numbers of the records that come out. */
  private void numbers(String query, String expected) {
    check(query + " | fields n", expected.isEmpty() ? "" : "n=" + expected.replace(" ", " | n="));
  }

  private void computes(String expression, String expected) {
    check("n:1 | eval x = " + expression + " | fields x", "x=" + expected);
  }

  @Test
  void whereKeepsRowsForWhichItHolds() {
    requests();
    numbers("* | where ms > 15", "3 2");
    numbers("* | where ms >= 20 and route = \"/a\"", "3");
    numbers("* | where route = \"/a\" or route = \"/c\"", "4 3 1");
    numbers("* | where not route = \"/a\"", "4 2");
    numbers("* | where ms != 10", "4 3 2");
    numbers("* | where exists(ms)", "3 2 1");
    numbers("* | where not exists(ms)", "4");
    numbers("* | where status >= 404", "3 2"); // one of them is a text
    numbers("* | where status in (200, 404)", "4 3 1");
    numbers("* | where route not in (\"/a\", \"/b\")", "4");
    numbers("* | eval t = tags | where t = \"y\"", "1");
    numbers("* | where user.id = \"u1\"", "1");
    numbers("* | where startswith(route, \"/a\")", "3 1");
    numbers("* | where matches(route, \"^/[bc]$\")", "4 2");
    numbers("* | where matches(route, /^\\/[bc]$/)", "4 2");
    numbers("* | where _time >= \"2026-11-24T10:02:00Z\"", "4 3");
    numbers("* | where _time < \"2026-11-24T10:01\"", "1");
    numbers("* | where nothing > 1", "");
    numbers("* | where ms % 20 = 10", "1");
    numbers("* | where ms / 10 < 2.5 && !(n = 1)", "3");
    numbers("* | where ms > 15 | head 1", "3");
    numbers("* | head 2 | where ms > 15", "3");
  }

  @Test
  void expressionsCompute() {
    requests();
    computes("1 + 2 * 3", "7");
    computes("(1 + 2) * 3", "9");
    computes("10 - 4 - 3", "3");
    computes("7 / 2", "3.5");
    computes("-ms + 1", "-9");
    computes("7 % 4", "3");
    computes("1 / 0", "-");
    computes("9223372036854775807 + 1", "9.223372036854776E18");
    computes("nothing + 1", "-");
    computes("\"12\" + 1", "13");
    computes("2e3 - .5", "1999.5");
    computes("true", "true");
    computes("null", "-");
    computes("lower(\"ÄB\")", "äb");
    computes("upper(route)", "/A");
    computes("trim(\"  a \")", "a");
    computes("len(\"😀b\")", "2");
    computes("len(tags)", "2");
    computes("substr(\"headroom\", 4)", "room");
    computes("substr(\"headroom\", 0, 4)", "head");
    computes("substr(\"headroom\", -4, 2)", "ro");
    computes("substr(\"a\", 5)", "");
    computes("replace(\"a.b.c\", \".\", \"-\")", "a-b-c");
    computes("replace(\"a1b22\", /\\d+/, \"#\")", "a#b#");
    computes("replace(\"key=value\", /(\\w+)=(\\w+)/, \"$2:$1\")", "value:key");
    computes("concat(route, \"?\", n, nothing)", "/a?1");
    computes("if(ms > 5, \"slow\", \"fast\")", "slow");
    computes("if(ms > 50, \"slow\")", "-");
    computes("coalesce(nothing, route)", "/a");
    computes("round(2.5)", "3");
    computes("round(2.345, 2)", "2.35");
    computes("round(1234, -2)", "1200");
    computes("floor(-1.5)", "-2");
    computes("ceil(1.2)", "2");
    computes("abs(-3)", "3");
    computes("sqrt(16)", "4");
    computes("sqrt(-1)", "-");
    computes("tonumber(\"007.50\")", "7.5");
    computes("tonumber(\"x\")", "-");
    computes("tonumber(_time)", "1.7955144E9");
    computes("tostring(4 / 2)", "2");
    computes("contains(route, \"/\")", "true");
    computes("endswith(route, \"b\")", "false");
    computes("_time - \"x\"", "-");
    computes("_time + 60 - _time", "60.0");
    computes("`user.id`", "u1");
    computes("1 = 1.0", "true");
    computes("\"a\" < \"b\"", "true");
    computes("true = \"true\"", "true");
    check("n:1 | eval x = ms, y = x + 1, x = y * 2 | fields x, y", "x=22 y=11");
  }

  @Test
  void fieldsAreKeptOrLeftOut() {
    requests();
    check("n:1 | fields route, user.id, none", "route=/a user.id=u1 none=-");
    check("n:1 | fields r*", "route=/a");
    check("n:1 | eval a = 1, b = 2 | fields - a", "b=2");
    numbers("n:1 | fields - user | where not exists(user.id)", "1");
    numbers("n:1 | fields route | where exists(n)", "");
    check(
        "* | stats count(), sum(n) by route | fields - sum*, x",
        "route count | /a 2 | /b 1 | /c 1");
  }

  @Test
  void rowsAreOrderedAndCut() {
    requests();
    numbers("* | sort route, -n", "3 1 2 4");
    numbers("* | sort -route, n", "4 2 1 3");
    numbers("* | sort -ms", "2 3 1 4");
    numbers("* | eval x = 0 - n | sort x | head 2", "4 3");
    numbers("* | tail 2", "2 1");
    numbers("* | eval a = 1 | tail 3 | head 1", "3");
    numbers("* | where n < 4 | tail 1", "1");
    numbers("* | sort n | tail 1", "4");
    numbers("* | head 0", "");
    numbers("* | tail 0", "");
    check("* | stats count() by route | tail 1", "route count | /c 1");
  }

  @Test
  void patternsTakeFieldsOutOfTexts() {
    add(0, "{'message':'10.0.0.1 - - GET /a 200 12.5 ms'}");
    add(1, "{'message':'fe80::1 - - POST /b 500 7 ms'}");
    add(2, "{'message':'something else','line':'user=bob id=007'}");
    check(
        "* | extract \"%{IP:client} - - %{WORD:verb} %{URIPATH:path} %{INT:status} (?<took>\\S+)"
            + " ms\"",
        " | client=fe80::1 verb=POST path=/b status=500 took=7"
            + " | client=10.0.0.1 verb=GET path=/a status=200 took=12.5");
    check(
        "* | extract /user=(?<user>\\w+) id=(?<id>\\d+)/ from line | where exists(user)",
        "user=bob id=007");
    check("* | extract \"%{INT:id:number}\" from line | where exists(id)", "id=7");
    check("* | extract \" %{INT:status} \" | stats avg(status)", "avg(status) | 350.0");
    check(
        "* | extract \"%{WORD:[http][verb]} /\" | stats count() by http.verb",
        "http.verb count | GET 1 | POST 1");
  }

  @Test
  void grokKnowsUsualLines() {
    add(
        0,
        "{'message':'127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] \\'GET /i.gif?x=1 HTTP/1.0\\'"
            + " 200 2326 \\'http://e.x/\\' \\'Mozilla/4.08 [en]\\''}");
    add(1, "{'message':'Nov  4 10:11:12 host-1 sshd[42]: Failed password'}");
    add(2, "{'message':'2026-11-24T10:00:00.123Z WARN id=6ba7b810-9dad-11d1-80b4-00c04fd430c8'}");
    check(
        "GET | extract \"%{COMBINEDAPACHELOG}\" | fields clientip, auth, timestamp, verb, request,"
            + " httpversion, response, bytes, referrer, agent",
        "clientip=127.0.0.1 auth=frank timestamp=10/Oct/2000:13:55:36 -0700 verb=GET"
            + " request=/i.gif?x=1 httpversion=1.0 response=200 bytes=2326 referrer=http://e.x/"
            + " agent=Mozilla/4.08 [en]");
    check(
        "Failed | extract \"%{SYSLOGBASE} %{GREEDYDATA:rest}\"",
        "timestamp=Nov  4 10:11:12 logsource=host-1 program=sshd pid=42 rest=Failed password");
    check(
        "WARN | extract \"%{TIMESTAMP_ISO8601:t} %{LOGLEVEL:level} id=%{UUID:id}\"",
        "t=2026-11-24T10:00:00.123Z level=WARN id=6ba7b810-9dad-11d1-80b4-00c04fd430c8");
  }

  @Test
  void textsAreParsed() {
    add(0, "{'message':'{\\'a\\':{\\'b\\':5},\\'c\\':[1,2]}'}");
    add(1, "{'message':'level=info took=12 msg=\\'all is \\\\n well\\' ok id=007'}");
    add(2, "{'message':'{broken','x':'k=v'}");
    check("* | parse json | where a.b = 5 | fields a.b, c", "a.b=5 c=[1, 2]");
    check("* | parse json | stats sum(a.b), sum(c)", "sum(a.b) sum(c) | 5.0 3.0");
    check("well | parse logfmt", "level=info took=12 msg=all is \n well ok=true id=007");
    check("* | parse logfmt x | stats count() by k", "k count | v 1");
  }

  @Test
  void groupsAreMeasured() {
    requests();
    check(
        "* | stats count(ms), sum(ms), avg(ms), min(ms), max(ms), p50(ms), stddev(n)",
        "count(ms) sum(ms) avg(ms) min(ms) max(ms) p50(ms) stddev(n)"
            + " | 3 60.5 20.166666666666668 10.0 30.5 20.0 1.118033988749895");
    check(
        "* | stats uniq(route), median(n), p25.0(n) as low",
        "uniq(route) median(n) low | 3 2.5 1.75");
    check(
        "* | stats first(n), last(n) by route",
        "route first(n) last(n) | /a 3 1 | /b 2 2 | /c 4 4");
    check("* | sort n | stats first(n), values(route)", "first(n) values(route) | 1 [/a, /b, /c]");
    check("* | stats values(n, 2) as v", "v | [4, 3]");
    check("* | eval t = tags | stats count() by t", "t count | x 2 | y 1");
    check(
        "* | stats min(_time), max(_time)",
        "min(_time) max(_time)" + " | 2026-11-24T10:00:00Z 2026-11-24T10:07:00Z");
    check(
        "nothing | stats count(), avg(ms), stddev(ms), first(ms)",
        "count avg(ms) stddev(ms) first(ms) | 0 - - -");
    check("nothing | eval a = 1 | stats count(), uniq(a)", "count uniq(a) | 0 0");
    check("* | eval slow = ms > 15 | stats count() by slow", "slow count | false 2 | true 2");
    check(
        "* | stats count() by route | stats sum(count), count() as n by count",
        "count sum(count) n | 1 2.0 2 | 2 2.0 1");
  }

  @Test
  void timeIsCutIntoSpans() {
    requests();
    check(
        "* | stats count() by bucket(5m)",
        "_time count | 2026-11-24T10:00:00Z 3 | 2026-11-24T10:05:00Z 1");
    check(
        "* | eval a = 1 | stats count() by bucket(1h, Asia/Kolkata) as hour",
        "hour count | 2026-11-24T09:30:00Z 4");
    check("* | stats sum(n) by bucket(1d, +02:00)", "_time sum(n) | 2026-11-23T22:00:00Z 10.0");
    check(
        "* | stats count() by bucket(1d, America/New_York) | eval s = _time + 3600 | fields s",
        "s | 2026-11-24T06:00:00Z");
    check(
        "* | stats count() by route, bucket(5m) as t | where t > \"2026-11-24T10:01\"",
        "route t count | /c 2026-11-24T10:05:00Z 1");
  }

  @Test
  void chartsHaveARowForEachSpan() {
    requests();
    check(
        "* | timechart span=2m count(), avg(ms)",
        "_time count avg(ms)"
            + " | 2026-11-24T10:00:00Z 2 20.25 | 2026-11-24T10:02:00Z 1 20.0"
            + " | 2026-11-24T10:04:00Z 0 - | 2026-11-24T10:06:00Z 1 -");
    for (String before : List.of("", "eval x = 1 | ")) {
      check(
          "* | " + before + "timechart span=5m count() by route",
          "_time /a /b /c | 2026-11-24T10:00:00Z 2 1 0 | 2026-11-24T10:05:00Z 0 0 1");
      check(
          "* | " + before + "timechart span=5m count(), max(n) by route limit=1",
          "_time /a: count /a: max(n) other: count other: max(n)"
              + " | 2026-11-24T10:00:00Z 2 3.0 1 2.0 | 2026-11-24T10:05:00Z 0 - 1 4.0");
      check("nothing | " + before + "timechart span=5m count() by route", "_time");
      check("nothing | " + before + "timechart span=5m count()", "_time count");
    }
  }

  @Test
  void valuesAreRanked() {
    requests();
    add(8, "{'n':5,'route':'/c','host':'h'}");
    add(9, "{'n':6,'route':'/a','host':'h'}");
    for (String before : List.of("", "eval x = 1 | ")) {
      check(
          "* | " + before + "top 2 route",
          "route count share | /a 3 0.5 | /c 2 0.3333333333333333");
      check("* | " + before + "rare 1 route", "route count share | /b 1 0.16666666666666666");
      check("* | " + before + "top 1 route by host", "host route count share | h /a 1 0.5");
      check(
          "* | " + before + "top 3 host, route",
          "host route count share | h /a 1 0.5 | h /c 1 0.5");
    }
    check("* | top route | head 1 | fields share", "share | 0.5");
  }

  @Test
  void doublesAreLeftOut() {
    requests();
    numbers("* | dedup route", "4 3 2");
    numbers("* | dedup route keep 2", "4 3 2 1");
    numbers("* | dedup status", "4 3 2"); // 200, 404, "500"
    numbers("* | dedup route, ms", "3 2 1");
    numbers("* | sort n | dedup route | head 2", "1 2");
  }

  @Test
  void textsAreClusteredByPattern() {
    for (int i = 0; i < 40; i++) {
      add(i % 60, "{'message':'connection from 10.0.0." + i + " port " + (4000 + i) + " closed'}");
      add(
          i % 60,
          "{'message':'user "
              + (i % 2 == 0 ? "bob" : "eve")
              + " logged in at 12:0"
              + i % 10
              + "'}");
    }
    add(59, "{'message':'disk full'}");
    add(59, "{'other':1}");
    check(
        "* | sort _time | pattern | fields pattern, count",
        "pattern count | connection from <*> port <*> closed 40 | user bob logged in at <*> 20"
            + " | user eve logged in at <*> 20 | disk full 1");
    QueryResult result = run("disk | pattern message");
    assertEquals("pattern count share sample | disk full 1 1.0 disk full", print(result.rows()));
  }

  @Test
  void conditionsThatTheStoreKnowsAreItsWork() {
    requests();
    check("* | where n >= 2 and route = \"/a\" | stats count()", "count | 1");
    var asked = Objects.requireNonNull(store.asked);
    assertEquals(0, asked.limit());
    assertTrue(asked.filter().toString().contains("Range"), asked.filter().toString());
    check("* | where ms + 0 >= 20 | stats count()", "count | 2");
    assertTrue(Objects.requireNonNull(store.asked).limit() > 0);
  }

  @Test
  void boundsMakeAnswersPartial() {
    for (int i = 0; i < 3000; i++) {
      add(i % 60, "{'n':" + i + ",'message':'request number " + i + "'}");
    }
    limits = few(500, 1 << 20, 1000);
    QueryResult counted = run("* | eval a = 1 | stats count()");
    assertEquals("count | 1000", print(counted.rows()));
    assertEquals(
        List.of("scanned 1000 records; narrow the filter or the time range"),
        counted.partialReasons());
    QueryResult grouped = run("* | eval a = n * 2 | stats count() by a");
    assertTrue(
        grouped.partialReasons().contains("more than 500 groups; only the first found were kept"));
    assertEquals(500, ((QueryResult.Table) grouped.rows()).rows().size());
    limits = few(100_000, 100_000, 100_000);
    QueryResult held = run("* | eval a = concat(n, message) | stats count() by a");
    assertEquals(List.of("memory"), held.partialReasons());
    limits = few(100_000, 400_000, 100_000);
    assertEquals(List.of("memory"), run("* | eval a = n | sort a | tail 1").partialReasons());
    assertEquals(List.of(), run("* | eval a = n | sort a | head 10").partialReasons());
    assertEquals(List.of(), run("* | eval a = n | tail 10").partialReasons());
  }

  private static QueryLimits few(int groups, long memory, int scanned) {
    return new QueryLimits(
        Duration.ofSeconds(30), 1000, groups, 4 * memory, memory, 4, Duration.ZERO, scanned);
  }

  @Test
  void hostileExpressionsEndAtTheDeadline() {
    for (int i = 0; i < 3; i++) {
      add(i, "{'message':'" + "a".repeat(60_000) + "'}");
    }
    limits =
        new QueryLimits(
            Duration.ofMillis(300), 1000, 1000, 1 << 24, 1 << 24, 4, Duration.ZERO, 1000);
    String slow = "matches(message, /(a{0,40}a{0,40}){0,40}b/)";
    String all = String.join(" or ", java.util.Collections.nCopies(6, slow));
    for (String stage : List.of("where " + all, "eval x = " + all)) {
      QueryResult result =
          assertTimeoutPreemptively(Duration.ofSeconds(60), () -> run("* | " + stage));
      assertEquals(List.of("timed_out"), result.partialReasons());
    }
    String pattern = "extract /(?<x>(a{0,40}a{0,40}){0,40}b)/";
    String many = String.join(" | ", java.util.Collections.nCopies(6, pattern));
    assertEquals(
        List.of("timed_out"),
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> run("* | " + many))
            .partialReasons());
  }

  @Test
  void textsCannotGrowWithoutEnd() {
    add(0, "{'message':'" + "a".repeat(1000) + "'}");
    String doubled = String.join(", ", java.util.Collections.nCopies(60, "x = concat(x, x)"));
    check("* | eval x = message | eval " + doubled + " | eval n = len(x) | fields n", "n=65536");
    check(
        "* | eval x = message | eval "
            + String.join(
                ", ", java.util.Collections.nCopies(60, "x = replace(x, \"a\", \"aaaa\")"))
            + ", y = replace(x, /a/, \"$0$0\") | eval n = len(x), m = len(y) | fields n, m",
        "n=65536 m=65536");
  }

  @Test
  void aSearchThatStopsEarlyGoesOnWhereItStopped() {
    for (int i = 0; i < 1000; i++) {
      add(i % 60, "{'n':" + i + "}");
    }
    limits = few(1000, 1 << 20, 300);
    int found = 0;
    int asked = 0;
    Optional<dev.headroom.storage.logs.LogCursor> after = Optional.empty();
    do {
      QueryResult page =
          new LogEngine(store, new QueryAdmission(limits, new SimpleMeterRegistry()))
              .run(
                  TenantId.DEFAULT,
                  new LogRequest(
                      PipeParser.parse("* | where n % 100 + 0 = 7", TimeText.at(Instant.EPOCH)),
                      TimeRange.ALL,
                      LogSort.NEWEST,
                      OptionalInt.of(2),
                      after,
                      false));
      found += ((QueryResult.Hits) page.rows()).rows().size();
      after = page.next();
      asked++;
    } while (after.isPresent());
    assertEquals(10, found);
    assertTrue(asked >= 5 && asked < 20, asked + " pages");
  }
}
