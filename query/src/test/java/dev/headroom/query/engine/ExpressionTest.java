package dev.headroom.query.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What {@code where} and {@code eval} compute. */
class ExpressionTest extends StageCases {
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
  void conditionsThatTheStoreKnowsAreItsWork() {
    requests();
    check("* | where n >= 2 and route = \"/a\" | stats count()", "count | 1");
    var asked = Objects.requireNonNull(store.asked);
    assertEquals(0, asked.limit());
    assertTrue(asked.filter().toString().contains("Range"), asked.filter().toString());
    check("* | where ms + 0 >= 20 | stats count()", "count | 2");
    assertTrue(Objects.requireNonNull(store.asked).limit() > 0);
  }
}
