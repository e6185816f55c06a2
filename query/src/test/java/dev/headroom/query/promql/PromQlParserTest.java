package dev.headroom.query.promql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.storage.metrics.LabelMatcher;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PromQlParserTest {
  /** What is read, and how it is written again: one line a case, {@code |} between them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "1 | 1",
        "1e3 | 1000",
        ".5 | 0.5",
        "5. | 5",
        "0x1F | 31",
        "010 | 8",
        "08 | 8",
        "1_000 | 1000",
        "1e-7 | 1e-07",
        "1e21 | 1e+21",
        "999999.5 | 999999.5",
        "1234567 | 1.234567e+06",
        "inf | +Inf",
        "-Inf | -Inf",
        "NaN | NaN",
        "5m | 300",
        "1h30m | 5400",
        "20ms | 0.02",
        "-1 | -1",
        "+1 | 1",
        "--1 | 1",
        "-foo | -foo",
        "-1 ^ 2 | -1 ^ 2",
        "2 ^ -1 | 2 ^ -1",
        "2 ^ 3 ^ 2 | 2 ^ 3 ^ 2",
        "(2 ^ 3) ^ 2 | (2 ^ 3) ^ 2",
        "1+2/(3*1) | 1 + 2 / (3 * 1)",
        "a+b*c==bool d and e | a + b * c == bool d and e",
        "a == on(x) b | a == on (x) b",
        "a + on(x,y) group_left(z) b | a + on (x, y) group_left (z) b",
        "a * ignoring(x) group_right b | a * ignoring (x) group_right () b",
        "a and on() b | a and on () b",
        "a AND b OR c UNLESS d | a and b or c unless d",
        "a atan2 b | a atan2 b",
        "foo | foo",
        "foo{} | foo",
        "foo:bar{a='b'} | foo:bar{a=\"b\"}",
        "{g!~\"h\",a=\"b\",e=~\"f.*\",c!=\"d\"} | {a=\"b\",c!=\"d\",e=~\"f.*\",g!~\"h\"}",
        "{__name__=~\"a.*\"} | {__name__=~\"a.*\"}",
        "{\"foo\"} | foo",
        "{\"metric.name\", \"label.x\"=\"v\"} | {\"metric.name\",\"label.x\"=\"v\"}",
        "{\"on\"} | {\"on\"}",
        "foo[5m] | foo[5m]",
        "foo[90s] | foo[1m30s]",
        "foo[300] | foo[5m]",
        "foo[1.5] | foo[1s500ms]",
        "foo offset 5m | foo offset 5m",
        "foo offset -5m | foo offset -5m",
        "foo[5m] offset 1w2d | foo[5m] offset 9d",
        "foo @ 1609746000 | foo @ 1609746000.000",
        "foo @ -1.5 | foo @ -1.500",
        "foo offset 5m @ start() | foo @ start() offset 5m",
        "foo[5m] @ end() offset 1d | foo[5m] @ end() offset 1d",
        "rate(foo[5m])[1h:1m] | rate(foo[5m])[1h:1m]",
        "(a + b)[1h:] offset 1m | (a + b)[1h:] offset 1m",
        "-foo[1h:]  | error",
        "sum(foo) | sum(foo)",
        "SUM BY (a, b) (foo) | sum by (a, b) (foo)",
        "sum(foo) by (a) | sum by (a) (foo)",
        "sum(foo) without (a,) | sum without (a) (foo)",
        "sum by () (foo) | sum(foo)",
        "sum by (\"a.b\", on) (foo) | sum by (\"a.b\", on) (foo)",
        "topk(5, foo) | topk(5, foo)",
        "topk by (a) (5, foo) | topk by (a) (5, foo)",
        "count_values(\"v\", foo) | count_values(\"v\", foo)",
        "quantile(0.9, foo) | quantile(0.9, foo)",
        "sum | sum",
        "sum{a=\"b\"} + by + offset | sum{a=\"b\"} + by + offset",
        "start + end | start + end",
        "time() | time()",
        "day_of_week() | day_of_week()",
        "round(foo) | round(foo)",
        "round(foo, 5) | round(foo, 5)",
        "clamp(foo, 0, 1) | clamp(foo, 0, 1)",
        "label_join(foo, \"a\", \",\") | label_join(foo, \"a\", \",\")",
        "rate(foo[5m]) # why | rate(foo[5m])",
        "\"a\\nb\\x41\\101\\u00e9\\\"\" | \"a\\nbAAé\\\"\"",
        "`a\\n` | \"a\\\\n\"",
        "'it\\'s' | \"it's\"",
        "predict_linear(foo[1h], 3600) | predict_linear(foo[1h], 3600)",
      })
  void readsAndWrites(String query, String expected) {
    if (expected.equals("error")) {
      assertThrows(HeadroomException.class, () -> PromQlParser.parse(query));
      return;
    }
    Expr expr = PromQlParser.parse(query);
    assertEquals(expected, expr.toString());
    Expr again = PromQlParser.parse(expected);
    assertEquals(expected, again.toString(), "reads back");
    assertEquals(again, PromQlParser.parse(ExprPrinter.pretty(expr)), "reads back when pretty");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "foo{a= | 1:7: parse error: unexpected end of input, expected a label value in quotes",
        "1 + | 1:4: parse error: unexpected end of input, expected an expression",
        "foo bar | 1:5: parse error: unexpected \"bar\", expected an operator or the end of the"
            + " query",
        "(1 | 1:3: parse error: unexpected end of input, expected \")\" or an operator",
        "foo{\"a\"=\"b | 1:9: parse error: unterminated quoted string",
        "{} | 1:1: parse error: vector selector must contain at least one non-empty matcher",
        "{a=~\".*\"} | 1:1: parse error: vector selector must contain at least one non-empty"
            + " matcher",
        "foo{__name__=\"bar\"} | 1:1: parse error: metric name must not be set twice: \"foo\" or"
            + " \"bar\"",
        "foo{\"bar\"} | 1:5: parse error: metric name must not be set twice: \"foo\" or \"bar\"",
        "foo{a=~\"(\"} | 1:8: parse error: error parsing regexp: missing closing ): `(`",
        "nope(foo) | 1:1: parse error: unknown function with name \"nope\"",
        "limitk(1, foo) | 1:1: parse error: limitk is experimental in Prometheus and not supported"
            + " here",
        "rate(foo) | 1:1: parse error: expected type range vector in call to function \"rate\", got"
            + " instant vector",
        "rate(foo[5m], 1) | 1:1: parse error: expected 1 argument(s) in call to \"rate\", got 2",
        "round() | 1:1: parse error: expected at least 1 argument(s) in call to \"round\", got 0",
        "round(a, 1, 2) | 1:1: parse error: expected at most 2 argument(s) in call to \"round\","
            + " got 3",
        "1 == 2 | 1:1: parse error: comparisons between scalars must use BOOL modifier",
        "a + bool b | 1:1: parse error: bool modifier can only be used on comparison operators",
        "1 and 2 | 1:1: parse error: set operator \"and\" not allowed in binary scalar expression",
        "a and group_left b | 1:7: parse error: unexpected \"group_left\", expected an expression",
        "a and on(x) group_left b | 1:1: parse error: no grouping allowed for \"and\" operation",
        "1 + on(x) a | 1:1: parse error: vector matching only allowed between instant vectors",
        "a + on(x) group_left(x) b | 1:1: parse error: label \"x\" must not occur in ON and GROUP"
            + " clause at once",
        "a[5m] + 1 | 1:1: parse error: binary expression must contain only scalar and instant"
            + " vector types",
        "sum(foo[5m]) | 1:1: parse error: expected type instant vector in aggregation expression,"
            + " got range vector",
        "topk(foo) | 1:1: parse error: wrong number of arguments for aggregate expression provided,"
            + " expected 2, got 1",
        "sum() | 1:1: parse error: no arguments for aggregate expression provided",
        "(foo)[5m] | 1:6: parse error: ranges only allowed for vector selectors",
        "foo[0] | 1:5: parse error: duration must be greater than 0",
        "foo[5] offset 1s offset 2s | 1:18: parse error: offset may not be set multiple times",
        "foo @ 1 @ 2 | 1:9: parse error: @ <timestamp> may not be set multiple times",
        "(foo) offset 1s | 1:7: parse error: offset modifier must be preceded by an instant vector"
            + " selector or range vector selector or a subquery",
        "foo offset 1s [5m] | 1:15: parse error: no offset or @ modifiers allowed before range, put"
            + " them behind it",
        "1[5m:] | 1:1: parse error: subquery is only allowed on instant vector, got scalar instead",
        "5mm | 1:1: parse error: bad number or duration syntax: \"5mm\"",
        "0x | 1:1: parse error: bad number or duration syntax: \"0x\"",
        "foo[900y] | 1:5: parse error: duration out of range",
        "a ! b | 1:3: parse error: unexpected character: '!'",
        "-\"a\" | 1:1: parse error: unary expression only allowed on expressions of type scalar or"
            + " instant vector, got \"string\"",
        "\"\\q\" | 1:2: parse error: unknown escape sequence \\q",
      })
  void saysWhatIsWrongAndWhere(String query, String message) {
    var error = assertThrows(HeadroomException.class, () -> PromQlParser.parse(query));
    assertEquals(message, error.getMessage());
    assertEquals(ErrorCategory.INVALID, error.category());
  }

  @Test
  void countsLines() {
    var error =
        assertThrows(HeadroomException.class, () -> PromQlParser.parse("sum(\n  foo,\n  bar bar)"));
    assertTrue(
        String.valueOf(error.getMessage()).startsWith("3:7: parse error: "), error.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "# only a comment"})
  void refusesNothing(String query) {
    var error = assertThrows(HeadroomException.class, () -> PromQlParser.parse(query));
    assertEquals("1:1: parse error: no expression found in input", error.getMessage());
  }

  @Test
  void refusesWhatIsTooDeepOrTooLong() {
    for (String query :
        List.of(
            "(".repeat(100_000),
            "(".repeat(5000) + "a" + ")".repeat(5000),
            "-".repeat(5000) + "a",
            "a" + " + a".repeat(2000),
            "a" + " ^ a".repeat(2000),
            "abs(".repeat(500) + "a" + ")".repeat(500),
            "a" + "[5m:]".repeat(3) + " offset 1m".repeat(5000))) {
      assertThrows(HeadroomException.class, () -> PromQlParser.parse(query));
    }
    assertEquals(
        "a",
        PromQlParser.parse("(".repeat(150) + "a" + ")".repeat(150))
            .toString()
            .replaceAll("[()]", ""));
  }

  @Test
  void splitsLongLines() {
    String query =
        "sum by (instance) (rate(http_requests_total{job=\"a\", code=~\"5..\"}[5m])) / sum by"
            + " (instance) (rate(http_requests_total{job=\"a\"}[5m]))";
    assertEquals(
        """
          sum by (instance) (rate(http_requests_total{code=~"5..",job="a"}[5m]))
        /
          sum by (instance) (rate(http_requests_total{job="a"}[5m]))\
        """,
        ExprPrinter.pretty(PromQlParser.parse(query)));
  }

  @Test
  void readsLoneSelectors() {
    assertEquals(
        List.of(
            new LabelMatcher("a", LabelMatcher.Op.NOT_EQUAL, "b"),
            LabelMatcher.equal("__name__", "foo")),
        PromQlParser.parseSelector("foo{a!=\"b\"}").allMatchers());
    for (String other : List.of("foo[5m]", "1", "sum(foo)", "foo offset 1m", "(foo)")) {
      assertThrows(HeadroomException.class, () -> PromQlParser.parseSelector(other));
    }
  }
}
