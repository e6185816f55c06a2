package dev.headroom.query.logql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.headroom.storage.model.HeadroomException;
import org.junit.jupiter.api.Test;

class LogQlParserTest {
  private static void same(String query) {
    reads(query, query);
  }

  private static void reads(String query, String expected) {
    String written = LogQlParser.parse(query).toString();
    assertEquals(expected, written);
    assertEquals(expected, LogQlParser.parse(written).toString());
  }

  /** The tree of a metric query: its PromQL, then its ranges. */
  private static String tree(String query) {
    LogQl.Metric metric = assertInstanceOf(LogQl.Metric.class, LogQlParser.parse(query));
    return metric.expr() + " " + metric.ranges();
  }

  private static void fails(String message, String query) {
    HeadroomException e =
        assertThrows(HeadroomException.class, () -> LogQlParser.parse(query), query);
    assertEquals(message, e.getMessage());
  }

  @Test
  void readsSelectorsAndLineFilters() {
    same("{stream=\"web\"}");
    reads(" { a = `b` , c!~\"d|e\" } ", "{a=\"b\", c!~\"d|e\"}");
    same("{a=\"b\"} |= \"x\" != \"y\" |~ \"z+\" !~ \"w\"");
    same("{a=\"b\"} |= \"x\" or \"y\" or ip(\"10.0.0.0/8\")");
    same("{a=\"b\"} |> \"<_>level=debug<_>\" !> \"a<_>\"");
    reads("({a=\"b\"}) # all of it\n|= `c\"d`", "{a=\"b\"} |= \"c\\\"d\"");
  }

  @Test
  void readsParsersAndFormats() {
    same("{a=\"b\"} | json | logfmt --strict --keep-empty | unpack | decolorize");
    reads(
        "{a=\"b\"} | json x=\"p.q[0]\", y | logfmt z=\"k\"",
        "{a=\"b\"} | json x=\"p.q[0]\", y=\"y\" | logfmt z=\"k\"");
    same("{a=\"b\"} | pattern \"<ip> - <_> [<at>]\" | regexp \"(?P<m>\\\\w+)\"");
    same("{a=\"b\"} | line_format \"{{.x}}\" | label_format p=q, r=\"{{.s | upper}}\"");
    same("{a=\"b\"} | drop x, y=\"1\" | keep z, w=~\"a.*\" | distinct z, w");
    same("{a=\"b\"} | json != \"error\"");
  }

  @Test
  void labelFiltersBindFromLeftToRight() {
    reads(
        "{a=\"b\"} | x > 5 or y >= 1.5s and z < 2KiB",
        "{a=\"b\"} | ( ( x > 5 or y >= 1.5s ) and z < 2KiB )");
    reads(
        "{a=\"b\"} | x == 5, y=\"1\" z=~\"q\"",
        "{a=\"b\"} | ( ( x == 5 and y=\"1\" ) and z=~\"q\" )");
    reads(
        "{a=\"b\"} | x != -3 and (y = ip(\"::1\") or z != 0)",
        "{a=\"b\"} | ( x != -3 and ( y=ip(\"::1\") or z != 0 ) )");
  }

  @Test
  void metricQueriesAreExpressionsOverRanges() {
    assertEquals(
        "sum by (level) ({__range__=\"0\"}) / {__range__=\"1\"}"
            + " [count_over_time({a=\"b\"} [5m]) by (level), rate({a=\"c\"} |= \"x\" [1m]"
            + " offset 1h)]",
        tree(
            "sum by (level) (count_over_time({a=\"b\"}[5m]))"
                + " / rate({a=\"c\"}[1m] offset 1h |= \"x\")"));
    assertEquals(
        "topk(3, {__range__=\"0\"}) [quantile_over_time(0.99, {a=\"b\"} | json | unwrap"
            + " duration(took) | __error__=\"\" [1h30m]) by (host)]",
        tree(
            "topk(3, quantile_over_time(0.99, {a=\"b\"} | json | unwrap duration(took)"
                + " | __error__=\"\" [1h30m]) by (host))"));
    assertEquals("vector(1) + vector(1) []", tree("vector(1)+vector(1)"));
    assertEquals(
        "sort_desc(sum({__range__=\"0\"})) > bool 1 [bytes_rate({a=\"b\"} [10s]) by ()]",
        tree("sort_desc(sum(bytes_rate({a=\"b\"}[10s]))) > bool 1"));
    assertEquals(
        "{__range__=\"0\"} * on (x) group_left (y) {__range__=\"1\"}"
            + " [rate({a=\"b\"} [1s]), rate({a=\"c\"} [1s])]",
        tree("rate({a=\"b\"}[1s]) * on(x) group_left(y) rate({a=\"c\"}[1s])"));
    assertEquals(
        "label_replace({__range__=\"0\"}, \"d\", \"$1\", \"s\", \"(.*)\") [rate({a=\"b\"} [1s])]",
        tree("label_replace(rate({a=\"b\"}[1s]), \"d\", \"$1\", \"s\", \"(.*)\")"));
  }

  @Test
  void errorsNameThePlace() {
    fails("parse error at line 1, col 1: the query is empty", " ");
    fails("parse error at line 1, col 4: unexpected end of query, expected =, !=, =~ or !~", "{a ");
    fails(
        "parse error at line 2, col 3: unexpected number 5, expected a text in quotes",
        "{a=\"b\"}\n|=5");
    fails(
        "parse error at line 1, col 11: unknown stage \"jsn\", and no comparison behind it",
        "{a=\"b\"} | jsn");
    fails(
        "parse error at line 1, col 5: error parsing regexp: missing closing ): `(`", "{a=~\"(\"}");
    fails("parse error at line 1, col 4: literal not terminated", "{a=\"b}");
    fails(
        "parse error at line 1, col 1: invalid aggregation sum_over_time without unwrap",
        "sum_over_time({a=\"b\"}[5m])");
    fails(
        "parse error at line 1, col 13: unexpected \")\", expected a range such as [5m]",
        "rate({a=\"b\"})");
    fails("parse error at line 1, col 1: unknown function \"summ\"", "summ(vector(1))");
    fails(
        "parse error at line 1, col 23: invalid template: function \"nope\" not defined",
        "{a=\"b\"} | line_format \"{{ nope .x }}\"");
    fails(
        "parse error at line 1, col 31: grouping not allowed for count_over_time aggregation",
        "count_over_time({a=\"b\"} [1m]) by (x)");
  }

  @Test
  void selectorsMustLeaveSomethingOut() {
    String message =
        "parse error at line 1, col 1: queries require at least one regexp or equality matcher that"
            + " does not have an empty-compatible value, for instance app=~\".*\" does not meet"
            + " this requirement, but app=~\".+\" will";
    fails(message, "{}");
    fails(message, "{a=~\".*\"}");
    fails(message, "{a!=\"b\"}");
    same("{a=~\".+\"}");
  }
}
