package dev.headroom.query.lang;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.headroom.storage.model.HeadroomException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ArithmeticTest {
  private static void check(String script, double expected) {
    assertEquals(
        expected,
        Arithmetic.parse(script).of(Map.of("a", 6.0, "b_1", 4.0, "none", Double.NaN)),
        1e-12,
        script);
  }

  @Test
  void operatorsBindAsUsual() {
    check("1 + 2 * 3", 7);
    check("(1 + 2) * 3", 9);
    check("params.a / params.b_1 * 100", 150);
    check("a - b_1 - 1", 1);
    check("-a + -(-b_1)", -2);
    check("7 % 4 / 3", 1);
    check("return params.a * 2;", 12);
    check("1.5e1 - .5", 14.5);
    check("2-1", 1);
    check("1e-1*10", 1);
  }

  @Test
  void conditionsAreOneOrZero() {
    check("a > 5 && b_1 <= 4", 1);
    check("a < 5 || !(b_1 == 4)", 0);
    check("a != b_1 ? Math.max(a, b_1) : 0", 6);
    check("!true ? 1 : false ? 2 : 3", 3);
    check("none > 0", 0);
    check("none != none", 1);
  }

  @Test
  void functionsAreKnown() {
    check("Math.abs(-3) + Math.sqrt(16) + Math.pow(2, 3) + Math.floor(1.9)", 16);
    check("Math.min(1, 2)", 1);
  }

  @Test
  void whatIsNotUnderstoodIsRefused() {
    for (String script :
        List.of(
            "",
            "1 +",
            "a b_1",
            "(a",
            "doc['x'].value",
            "a = 1",
            "Math.sin(1)",
            "Math.max(1)",
            "1..2",
            "System.exit(0)",
            "x ".repeat(2000),
            "(".repeat(500),
            "-".repeat(500))) {
      assertThrows(
          HeadroomException.class, () -> Arithmetic.parse(script).of(Map.of("a", 1.0)), script);
    }
  }

  @Test
  void movingFunctionsAreElasticsearchs() {
    double[] window = {1, 2, 4};
    moving("MovingFunctions.max(values)", window, 4);
    moving("MovingFunctions.min(values)", window, 1);
    moving("return MovingFunctions.sum(values);", window, 7);
    moving("MovingFunctions.unweightedAvg(values)", window, 7.0 / 3);
    moving(
        "MovingFunctions.stdDev(values, MovingFunctions.unweightedAvg(values))",
        window,
        Math.sqrt(14.0 / 9));
    moving("MovingFunctions.linearWeightedAvg(values)", window, 17.0 / 7);
    moving("MovingFunctions.ewma(values, 0.5)", window, 2.75);
    moving("MovingFunctions.holt(values, 0.5, 0.5)", window, 2.875);
    moving("MovingFunctions.sum(values)", new double[0], 0);
    moving("MovingFunctions.max(values)", new double[0], Double.NaN);
    for (String script : List.of("values.length", "MovingFunctions.ewma(values)", "1")) {
      assertThrows(HeadroomException.class, () -> MovingFunction.parse(script), script);
    }
  }

  private static void moving(String script, double[] window, double expected) {
    assertEquals(expected, MovingFunction.parse(script).of(window), 1e-12, script);
  }
}
