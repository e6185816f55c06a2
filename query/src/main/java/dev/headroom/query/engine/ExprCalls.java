package dev.headroom.query.engine;

import com.google.re2j.Matcher;
import dev.headroom.query.lang.Expr;
import dev.headroom.storage.model.Deadline;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.BiPredicate;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The functions of expressions. */
final class ExprCalls {
  /** Longer texts are cut, or a few concatenations would fill the heap. */
  static final int MAX_CHARS = 65_536;

  private static final int MAX_DIGITS = 15;

  private final Expressions expressions;
  private final Deadline deadline;

  ExprCalls(Expressions expressions, Deadline deadline) {
    this.expressions = expressions;
    this.deadline = deadline;
  }

  @Nullable Object value(Expr.Call call, Row row) {
    List<Expr> given = call.arguments();
    return switch (call.function()) {
      case IF -> choice(given, row);
      case COALESCE -> coalesce(given, row);
      case EXISTS -> first(given, row) != null;
      case CONCAT -> concat(given, row);
      case MATCHES -> matches(given, row);
      case REPLACE -> replace(given, row);
      case CONTAINS -> test(given, row, String::contains);
      case STARTSWITH -> test(given, row, String::startsWith);
      case ENDSWITH -> test(given, row, String::endsWith);
      case LOWER -> onText(first(given, row), text -> text.toLowerCase(Locale.ROOT));
      case UPPER -> onText(first(given, row), text -> text.toUpperCase(Locale.ROOT));
      case TRIM -> onText(first(given, row), String::strip);
      case TOSTRING -> onText(first(given, row), text -> text);
      case LEN -> length(first(given, row));
      case SUBSTR -> substring(given, row);
      case TONUMBER -> number(first(given, row));
      case ROUND -> round(given, row);
      case ABS -> onNumber(first(given, row), Math::abs);
      case CEIL -> rounded(first(given, row), Math::ceil);
      case FLOOR -> rounded(first(given, row), Math::floor);
      case SQRT -> onNumber(first(given, row), Math::sqrt);
    };
  }

  private @Nullable Object first(List<Expr> given, Row row) {
    return expressions.value(given.getFirst(), row);
  }

  private @Nullable Object choice(List<Expr> given, Row row) {
    if (expressions.holds(given.getFirst(), row)) {
      return expressions.value(given.get(1), row);
    }
    return given.size() == 3 ? expressions.value(given.get(2), row) : null;
  }

  private @Nullable Object coalesce(List<Expr> given, Row row) {
    for (Expr expr : given) {
      Object value = expressions.value(expr, row);
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  private String concat(List<Expr> given, Row row) {
    var text = new StringBuilder();
    for (Expr expr : given) {
      text.append(cut(Values.text(expressions.value(expr, row))));
      if (text.length() >= MAX_CHARS) {
        break;
      }
    }
    return cut(text.toString());
  }

  private CharSequence timed(String text) {
    return new TimedText(text, deadline);
  }

  static String cut(String text) {
    return text.length() > MAX_CHARS ? text.substring(0, MAX_CHARS) : text;
  }

  private static @Nullable Object onText(@Nullable Object value, UnaryOperator<String> function) {
    return value == null ? null : cut(function.apply(cut(Values.text(value))));
  }

  private boolean test(List<Expr> given, Row row, BiPredicate<String, String> predicate) {
    Object sought = expressions.value(given.get(1), row);
    var found = new boolean[1];
    if (sought != null) {
      String part = Values.text(sought);
      Values.each(first(given, row), text -> found[0] |= predicate.test(Values.text(text), part));
    }
    return found[0];
  }

  private boolean matches(List<Expr> given, Row row) {
    var found = new boolean[1];
    if (given.get(1) instanceof Expr.Regex regex) {
      Values.each(
          first(given, row),
          value -> found[0] |= regex.pattern().matcher(timed(cut(Values.text(value)))).find());
    }
    return found[0];
  }

  private @Nullable Object replace(List<Expr> given, Row row) {
    Object value = first(given, row);
    if (value == null) {
      return null;
    }
    String text = cut(Values.text(value));
    String with = Values.text(expressions.value(given.get(2), row));
    if (given.get(1) instanceof Expr.Regex regex) {
      return replaced(regex.pattern().matcher(timed(text)), text, with);
    }
    String sought = Values.text(expressions.value(given.get(1), row));
    return sought.isEmpty() ? text : replaced(text, sought, with);
  }

  /** Stops where the result is as long as it may be. */
  private static String replaced(String text, String sought, String with) {
    var result = new StringBuilder();
    int from = 0;
    for (int at = text.indexOf(sought);
        at >= 0 && result.length() < MAX_CHARS;
        at = text.indexOf(sought, from)) {
      result.append(text, from, at).append(with);
      from = at + sought.length();
    }
    return cut(result.append(text, from, text.length()).toString());
  }

  private static String replaced(Matcher matcher, String text, String with) {
    var result = new StringBuilder();
    int from = 0;
    while (result.length() < MAX_CHARS && matcher.find()) {
      result.append(text, from, matcher.start());
      appendWith(result, matcher, with);
      from = matcher.end();
    }
    return cut(result.append(text, from, text.length()).toString());
  }

  /** {@code $1} is what the first group matched; what is no group stands for itself. */
  private static void appendWith(StringBuilder result, Matcher matcher, String with) {
    for (int i = 0; i < with.length(); i++) {
      char next = i + 1 < with.length() ? with.charAt(i + 1) : ' ';
      if (with.charAt(i) == '$'
          && next >= '0'
          && next - '0' <= matcher.groupCount()
          && next <= '9') {
        String group = matcher.group(next - '0');
        result.append(group == null ? "" : group);
        i++;
      } else {
        result.append(with.charAt(i));
      }
    }
  }

  private static @Nullable Object length(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case List<?> list -> (long) list.size();
      default -> {
        String text = Values.text(value);
        yield (long) text.codePointCount(0, text.length());
      }
    };
  }

  /** Characters count from 0; a negative start counts from the end. */
  private @Nullable Object substring(List<Expr> given, Row row) {
    Object value = first(given, row);
    Number start = Values.number(expressions.value(given.get(1), row));
    if (value == null || start == null) {
      return null;
    }
    String text = cut(Values.text(value));
    long length = text.codePointCount(0, text.length());
    long from =
        Math.clamp(
            start.longValue() < 0 ? length + start.longValue() : start.longValue(), 0, length);
    long to = length;
    if (given.size() == 3) {
      Number count = Values.number(expressions.value(given.get(2), row));
      to = count == null ? from : from + Math.clamp(count.longValue(), 0, length - from);
    }
    return text.substring(
        text.offsetByCodePoints(0, (int) from), text.offsetByCodePoints(0, (int) to));
  }

  private static @Nullable Object number(@Nullable Object value) {
    return switch (value) {
      case Instant time -> time.getEpochSecond() + time.getNano() / 1e9;
      case Boolean flag -> flag ? 1L : 0L;
      case null, default -> Values.number(value);
    };
  }

  private static @Nullable Object onNumber(@Nullable Object value, DoubleUnaryOperator function) {
    Number number = Values.number(value);
    if (number == null) {
      return null;
    }
    double result = function.applyAsDouble(number.doubleValue());
    if (!Double.isFinite(result)) {
      return null;
    }
    boolean whole = result == Math.rint(result) && Math.abs(result) < 1e15;
    if (whole) {
      return (long) result;
    }
    return result;
  }

  /** Whole numbers stay as they are, however large. */
  private static @Nullable Object rounded(@Nullable Object value, DoubleUnaryOperator function) {
    Number number = Values.number(value);
    return number instanceof Long ? number : onNumber(number, function);
  }

  private @Nullable Object round(List<Expr> given, Row row) {
    Object value = first(given, row);
    Number number = Values.number(value);
    Number digits = given.size() == 1 ? 0L : Values.number(expressions.value(given.get(1), row));
    if (number == null || digits == null || !Double.isFinite(number.doubleValue())) {
      return null;
    }
    int places = Math.clamp(digits.longValue(), -MAX_DIGITS, MAX_DIGITS);
    if (number instanceof Long && places >= 0) {
      return number;
    }
    double rounded =
        BigDecimal.valueOf(number.doubleValue())
            .setScale(places, RoundingMode.HALF_UP)
            .doubleValue();
    return onNumber(rounded, result -> result);
  }
}
