package dev.headroom.query.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What each stage does. */
class StageTest extends StageCases {
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
}
