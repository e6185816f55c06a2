package dev.headroom.query.lang;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PipeParserTest {
  private static final TimeText TIMES = TimeText.at(Instant.parse("2026-11-24T12:00:00Z"));

  private static LogQuery parse(String text) {
    return PipeParser.parse(text, TIMES);
  }

  private static void check(String text, String expected) {
    assertEquals(expected, Printed.of(parse(text).filter()), text);
  }

  private static void stages(String text, String expected) {
    assertEquals(expected, parse(text).stages().toString(), text);
  }

  private static void fails(String text, String message) {
    var e = assertThrows(HeadroomException.class, () -> parse(text), text);
    assertEquals(ErrorCategory.INVALID, e.category());
    assertTrue(String.valueOf(e.getMessage()).startsWith(message), e.getMessage());
  }

  @Test
  void clausesAreJoinedByPrecedence() {
    check("", "all");
    check("  ", "all");
    check("*", "all");
    check("*:*", "all");
    check("timeout", "'timeout'");
    check("a b c", "(and 'a' 'b' 'c')");
    check("a AND b && c", "(and 'a' 'b' 'c')");
    check("a OR b || c", "(or 'a' 'b' 'c')");
    check("a OR b AND c", "(or 'a' (and 'b' 'c'))");
    check("a b OR c", "(or (and 'a' 'b') 'c')");
    check("(a OR b) c", "(and (or 'a' 'b') 'c')");
    check("NOT a", "(not 'a')");
    check("a -b !c NOT d +e", "(and 'a' (not 'b') (not 'c') (not 'd') 'e')");
    check("a OR NOT b", "(or 'a' (not 'b'))");
    check("NOT NOT a", "(not (not 'a'))");
    check("-(a b)", "(not (and 'a' 'b'))");
    check("ANDROID ORACLE NOTE and or not", "(and 'ANDROID' 'ORACLE' 'NOTE' 'and' 'or' 'not')");
    check("a-b a+b x!y", "(and 'a-b' 'a+b' 'x!y')");
    check("a^2 \"b\"^0.5 (c)^3", "(and 'a' 'b' 'c')");
  }

  @Test
  void fieldsApplyToTheirValueOrGroup() {
    check("level:error", "level:'error'");
    check("level: error", "level:'error'");
    check("kubernetes.pod:web-1", "kubernetes.pod:'web-1'");
    check("level:(error OR warn) x", "(and (or level:'error' level:'warn') 'x')");
    check("a:(b c:d)", "(and a:'b' c:'d')");
    check("-level:debug", "(not level:'debug')");
    check("url:http\\://x/y", "url:'http://x/y'");
    check("url:http://x:80/y", "url:'http://x:80/y'");
    check("k8s\\:pod:x", "k8s:pod:'x'");
    check("t:-5", "t:'-5'");
    check("_exists_:user", "exists(user)");
    check("user:*", "exists(user)");
    check("_id:abc", "ids[abc]");
  }

  @Test
  void wordsMayBePatterns() {
    check("time*", "prefix'time'");
    check("f:ti?e*", "f:wild'ti?e*'");
    check("*out", "wild'*out'");
    check("a\\*b*", "prefix'a*b'");
    check("a*b\\*", "wild'a*b\\*'");
    check("a\\*", "'a*'");
    check("\\(x\\)", "'(x)'");
    check("f:/5[0-9]{2}|a\\/b\\d/", "f:/5[0-9]{2}|a/b\\d/");
  }

  @Test
  void quotesMakePhrases() {
    check("\"timed out\"", "'timed out'");
    check("message:\"timed out\"~3", "message:\"timed out\"~3");
    check("f:\"a \\\"b\\\" \\\\ c\"", "f:'a \"b\" \\ c'");
    check("f:\"\"", "f:''");
    check("\"AND\" b", "(and 'AND' 'b')");
  }

  @Test
  void rangesAreOpenOrClosed() {
    check("status:[500 TO 599]", "status:[500 599]");
    check("status:{500 TO 599]", "status:{500 599]");
    check("status:[500 TO 599}", "status:[500 599}");
    check("status:[500 TO *]", "status:[500 null]");
    check("status:[* TO *]", "exists(status)");
    check("status:>=500", "status:[500 null}");
    check("status:>500", "status:{500 null}");
    check("status:<=-1.5", "status:{null -1.5]");
    check("status:(>=500 <600)", "(and status:[500 null} status:{null 600})");
    check("name:[\"a b\" TO c\\]d]", "name:[a b c]d]");
  }

  @Test
  void timesBecomeHalfOpenRanges() {
    check(
        "@timestamp:[now-1h TO now]",
        "@timestamp:[2026-11-24T11:00:00Z 2026-11-24T12:00:00.000000001Z}");
    check("@timestamp:2026-11-23", "@timestamp:[2026-11-23T00:00:00Z 2026-11-24T00:00:00Z}");
    check("@timestamp:>2026-11", "@timestamp:[2026-12-01T00:00:00Z null}");
    check("@timestamp:<2026-11-24T10:00:00.5+02:00", "@timestamp:[null 2026-11-24T08:00:00.500Z}");
    check("@timestamp:>=1764000000", "@timestamp:[2025-11-24T16:00:00Z null}");
    fails("a @timestamp:>soon", "column 14: \"soon\" is no point in time");
  }

  @Test
  void stagesFollowPipes() {
    stages("a | head 10", "[Head[count=10]]");
    stages("|head 0|head 5", "[Head[count=0], Head[count=5]]");
    stages(
        "* | sort -count, +name",
        "[Sort[keys=[Key[field=count, descending=true], Key[field=name, descending=false]]]]");
    stages("* | fields a, b.c,\"d e\"", "[Fields[names=[a, b.c, d e]]]");
    stages(
        "a | stats count() by route",
        "[Stats[measures=[Measure[function=COUNT, argument=0.0, field=, name=count]],"
            + " by=[ByField[name=route]]]]");
    stages(
        "a | stats count, avg(took) as t, max( took ) by a, b",
        "[Stats[measures=[Measure[function=COUNT, argument=0.0, field=, name=count],"
            + " Measure[function=AVG, argument=0.0, field=took, name=t],"
            + " Measure[function=MAX, argument=0.0, field=took, name=max(took)]],"
            + " by=[ByField[name=a], ByField[name=b]]]]");
    stages("a | sort -max(took)", "[Sort[keys=[Key[field=max(took), descending=true]]]]");
    LogQuery whole =
        parse(
            "level:error service:checkout \"timed out\""
                + " | stats count() by route | sort -count | head 10");
    assertEquals("(and level:'error' service:'checkout' 'timed out')", Printed.of(whole.filter()));
    assertEquals(
        java.util.List.of("stats", "sort", "head"),
        whole.stages().stream().map(PipeStage::keyword).toList());
  }

  @Test
  void errorsNameTheColumnAndWhatWasExpected() {
    fails("(a", "column 3: expected \")\" for the \"(\" at column 1, found the end of the query");
    fails("a)", "column 2: expected AND, OR, another clause or the end of the query, found \")\"");
    fails("a AND", "column 6: expected a search term after AND");
    fails("AND a", "column 1: expected a search term, found \"AND\"");
    fails("a OR OR b", "column 6: expected a search term, found \"OR\"");
    fails("()", "column 2: expected a search term, found \")\"");
    fails("f:", "column 3: expected a value for f, found the end of the query");
    fails("\"abc", "column 1: this quote is not closed");
    fails("f:/abc", "column 3: this regular expression is not closed");
    fails("roam~", "column 5: fuzzy search (~) is not supported");
    fails("[1 TO 2]", "column 1: a range needs a field name before it");
    fails("f:[1 2]", "column 6: expected TO between the bounds of the range, found \"2]\"");
    fails("f:[1 TO 2", "column 10: expected ] or } at the end of the range");
    fails("f*:x", "column 1: a field name cannot hold wildcards");
    fails("a\\", "column 3: expected a character after \\");
    fails("a^x", "column 2: expected a boost such as ^2");
    fails("a | count", "column 5: expected a stage: dedup, eval, extract, fields, head,");
    fails("a |", "column 4: expected a stage");
    fails("a | head x", "column 10: expected a number of rows from 0 to 10000, found \"x\"");
    fails("a | head 10001", "column 10: expected a number of rows");
    fails("a | stats mode(x)", "column 11: expected count(), sum(field)");
    fails("a | stats sum x", "column 15: expected \"(\" and a field name, found \"x\"");
    fails("a | stats count() by a, a", "column 19: two columns have the same name");
    fails("a | head 5 b", "column 12: expected | or the end of the query, found \"b\"");
    fails("a || | head 5", "column 6: expected a search term after OR");
    fails("\u0000", "column 1: query holds a NUL character");
  }

  @Test
  void sizeAndDepthAreBounded() {
    fails("(".repeat(100_000), "query has 100000 characters, expected at most 32768");
    fails("(".repeat(30_000), "column 201: more than 200 levels of nesting");
    fails("-".repeat(30_000), "column 201: more than 200 levels of nesting");
    fails("NOT ".repeat(8_000), "column 801: more than 200 levels of nesting");
    fails("a ".repeat(2_000), "column 2049: more than 1024 clauses");
    fails("a" + "|head 1".repeat(100), "column 227: more than 32 stages");
    check("(".repeat(200) + "a" + ")".repeat(200), "'a'");
  }

  @Test
  void anyTextIsReadOrRefused() {
    long seed = Long.getLong("headroom.seed", 20261124);
    var random = new Random(seed);
    String[] pieces = {
      "a",
      "level",
      ":",
      "(",
      ")",
      "\"",
      "[",
      "]",
      "{",
      "}",
      " ",
      " TO ",
      "AND ",
      "OR ",
      "NOT ",
      "&&",
      "||",
      "|",
      "!",
      "+",
      "-",
      "*",
      "?",
      "\\",
      "/",
      "^",
      "~",
      "2",
      ">",
      "<",
      "=",
      "now-1h",
      "@timestamp:",
      "stats ",
      "head ",
      "count()",
      "by ",
      "\u00e4",
      "\ud83d",
      "_exists_:",
      ","
    };
    for (int i = 0; i < 200_000; i++) {
      var text = new StringBuilder();
      for (int n = random.nextInt(14); n >= 0; n--) {
        text.append(pieces[random.nextInt(pieces.length)]);
      }
      try {
        TimeFilter.lift(parse(text.toString()).filter());
      } catch (HeadroomException e) {
        assertEquals(ErrorCategory.INVALID, e.category());
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + text, e);
      }
    }
  }
}
