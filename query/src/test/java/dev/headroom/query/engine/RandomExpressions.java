package dev.headroom.query.engine;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Expressions made by chance, with what they mean in plain Java. */
final class RandomExpressions {
  record Numbers(String text, Function<Map<String, Object>, @Nullable Double> value) {}

  record Condition(String text, Predicate<Map<String, Object>> holds) {}

  private final Random random;
  private final List<String> numbers;
  private final List<String> words;

  RandomExpressions(Random random, List<String> numbers, List<String> words) {
    this.random = random;
    this.numbers = numbers;
    this.words = words;
  }

  private String any(List<String> names) {
    return names.get(random.nextInt(names.size()));
  }

  static @Nullable Double number(@Nullable Object value) {
    return value instanceof Number number ? number.doubleValue() : null;
  }

  Numbers numeric(int depth) {
    int kind = depth == 0 ? random.nextInt(2) : random.nextInt(5);
    if (kind == 0 && !numbers.isEmpty()) {
      String field = any(numbers);
      return new Numbers("`" + field + "`", row -> number(row.get(field)));
    }
    if (kind < 2) {
      int value = random.nextInt(50);
      return new Numbers(Integer.toString(value), _ -> (double) value);
    }
    Numbers a = numeric(depth - 1);
    Numbers b = numeric(depth - 1);
    String sign = List.of("+", "-", "*").get(kind - 2);
    BinaryOperator<Double> operator =
        switch (sign) {
          case "+" -> Double::sum;
          case "-" -> (x, y) -> x - y;
          default -> (x, y) -> x * y;
        };
    return new Numbers(
        "(" + a.text() + " " + sign + " " + b.text() + ")",
        row -> {
          Double x = a.value().apply(row);
          Double y = b.value().apply(row);
          return x == null || y == null ? null : operator.apply(x, y);
        });
  }

  Condition condition(int depth) {
    int kind = random.nextInt(depth == 0 ? 4 : 7);
    if (kind == 0 || words.isEmpty() && kind < 4) {
      return comparison();
    }
    String field = words.isEmpty() ? "" : any(words);
    return switch (kind) {
      case 1 -> {
        String value = List.of("info", "error", "/a", "/b", "h1").get(random.nextInt(5));
        yield new Condition(field + " = \"" + value + "\"", row -> value.equals(row.get(field)));
      }
      case 2 -> new Condition("exists(" + field + ")", row -> row.get(field) != null);
      case 3 ->
          new Condition(
              field + " not in (\"info\", \"/b\")",
              row ->
                  !List.of("info", "/b").contains(Objects.requireNonNullElse(row.get(field), "")));
      case 4 -> {
        Condition part = condition(depth - 1);
        yield new Condition("not (" + part.text() + ")", part.holds().negate());
      }
      case 5 -> {
        Condition a = condition(depth - 1);
        Condition b = condition(depth - 1);
        yield new Condition("(" + a.text() + " and " + b.text() + ")", a.holds().and(b.holds()));
      }
      default -> {
        Condition a = condition(depth - 1);
        Condition b = condition(depth - 1);
        yield new Condition("(" + a.text() + " or " + b.text() + ")", a.holds().or(b.holds()));
      }
    };
  }

  private Condition comparison() {
    Numbers a = numeric(random.nextInt(2));
    Numbers b = random.nextInt(3) == 0 ? numeric(1) : numeric(0);
    String sign = List.of("<", "<=", ">", ">=", "=", "!=").get(random.nextInt(6));
    return new Condition(
        a.text() + " " + sign + " " + b.text(),
        row -> {
          Double x = a.value().apply(row);
          Double y = b.value().apply(row);
          if (x == null || y == null) {
            return sign.equals("!=");
          }
          int order = Double.compare(x, y);
          return switch (sign) {
            case "<" -> order < 0;
            case "<=" -> order <= 0;
            case ">" -> order > 0;
            case ">=" -> order >= 0;
            case "=" -> order == 0;
            default -> order != 0;
          };
        });
  }
}
