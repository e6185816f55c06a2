package dev.headroom.query.promql;

import java.util.List;
import java.util.Random;

/** Writes queries that can be evaluated, over the series of {@link StepwiseOracleTest}. */
final class RandomQueries {
  private static final List<String> OVER_WINDOW =
      List.of(
          "rate",
          "increase",
          "delta",
          "irate",
          "idelta",
          "resets",
          "changes",
          "deriv",
          "avg_over_time",
          "min_over_time",
          "max_over_time",
          "sum_over_time",
          "count_over_time",
          "last_over_time",
          "first_over_time",
          "present_over_time",
          "stddev_over_time",
          "mad_over_time",
          "absent_over_time",
          "ts_of_max_over_time");
  private static final List<String> OVER_VALUE =
      List.of("abs", "ceil", "sgn", "sqrt", "timestamp", "day_of_week", "absent", "-");
  private static final List<String> AGGREGATES =
      List.of("sum", "avg", "min", "max", "count", "group", "stddev", "stdvar");
  private static final List<String> OPERATORS =
      List.of("+", "-", "*", "/", "%", ">", "<=", "== bool", "and", "or", "unless");

  private final Random random;

  RandomQueries(Random random) {
    this.random = random;
  }

  String vector(int depth) {
    if (depth == 0) {
      return selector() + timing();
    }
    return switch (random.nextInt(9)) {
      case 0, 1 -> pick(OVER_WINDOW) + "(" + window(depth - 1) + ")";
      case 2 -> "quantile_over_time(" + scalar(depth - 1) + ", " + window(depth - 1) + ")";
      case 3 -> pick(OVER_VALUE) + "(" + vector(depth - 1) + ")";
      case 4 -> pick(AGGREGATES) + grouping() + "(" + vector(depth - 1) + ")";
      case 5 -> "topk" + grouping() + "(" + (1 + random.nextInt(2)) + ", " + selector() + ")";
      case 6 ->
          "("
              + vector(depth - 1)
              + " "
              + pick(OPERATORS.subList(0, 8))
              + " "
              + scalar(depth - 1)
              + ")";
      case 7 -> "predict_linear(" + window(depth - 1) + ", " + scalar(depth - 1) + ")";
      default ->
          "("
              + vector(depth - 1)
              + " "
              + pick(OPERATORS)
              + pick(List.of("", " on (i)", " ignoring (j)"))
              + " "
              + vector(depth - 1)
              + ")";
    };
  }

  private String scalar(int depth) {
    return switch (random.nextInt(depth > 0 ? 4 : 2)) {
      case 0 -> String.valueOf(random.nextInt(100) / 10.0);
      case 1 -> "time() / 1000";
      default -> "scalar(" + vector(depth - 1) + ")";
    };
  }

  private String window(int depth) {
    String range = 10 + random.nextInt(400) + "s";
    if (random.nextInt(4) > 0) {
      return selector() + "[" + range + "]" + timing();
    }
    String step = pick(List.of("", "7s", "30s"));
    return vector(depth > 0 ? depth - 1 : 0) + "[" + range + ":" + step + "]" + timing();
  }

  private String selector() {
    return pick(List.of("a", "b", "a{i=\"1\"}", "b{j!=\"0\"}", "a{i=~\"0|2\"}", "nothing"));
  }

  private String timing() {
    return pick(List.of("", "", "", " offset 1m", " offset -45s", " @ 600", " @ 500 offset 30s"));
  }

  private String grouping() {
    return pick(List.of("", " by (i) ", " without (j) ", " by (j, i) "));
  }

  private String pick(List<String> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
