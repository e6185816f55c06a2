package dev.headroom.query.logql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.headroom.storage.model.HeadroomException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What stages make of one line of the stream {@code app="x"} with the metadata {@code id="7"}. */
class StagesTest {
  private static List<Entry> run(String stages, String... lines) {
    var pipeline = new Pipeline(LogQlParser.parseLines("{app=\"x\"} " + stages));
    List<Entry> kept = new ArrayList<>();
    for (String line : lines) {
      var stream = new TreeMap<>(Map.of("app", "x"));
      var entry = new Entry(1, 1_000_000_000L, line, stream, new TreeMap<>(Map.of("id", "7")));
      if (pipeline.process(entry)) {
        kept.add(entry);
      }
    }
    return kept;
  }

  /** Labels of the line, or {@code gone}. */
  private static void check(String line, String stages, String labels) {
    List<Entry> kept = run(stages, line);
    String found =
        kept.isEmpty()
            ? "gone"
            : kept.getFirst().labels().toString().replace(", id=\"7\"", "").replace("\"", "'");
    assertEquals(labels, found, stages);
  }

  private static void line(String line, String stages, String expected) {
    assertEquals(expected, run(stages, line).getFirst().line(), stages);
  }

  @Test
  void jsonMakesLabelsOfScalars() {
    String json =
        "{\"a\":{\"b c\":1.50,\"d\":[1,{\"e\":true}]},\"app\":\"y\",\"n\":null,\"9\":\"z\"}";
    check(json, "| json", "{_9='z', a_b_c='1.50', app='x', app_extracted='y'}");
    check(json, "| json e=\"a.d[1].e\", f=\"a.d\"", "{app='x', e='true', f='[1,{\\'e\\':true}]'}");
    check(json, "| json g=\"a[\\\"b c\\\"]\", app", "{app='x', app_extracted='y', g='1.50'}");
    check("no", "| json | __error__=\"\"", "gone");
    check("no", "| json | drop __error__, __error_details__", "{app='x'}");
  }

  @Test
  void logfmtMakesLabelsOfPairs() {
    String pairs = "a=1 b=\"two \\\"2\\\"\" c= d app=y e.f=g";
    check(pairs, "| logfmt", "{a='1', app='x', app_extracted='y', b='two \\'2\\'', e_f='g'}");
    check(pairs, "| logfmt z=\"e.f\", a", "{a='1', app='x', z='g'}");
    check("a=1 =2 b=3", "| logfmt", "{a='1', app='x', b='3'}");
    check(
        "a=1 =2 b=3",
        "| logfmt --strict | drop __error_details__",
        "{__error__='LogfmtParserErr', a='1', app='x'}");
  }

  @Test
  void patternsAndRegexesTakePieces() {
    String access = "10.0.0.9 - - [now] \"GET /a b\" 200";
    check(
        access,
        "| pattern \"<ip> - <_> [<at>] \\\"<method> <path>\\\" <status>\"",
        "{app='x', at='now', ip='10.0.0.9', method='GET', path='/a b', status='200'}");
    check(access, "| pattern \"x<ip> \"", "{app='x'}");
    check(access, "| regexp \"(?P<m>GET|PUT) (?P<p>\\\\S+)\"", "{app='x', m='GET', p='/a'}");
    check(access, "|> \"<_> - <_>200\"", "{app='x'}");
    check(access, "|> \"- <_>\"", "gone");
    check(access, "!> \"10.<_>\"", "gone");
  }

  @Test
  void addressesAreFound() {
    check("from 10.0.0.9:80.", "|= ip(\"10.0.0.0/8\")", "{app='x'}");
    check("from 110.0.0.9", "|= ip(\"10.0.0.0/8\")", "gone");
    check("from 10.0.0.9", "|= ip(\"10.0.0.1-10.0.0.8\")", "gone");
    check("from 2001:db8::1", "|= ip(\"2001:db8::/32\")", "{app='x'}");
    check(
        "a=::ffff:1.2.3.4",
        "| logfmt | a = ip(\"::ffff:102:304\")",
        "{a='::ffff:1.2.3.4', app='x'}");
    check("a=10.1.1.1", "| logfmt | a != ip(\"10.1.1.1\")", "gone");
    assertThrows(HeadroomException.class, () -> LogQlParser.parse("{a=\"b\"} |= ip(\"1.2.3\")"));
  }

  @Test
  void labelFiltersCompareInUnits() {
    String line = "took=1.5s size=2KB n=7 word=abc";
    check(
        line,
        "| logfmt | took > 1s | size >= 2000b | n == 7 | drop took, size, n, word",
        "{app='x'}");
    check(line, "| logfmt | took > 1m", "gone");
    check(line, "| logfmt | size < 2KiB or n > 8 | drop took, size, n, word", "{app='x'}");
    check(line, "| logfmt | absent > 1", "gone");
    check(line, "| logfmt | absent = \"\" and word =~ \"a.c\" | keep n", "{n='7'}");
    check(
        line,
        "| logfmt | word > 1 | keep n | drop __error_details__",
        "{__error__='LabelFilterErr', n='7'}");
  }

  @Test
  void templatesWriteLinesAndLabels() {
    String line = "m=get path=/a/b ms=42 none=";
    line(line, "| logfmt | line_format \"{{.m | upper}} {{ .path }}{{.absent}}\"", "GET /a/b");
    line(line, "| logfmt | line_format `{{if eq .m \"get\"}}G{{else}}O{{end}}`", "G");
    line(line, "| logfmt | line_format `{{if .absent}}A{{else if gt (int .ms) 40}}B{{end}}`", "B");
    line(
        line, "| logfmt | line_format `{{printf \"%-4s|%03d|%q\" .m .ms .m}}`", "get |042|\"get\"");
    line(line, "| logfmt | line_format `{{replace \"/\" \"-\" .path | trimPrefix \"-\"}}`", "a-b");
    line(line, "| logfmt | line_format `a {{- .m -}} b {{/* no */}}`", "agetb ");
    line(line, "| logfmt | line_format `{{substr 0 2 .path}}{{add .ms 1}}{{title .m}}`", "/a43Get");
    line("\u001b[31mred\u001b[0m", "| decolorize", "red");
    line("x", "| line_format \"{{__line__}} {{__timestamp__}}\"", "x 1970-01-01T00:00:01Z");
    check(
        line,
        "| logfmt | label_format verb=m, id=\"{{.id}}-{{.ms}}\" | drop path, ms",
        "{app='x', id='7-42', verb='get'}");
  }

  @Test
  void unsupportedTemplatesAreRefusedByName() {
    for (String action : List.of("range .x", "template \"a\"", "fromJson .x", "end", "if .x")) {
      HeadroomException e =
          assertThrows(
              HeadroomException.class,
              () -> LogQlParser.parse("{a=\"b\"} | line_format `{{" + action + "}}`"));
      String name = action.replaceAll(" .*", "");
      assertEquals(true, String.valueOf(e.getMessage()).contains(name), e.getMessage());
    }
  }

  @Test
  void unpackDropKeepAndDistinct() {
    line("{\"_entry\":\"in\",\"k\":\"v\"}", "| unpack", "in");
    check("{\"_entry\":\"in\",\"k\":\"v\",\"n\":1}", "| unpack", "{app='x', k='v'}");
    check("a=1 b=2", "| logfmt | drop a, b=\"3\"", "{app='x', b='2'}");
    check("a=1 b=2", "| logfmt | keep a, b=\"3\"", "{a='1'}");
    assertEquals(2, run("| logfmt | distinct a", "a=1", "a=1 b=2", "a=2").size());
  }
}
