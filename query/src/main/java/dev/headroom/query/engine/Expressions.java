package dev.headroom.query.engine;

import dev.headroom.query.lang.Expr;
import dev.headroom.storage.model.Deadline;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Computes expressions. Nothing fails: what makes no sense of the values at hand has no value, and
 * a comparison with no value does not hold.
 */
final class Expressions {
  /** Of lists so many values are compared: two long ones would take too long. */
  private static final int MAX_COMPARED = 1000;

  private static final double NANOS_PER_SECOND = 1e9;

  private final ExprCalls calls;

  /**
   * @param deadline past which regular expressions throw {@link TimedText.Late}
   */
  Expressions(Deadline deadline) {
    this.calls = new ExprCalls(this, deadline);
  }

  boolean holds(Expr expr, Row row) {
    return Boolean.TRUE.equals(value(expr, row));
  }

  @Nullable Object value(Expr expr, Row row) {
    return switch (expr) {
      case Expr.Literal literal -> literal.value();
      case Expr.Missing _ -> null;
      case Expr.Regex _ -> null;
      case Expr.Field field -> row.get(field.name());
      case Expr.Not not -> !holds(not.part(), row);
      case Expr.And and -> and.parts().stream().allMatch(part -> holds(part, row));
      case Expr.Or or -> or.parts().stream().anyMatch(part -> holds(part, row));
      case Expr.Compare compare -> compare(compare, row);
      case Expr.In in -> in(in, row);
      case Expr.Arithmetic arithmetic ->
          arithmetic(
              arithmetic.operator(), value(arithmetic.left(), row), value(arithmetic.right(), row));
      case Expr.Call call -> calls.value(call, row);
    };
  }

  private boolean in(Expr.In in, Row row) {
    Object value = value(in.value(), row);
    return in.choices().stream()
        .anyMatch(choice -> anyHolds(Expr.Comparison.EQUAL, value, value(choice, row)));
  }

  private boolean compare(Expr.Compare compare, Row row) {
    Object left = value(compare.left(), row);
    Object right = value(compare.right(), row);
    return compare.comparison() == Expr.Comparison.NOT_EQUAL
        ? !anyHolds(Expr.Comparison.EQUAL, left, right)
        : anyHolds(compare.comparison(), left, right);
  }

  /** Of lists, one element is enough. */
  private static boolean anyHolds(
      Expr.Comparison comparison, @Nullable Object left, @Nullable Object right) {
    List<Object> choices = singles(right);
    for (Object value : singles(left)) {
      for (Object choice : choices) {
        if (holds(comparison, Values.compare(value, choice))) {
          return true;
        }
      }
    }
    return false;
  }

  private static List<Object> singles(@Nullable Object value) {
    var singles = new ArrayList<Object>(1);
    Values.each(value, singles::add);
    return singles.size() > MAX_COMPARED ? singles.subList(0, MAX_COMPARED) : singles;
  }

  private static boolean holds(Expr.Comparison comparison, OptionalInt order) {
    if (order.isEmpty()) {
      return false;
    }
    int sign = order.getAsInt();
    return switch (comparison) {
      case EQUAL -> sign == 0;
      case NOT_EQUAL -> sign != 0;
      case LESS -> sign < 0;
      case AT_MOST -> sign <= 0;
      case MORE -> sign > 0;
      case AT_LEAST -> sign >= 0;
    };
  }

  private static @Nullable Object arithmetic(
      Expr.Operator operator, @Nullable Object left, @Nullable Object right) {
    if (left instanceof Instant time) {
      return ofTime(operator, time, right);
    }
    Number a = Values.number(left);
    Number b = Values.number(right);
    if (a == null || b == null) {
      return null;
    }
    return a instanceof Long x && b instanceof Long y && operator != Expr.Operator.DIVIDED
        ? ofLongs(operator, x, y)
        : ofDoubles(operator, a.doubleValue(), b.doubleValue());
  }

  private static @Nullable Object ofLongs(Expr.Operator operator, long a, long b) {
    try {
      return switch (operator) {
        case PLUS -> Math.addExact(a, b);
        case MINUS -> Math.subtractExact(a, b);
        case TIMES -> Math.multiplyExact(a, b);
        case REMAINDER -> b == 0 ? null : Long.valueOf(a % b);
        case DIVIDED -> ofDoubles(operator, a, b);
      };
    } catch (ArithmeticException _) {
      return ofDoubles(operator, a, b);
    }
  }

  private static @Nullable Object ofDoubles(Expr.Operator operator, double a, double b) {
    double result =
        switch (operator) {
          case PLUS -> a + b;
          case MINUS -> a - b;
          case TIMES -> a * b;
          case DIVIDED -> a / b;
          case REMAINDER -> a % b;
        };
    return Double.isFinite(result) ? Double.valueOf(result) : null;
  }

  /** Seconds between times, and times some seconds away. */
  private static @Nullable Object ofTime(
      Expr.Operator operator, Instant time, @Nullable Object other) {
    if (operator == Expr.Operator.MINUS && other instanceof Instant before) {
      return Duration.between(before, time).toNanos() / NANOS_PER_SECOND;
    }
    Number seconds = Values.number(other);
    if (seconds == null || operator != Expr.Operator.PLUS && operator != Expr.Operator.MINUS) {
      return null;
    }
    long nanos = Math.round(seconds.doubleValue() * NANOS_PER_SECOND);
    try {
      return operator == Expr.Operator.PLUS ? time.plusNanos(nanos) : time.minusNanos(nanos);
    } catch (DateTimeException | ArithmeticException _) {
      return null;
    }
  }
}
