package dev.headroom.query.lang;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class StageParserTest {
  private static final TimeText TIMES = TimeText.at(Instant.parse("2026-11-24T12:00:00Z"));

  private static PipeStage stage(String text) {
    return PipeParser.parse("* | " + text, TIMES).stages().getLast();
  }

  private static void check(String text, String expected) {
    assertEquals(expected, stage(text).toString(), text);
  }

  private static void where(String text, String expected) {
    assertEquals(expected, print(((PipeStage.Where) stage("where " + text)).condition()), text);
  }

  private static String print(Expr expr) {
    return switch (expr) {
      case Expr.Literal literal -> literal.value().toString();
      case Expr.Missing _ -> "null";
      case Expr.Regex regex -> "/" + regex.pattern().pattern() + "/";
      case Expr.Field field -> "'" + field.name() + "'";
      case Expr.Not not -> "(not " + print(not.part()) + ")";
      case Expr.And and -> list("and", and.parts());
      case Expr.Or or -> list("or", or.parts());
      case Expr.Compare compare ->
          "("
              + compare.comparison()
              + " "
              + print(compare.left())
              + " "
              + print(compare.right())
              + ")";
      case Expr.In in -> list("in " + print(in.value()), in.choices());
      case Expr.Arithmetic sum ->
          "(" + sum.operator() + " " + print(sum.left()) + " " + print(sum.right()) + ")";
      case Expr.Call call -> list(call.function().word(), call.arguments());
    };
  }

  private static String list(String word, java.util.List<Expr> parts) {
    return "("
        + word
        + " "
        + parts.stream().map(StageParserTest::print).collect(Collectors.joining(" "))
        + ")";
  }

  private static void fails(String text, String message) {
    var e = assertThrows(HeadroomException.class, () -> stage(text), text);
    assertEquals(ErrorCategory.INVALID, e.category());
    assertTrue(String.valueOf(e.getMessage()).startsWith(message), e.getMessage());
  }

  @Test
  void expressionsAreReadByPrecedence() {
    where("a = 1 or b = 2 and not c = 3", "(or (= 'a' 1) (and (= 'b' 2) (not (= 'c' 3))))");
    where("a + b * 2 - 1 >= -c / 4", "(>= (- (+ 'a' (* 'b' 2)) 1) (/ (- 0 'c') 4))");
    where("(a || b) && !c", "(and (or 'a' 'b') (not 'c'))");
    where("a==-1.5e3", "(= 'a' -1500.0)");
    where("a.b-c", "(- 'a.b' 'c')");
    where("`a.b-c` = 'x \"y\" \\'z\\' \\d'", "(= 'a.b-c' x \"y\" 'z' \\d)");
    where("a in (1, \"b\", c)", "(in 'a' 1 b 'c')");
    where("a NOT IN (1) AND true", "(and (not (in 'a' 1)) true)");
    where("not in1 = nota", "(not (= 'in1' 'nota'))");
    where("matches(a, \"^x\\d\") or a / 2 > 1", "(or (matches 'a' /^x\\d/) (> (/ 'a' 2) 1))");
    where("matches(a, /a\\/b|c/)", "(matches 'a' /a/b|c/)");
    where("if(a, lower(b), null) = \"x|y\"", "(= (if 'a' (lower 'b') null) x|y)");
    where("größe > 1 and @timestamp < \"2026\"", "(and (> 'größe' 1) (< '@timestamp' 2026))");
    where("- - 1 = 1", "(= 1 1)");
  }

  @Test
  void stagesAreRead() {
    check("tail 3", "Tail[count=3]");
    check("fields - a, b*", "Drop[names=[a, b*]]");
    check("fields -a", "Fields[names=[-a]]");
    check("dedup a, b keep 3", "Dedup[fields=[a, b], keep=3]");
    check("top a", "Ranked[rarest=false, count=10, fields=[a], by=[]]");
    check("rare 3 a, b by c", "Ranked[rarest=true, count=3, fields=[a, b], by=[c]]");
    check("parse json", "Parse[format=JSON, field=]");
    check("parse logfmt line", "Parse[format=LOGFMT, field=line]");
    check("pattern", "Pattern[field=]");
    check("extract /(?<a>\\d+)\\/x/ from b", "Extract[pattern=(?<a>\\d+)/x, field=b]");
    check("extract \"%{IP:c} \\\"%{WORD:v}\"", "Extract[pattern=%{IP:c} \"%{WORD:v}, field=]");
    check(
        "timechart span=5m count() by level limit=3",
        "TimeChart[span=TimeSpan[nanos=300000000000, zone=Z,"
            + " rounding=Fixed[intervalNanos=300000000000, offsetNanos=0]],"
            + " measures=[Measure[function=COUNT, argument=0.0, field=, name=count]], by=level,"
            + " series=3]");
    check(
        "stats p99.9(a), median(b), values(c, 7) as v by bucket(1d, Europe/Berlin) as day",
        "Stats[measures=[Measure[function=PERCENTILE, argument=99.9, field=a, name=p99.9(a)],"
            + " Measure[function=PERCENTILE, argument=50.0, field=b, name=median(b)],"
            + " Measure[function=VALUES, argument=7.0, field=c, name=v]],"
            + " by=[ByTime[span=TimeSpan[nanos=86400000000000, zone=Europe/Berlin,"
            + " rounding=Calendar[unit=DAY, zone=Europe/Berlin, offsetNanos=0]], name=day]]]");
    check(
        "eval a = 1, `b c` = a + 1",
        "Eval[assignments=[Assignment[name=a, value=Literal[value=1]], Assignment[name=b c,"
            + " value=Arithmetic[operator=+, left=Field[name=a], right=Literal[value=1]]]]]");
  }

  @Test
  void errorsNameTheColumnAndWhatWasExpected() {
    fails(
        "foo",
        "column 5: expected a stage: dedup, eval, extract, fields, head, parse, pattern,"
            + " rare, sort, stats, tail, timechart, top or where, found \"foo\"");
    fails(
        "where", "column 10: expected a field, a number, a \"text\" or a function, found the end");
    fails("where a =", "column 14: expected a field, a number");
    fails("where a = 1 b", "column 17: expected | or the end of the query, found \"b\"");
    fails("where (a", "column 13: expected \")\", found the end of the query");
    fails("where a = null", "column 14: nothing compares with null; use exists(field)");
    fails("where foo(a)", "column 11: expected one of the functions abs, ceil,");
    fails("where len(a, b)", "column 11: len takes 1 argument, found 2");
    fails("where substr(a)", "column 11: substr takes 2 to 3 arguments, found 1");
    fails("where len(a,)", "column 17: expected another argument, found \")\"");
    fails("where len(a b)", "column 17: expected a comma or \")\", found \"b)\"");
    fails("where matches(a, b)", "column 22: expected a regular expression");
    fails("where matches(a, \"(\")", "column 22: the regular expression has a mistake: missing");
    fails("where a = /x/", "column 15: expected a field, a number");
    fails("where \"a", "column 11: this quote is not closed");
    fails("where 1x = 2", "column 11: expected a number, found \"1x\"");
    fails("where 1.2.3", "column 11: expected a number");
    fails("where and", "column 11: expected a field");
    fails("eval", "column 9: expected a field to compute, such as seconds = duration / 1000");
    fails("eval a", "column 11: expected = and what a shall be, found the end of the query");
    fails("eval a == 1", "column 12: expected = and what a shall be, found \"==\"");
    fails("extract x", "column 13: expected a pattern in quotes or slashes");
    fails("extract \"abc\"", "column 13: the pattern takes nothing out");
    fails("extract \"%{NOPE:a}\"", "column 13: there is no grok pattern \"%{NOPE:a}\"; there are");
    fails("extract \"%{IP:a:color}\"", "column 13: a field is of the type number or text");
    fails("extract \"%{IP:a b}\"", "column 13: \"a b\" is no field name");
    fails("extract \"%{IP\"", "column 13: %{ is not closed");
    fails("extract \"(?<a>x\"", "column 13: the regular expression has a mistake");
    fails("extract \"(?<=a)(?<b>c)\"", "column 13: look-behind such as (?<= is not supported");
    fails("parse xml", "column 11: expected json or logfmt, found \"xml\"");
    fails("stats p101(a)", "column 11: expected a percentile from p0 to p100");
    fails("stats values(a, 0)", "column 21: expected a number of values from 1 to 1000");
    fails("stats count() by bucket(x)", "column 29: \"x\" is no interval");
    fails("stats count() by bucket(5m, Nowhere)", "column 33: expected a time zone");
    fails("stats count() by bucket(7h30m)", "column 29: \"7h30m\" is no interval");
    fails(
        "timechart span=7m, Europe/Berlin count()",
        "column 20: an interval by the clocks of Europe/Berlin must be whole hours");
    fails("stats count() as a by a", "column 24: two columns have the same name");
    fails("stats count() by bucket(1m), bucket(5m)", "column 19: two columns have the same name");
    fails("timechart count()", "column 15: expected span= and a length of time");
    fails("timechart span=5 count()", "column 20: \"5\" is no interval");
    fails("timechart span=5m count() by a limit=51", "column 42: expected a number of columns");
    fails("top count", "column 9: two columns have the same name");
    fails("dedup a keep 0", "column 18: expected a number of rows from 1 to 1000");
    fails("head -1", "column 10: expected a number of rows from 0 to 10000, found \"-1\"");
  }

  @Test
  void sizesAreBounded() {
    fails("where " + "(".repeat(300) + "a", "column 211: more than 200 levels of nesting");
    fails("where " + "!".repeat(300) + "a", "column 211: more than 200 levels of nesting");
    fails("where " + "-".repeat(300) + "a", "column 211: more than 200 levels of nesting");
    fails("where " + "len(".repeat(300) + "a", "column 811: more than 200 levels");
    fails("where a" + "+1".repeat(1000), "column 11: more than 1000 parts inside one another");
    String nested = "1";
    for (int i = 0; i < 20; i++) {
      nested = "((" + nested + ")=1)" + "+1".repeat(150);
    }
    fails("where " + nested, "column 11: more than 1000 parts inside one another");
    fails("where a in (" + "1,".repeat(12_000) + "1)", "column 10015: more than 10000 parts");
    fails("eval " + "a=1,".repeat(200) + "a=1", "column 410: more than 100 fields");
    fails(
        "stats " + "count() as a,".repeat(200) + "count()", "column 1311: more than 100 functions");
    fails("sort " + "a,".repeat(200) + "a", "column 210: more than 100 names");
    fails("where a = 1" + "|where a = 1".repeat(40), "column 389: more than 32 stages");
  }

  @Test
  void hostileExpressionsNeitherFillTheHeapNorHang() {
    fails("where matches(a, /((a{1000}){1000}){1000}/)", "column 22: regular expressions unfold");
    fails("where matches(a, /(a{0,999}b{0,999}){0,99}/)", "column 22: regular expressions unfold");
    fails("extract \"(?<a>(([a-z]{500}){500}){500})\"", "column 13: regular expressions unfold");
    fails("extract \"" + "%{IPV6:a}".repeat(120) + "\"", "column 13: the pattern");
    String large = "matches(a, /(a{0,90}a{0,90}){0,90}/)";
    fails("where " + large + " or " + large, "column 62: regular expressions unfold to more than");
    String slow = "(?<x>(a+)+)$";
    var pattern = ((PipeStage.Extract) stage("extract \"" + slow + "\"")).pattern();
    assertTimeoutPreemptively(
        Duration.ofSeconds(60), () -> pattern.find("a".repeat(1_000_000) + "b", (_, _) -> {}));
  }

  @Test
  void anyStageIsReadOrRefused() {
    long seed = Long.getLong("headroom.seed", 20261124);
    var random = new Random(seed);
    String[] pieces = {
      "where ",
      "eval ",
      "a",
      "b.c",
      "=",
      "==",
      "!",
      "<",
      ">=",
      "(",
      ")",
      ",",
      "\"",
      "'",
      "`",
      "/",
      "\\",
      "+",
      "-",
      "*",
      "%",
      " and ",
      " or ",
      " not ",
      " in ",
      "1",
      "2.5",
      "1e9",
      ".",
      "null",
      "true",
      "if(",
      "len(",
      "matches(",
      "replace(",
      "substr(",
      "extract ",
      "%{IP:x}",
      "(?<n>",
      "{3}",
      "[",
      "]",
      "parse ",
      "json ",
      "logfmt",
      "stats ",
      "p99",
      "count()",
      " by ",
      "bucket(",
      "5m",
      "timechart span=",
      "top ",
      "rare ",
      "dedup ",
      " keep ",
      "fields - ",
      "sort -",
      "tail 3",
      "|",
      "||",
      " as ",
      " from ",
      "limit=",
      "\u00e4",
      "\ud83d",
      "pattern"
    };
    for (int i = 0; i < 200_000; i++) {
      var text = new StringBuilder("* | ");
      for (int n = random.nextInt(14); n >= 0; n--) {
        text.append(pieces[random.nextInt(pieces.length)]);
      }
      try {
        var unused = PipeParser.parse(text.toString(), TIMES);
      } catch (HeadroomException e) {
        assertEquals(ErrorCategory.INVALID, e.category());
      } catch (RuntimeException | StackOverflowError e) {
        throw new AssertionError("seed " + seed + ": " + text, e);
      }
    }
  }

  @Test
  void numbersAreReadAsTheyAreWritten() {
    assertEquals(12L, NumberWords.numberOrText("12"));
    assertEquals(-0.5, NumberWords.numberOrText("-0.5"));
    assertEquals("007", NumberWords.numberOrText("007"));
    assertEquals(0L, NumberWords.numberOrText("0"));
    assertEquals("+1", NumberWords.numberOrText("+1"));
    assertEquals("1.", NumberWords.numberOrText("1."));
    assertEquals("1e999", NumberWords.numberOrText("1e999"));
    assertEquals(1e19, NumberWords.numberOrText("10000000000000000000"));
    assertEquals("12a", NumberWords.numberOrText("12a"));
    assertEquals("NaN", NumberWords.numberOrText("NaN"));
    assertEquals("0x10", NumberWords.numberOrText("0x10"));
    assertEquals(java.util.Optional.of(7L), NumberWords.number("007"));
    assertEquals(java.util.Optional.of(7L), NumberWords.number("+7"));
    assertEquals(java.util.Optional.empty(), NumberWords.number(""));
    assertEquals(java.util.Optional.empty(), NumberWords.number("-"));
    assertEquals(java.util.Optional.empty(), NumberWords.number("1e"));
  }

  private static ExtractPattern pattern(String text) {
    return ExtractPattern.of(text, new SafeRegex());
  }

  @Test
  void everyGrokPatternCompiles() {
    for (String name : GrokLibrary.PATTERNS.keySet()) {
      ExtractPattern pattern = pattern("^%{" + name + ":found}$");
      assertTrue(pattern.fields().contains("found"), name);
    }
  }

  private static void matches(String name, String text, boolean expected) {
    assertEquals(
        expected, pattern("^%{" + name + ":found}$").find(text, (_, _) -> {}), name + " " + text);
  }

  @Test
  void grokPatternsMatchWhatTheySay() {
    for (String ip :
        new String[] {
          "10.0.0.255",
          "::1",
          "fe80::1:2",
          "1:2:3:4:5:6:7:8",
          "2001:db8::",
          "::ffff:1.2.3.4",
          "fe80::1%eth0"
        }) {
      matches("IP", ip, true);
    }
    matches("IP", "10.0.0.256", false);
    matches("IP", "1:2", false);
    matches("MAC", "00:1b:44:11:3a:b7", true);
    matches("HOSTNAME", "a-1.example.com", true);
    matches("HOSTPORT", "example.com:443", true);
    matches("NUMBER", "-12.5e3", true);
    matches("NUMBER", "12x", false);
    matches("UUID", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", true);
    matches("QUOTEDSTRING", "\"a \\\" b\"", true);
    matches("URI", "https://user@example.com:8080/a/b?c=d&e", true);
    matches("UNIXPATH", "/var/log/x.log", true);
    matches("WINPATH", "C:\\logs\\x.log", true);
    matches("TIMESTAMP_ISO8601", "2026-11-24T10:00:00.123+01:00", true);
    matches("TIMESTAMP_ISO8601", "2026-13-24T10:00:00", false);
    matches("HTTPDATE", "10/Oct/2000:13:55:36 -0700", true);
    matches("SYSLOGTIMESTAMP", "Nov  4 10:11:12", true);
    matches("DATE", "24.11.2026", true);
    matches("LOGLEVEL", "WARNING", true);
    matches("EMAILADDRESS", "a.b@example.com", true);
  }
}
