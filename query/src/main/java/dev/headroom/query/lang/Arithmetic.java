package dev.headroom.query.lang;

import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/**
 * A small expression of numbers, as scripts of bucket aggregations are: {@code + - * / %},
 * comparisons, {@code && || !}, {@code a ? b : c}, parentheses, some of {@code Math}, and
 * variables, with or without {@code params.} before them. What holds is 1, what does not 0.
 */
public final class Arithmetic {
  /** The value of the expression for those of its variables. */
  public interface Expression {
    double of(Map<String, Double> variables);
  }

  private static final int MAX_CHARS = 2000;
  private static final int MAX_DEPTH = 50;
  private static final Map<String, DoubleUnaryOperator> FUNCTIONS =
      Map.of(
          "abs", Math::abs,
          "ceil", Math::ceil,
          "floor", Math::floor,
          "round", Math::rint,
          "sqrt", Math::sqrt,
          "log", Math::log,
          "log10", Math::log10,
          "exp", Math::exp);
  private static final Map<String, DoubleBinaryOperator> BINARY_FUNCTIONS =
      Map.of("min", Math::min, "max", Math::max, "pow", Math::pow);

  private final String text;
  private int at;
  private int depth;

  private Arithmetic(String text) {
    this.text = text;
  }

  /**
   * Reads an expression; {@code return} before it and {@code ;} behind it may stand there.
   *
   * @throws HeadroomException INVALID with the place that is not understood
   */
  public static Expression parse(String script) {
    if (script.length() > MAX_CHARS) {
      throw HeadroomException.invalid("a script has at most " + MAX_CHARS + " characters");
    }
    var parser = new Arithmetic(script);
    parser.takeWord("return");
    Expression expression = parser.choice();
    parser.take(";");
    if (parser.at < script.length()) {
      throw parser.unexpected();
    }
    return expression;
  }

  private HeadroomException unexpected() {
    return HeadroomException.invalid(
        "script "
            + Printable.quote(text)
            + " is not understood from character "
            + at
            + " on; it may have numbers, variables, + - * / %, comparisons, && || !, ?: and"
            + " functions of Math");
  }

  private void skipSpace() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  private boolean take(String mark) {
    skipSpace();
    if (!text.startsWith(mark, at)) {
      return false;
    }
    at += mark.length();
    skipSpace();
    return true;
  }

  private boolean takeWord(String word) {
    skipSpace();
    int end = at + word.length();
    boolean goesOn = end < text.length() && Character.isJavaIdentifierPart(text.charAt(end));
    return !goesOn && take(word);
  }

  private void require(String mark) {
    if (!take(mark)) {
      throw unexpected();
    }
  }

  private Expression choice() {
    if (++depth > MAX_DEPTH) {
      throw HeadroomException.invalid("script is nested more than " + MAX_DEPTH + " deep");
    }
    Expression condition = or();
    if (take("?")) {
      Expression yes = choice();
      require(":");
      Expression no = choice();
      Expression asked = condition;
      condition = variables -> (asked.of(variables) != 0 ? yes : no).of(variables);
    }
    depth--;
    return condition;
  }

  private Expression or() {
    Expression left = and();
    while (take("||")) {
      Expression first = left;
      Expression second = and();
      left = variables -> truth(first.of(variables) != 0 || second.of(variables) != 0);
    }
    return left;
  }

  private Expression and() {
    Expression left = comparison();
    while (take("&&")) {
      Expression first = left;
      Expression second = comparison();
      left = variables -> truth(first.of(variables) != 0 && second.of(variables) != 0);
    }
    return left;
  }

  private static double truth(boolean holds) {
    return holds ? 1 : 0;
  }

  private Expression comparison() {
    Expression left = sum();
    if (take("==")) {
      return both(left, sum(), (a, b) -> truth(a == b));
    }
    if (take("!=")) {
      return both(left, sum(), (a, b) -> truth(a != b));
    }
    if (take("<=")) {
      return both(left, sum(), (a, b) -> truth(a <= b));
    }
    if (take(">=")) {
      return both(left, sum(), (a, b) -> truth(a >= b));
    }
    if (take("<")) {
      return both(left, sum(), (a, b) -> truth(a < b));
    }
    return take(">") ? both(left, sum(), (a, b) -> truth(a > b)) : left;
  }

  private static Expression both(Expression a, Expression b, DoubleBinaryOperator operator) {
    return variables -> operator.applyAsDouble(a.of(variables), b.of(variables));
  }

  private Expression sum() {
    Expression left = product();
    while (true) {
      if (take("+")) {
        left = both(left, product(), Double::sum);
      } else if (take("-")) {
        left = both(left, product(), (a, b) -> a - b);
      } else {
        return left;
      }
    }
  }

  private Expression product() {
    Expression left = sign();
    while (true) {
      if (take("*")) {
        left = both(left, sign(), (a, b) -> a * b);
      } else if (take("/")) {
        left = both(left, sign(), (a, b) -> a / b);
      } else if (take("%")) {
        left = both(left, sign(), (a, b) -> a % b);
      } else {
        return left;
      }
    }
  }

  private Expression sign() {
    if (++depth > MAX_DEPTH) {
      throw HeadroomException.invalid("script is nested more than " + MAX_DEPTH + " deep");
    }
    try {
      if (take("-")) {
        Expression of = sign();
        return variables -> -of.of(variables);
      }
      if (!text.startsWith("!=", at) && take("!")) {
        Expression of = sign();
        return variables -> truth(of.of(variables) == 0);
      }
      return value();
    } finally {
      depth--;
    }
  }

  private Expression value() {
    if (take("(")) {
      Expression inner = choice();
      require(")");
      return inner;
    }
    skipSpace();
    if (at < text.length() && (Character.isDigit(text.charAt(at)) || text.charAt(at) == '.')) {
      double number = number();
      return _ -> number;
    }
    String name = name();
    if (name.startsWith("Math.") || name.startsWith("Math::")) {
      return function(name.substring("Math.".length()));
    }
    String variable = name.startsWith("params.") ? name.substring("params.".length()) : name;
    return switch (variable) {
      case "true" -> _ -> 1;
      case "false" -> _ -> 0;
      default ->
          variables -> {
            Double value = variables.get(variable);
            if (value == null) {
              throw HeadroomException.invalid(
                  "script " + Printable.quote(text) + ": unknown variable [" + variable + "]");
            }
            return value;
          };
    };
  }

  private double number() {
    int start = at;
    while (at < text.length()
        && (Character.isLetterOrDigit(text.charAt(at))
            || text.charAt(at) == '.'
            || "+-".indexOf(text.charAt(at)) >= 0 && "eE".indexOf(text.charAt(at - 1)) >= 0)) {
      at++;
    }
    String number = text.substring(start, at);
    skipSpace();
    try {
      return Double.parseDouble(number);
    } catch (NumberFormatException _) {
      at = start;
      throw unexpected();
    }
  }

  private String name() {
    int start = at;
    while (at < text.length()
        && (Character.isJavaIdentifierPart(text.charAt(at)) || text.charAt(at) == '.')) {
      at++;
    }
    if (at == start) {
      throw unexpected();
    }
    String name = text.substring(start, at);
    skipSpace();
    return name;
  }

  private Expression function(String name) {
    DoubleUnaryOperator one = FUNCTIONS.get(name);
    DoubleBinaryOperator two = BINARY_FUNCTIONS.get(name);
    List<Expression> arguments = new ArrayList<>();
    require("(");
    do {
      arguments.add(choice());
    } while (take(","));
    require(")");
    if (one != null && arguments.size() == 1) {
      Expression argument = arguments.getFirst();
      return variables -> one.applyAsDouble(argument.of(variables));
    }
    if (two != null && arguments.size() == 2) {
      return both(arguments.getFirst(), arguments.getLast(), two);
    }
    throw HeadroomException.invalid(
        "script has no function Math." + name + " of " + arguments.size() + " numbers");
  }
}
