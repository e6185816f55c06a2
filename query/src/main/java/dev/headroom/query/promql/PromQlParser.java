package dev.headroom.query.promql;

import dev.headroom.storage.model.HeadroomException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads PromQL as of Prometheus 3 by operator precedence (Pratt 1973) and checks its types on the
 * way, so that what it returns can be evaluated. Errors begin with line and column, as Prometheus
 * writes them.
 */
public final class PromQlParser {
  /** Expressions inside one another; each takes a few stack frames here and in the evaluation. */
  static final int MAX_DEPTH = 200;

  /** A chain of operators is as deep as it is long. */
  static final int MAX_OPERATORS = 1024;

  /** Words that cannot be the name of a metric. */
  private static final Set<String> RESERVED =
      Set.of("bool", "on", "ignoring", "group_left", "group_right", "atan2");

  private final SourceText source;
  private final TokenReader in;
  private final SelectorParser selectors;
  private int depth;
  private int operators;

  private PromQlParser(String text) {
    this.source = new SourceText(text);
    this.in = new TokenReader(source);
    this.selectors = new SelectorParser(in);
  }

  /**
   * Reads a query.
   *
   * @throws HeadroomException INVALID with the place and what was expected there
   */
  public static Expr parse(String text) {
    var parser = new PromQlParser(text);
    if (parser.in.peek().kind() == Token.Kind.END) {
      throw parser.source.error(0, "no expression found in input");
    }
    Expr expr = parser.expression(0);
    if (parser.in.peek().kind() != Token.Kind.END) {
      throw parser.in.unexpected("an operator or the end of the query");
    }
    return expr;
  }

  /**
   * Reads a lone selector, as in {@code match[]}.
   *
   * @throws HeadroomException INVALID when it is anything else
   */
  public static Expr.Selector parseSelector(String text) {
    if (parse(text) instanceof Expr.Selector selector && selector.timing().equals(Timing.NONE)) {
      return selector;
    }
    throw new SourceText(text).error(0, "expected a series selector such as up{job=\"a\"}");
  }

  /** A duration such as {@code 1h30m} or a number of seconds, as parameters of the API give it. */
  public static Optional<Duration> parseDuration(String text) {
    OptionalDouble seconds = NumberText.number(text);
    if (seconds.isPresent()) {
      double millis = seconds.getAsDouble() * 1000;
      boolean inRange = Math.abs(millis) <= DurationText.MAX_MILLIS;
      return inRange ? Optional.of(Duration.ofMillis(Math.round(millis))) : Optional.empty();
    }
    boolean whole = !text.isEmpty() && DurationText.end(text, 0) == text.length();
    long millis = whole ? DurationText.millis(text) : -1;
    return millis < 0 ? Optional.empty() : Optional.of(Duration.ofMillis(millis));
  }

  /** Whether a word cannot be a metric's name without quotes. */
  static boolean isReserved(String word) {
    String lower = word.toLowerCase(Locale.ROOT);
    return RESERVED.contains(lower) || lower.equals("inf") || lower.equals("nan");
  }

  private Expr expression(int minPower) {
    int start = in.peek().start();
    enter(start);
    Expr left = operand();
    while (true) {
      BinaryOperator operator = BinaryOperator.of(in.peek());
      if (operator == null || operator.power() < minPower) {
        break;
      }
      left = binary(start, left, operator);
    }
    depth--;
    return left;
  }

  private Expr binary(int start, Expr left, BinaryOperator operator) {
    Token sign = in.next();
    if (++operators > MAX_OPERATORS) {
      throw source.error(sign.start(), "more than " + MAX_OPERATORS + " operators");
    }
    boolean returnBool = in.takeWord("bool");
    Matching matching = matching();
    Expr right =
        expression(operator.isRightAssociative() ? operator.power() : operator.power() + 1);
    return TypeCheck.binary(
        source, start, new Expr.Binary(operator, left, right, returnBool, matching));
  }

  private Matching matching() {
    boolean on = in.takeWord("on");
    if (!on && !in.takeWord("ignoring")) {
      return Matching.DEFAULT;
    }
    List<String> labels = selectors.labelNames();
    Matching.Cardinality cardinality = Matching.Cardinality.ONE_TO_ONE;
    List<String> include = List.of();
    if (in.takeWord("group_left")) {
      cardinality = Matching.Cardinality.MANY_TO_ONE;
    } else if (in.takeWord("group_right")) {
      cardinality = Matching.Cardinality.ONE_TO_MANY;
    }
    if (cardinality != Matching.Cardinality.ONE_TO_ONE && in.peek().is("(")) {
      include = selectors.labelNames();
    }
    return new Matching(cardinality, on, labels, include);
  }

  private Expr operand() {
    Token token = in.peek();
    if (token.is("-") || token.is("+")) {
      in.next();
      Expr inner = expression(BinaryOperator.SIGN_POWER + 1);
      return TypeCheck.sign(source, token, inner);
    }
    return postfix(token.start(), primary(token));
  }

  private Expr primary(Token token) {
    return switch (token.kind()) {
      case NUMBER -> {
        in.next();
        yield new Expr.Num(NumberText.parse(token.text()));
      }
      case DURATION -> new Expr.Num(in.durationMillis() / 1000.0);
      case STRING -> {
        in.next();
        yield new Expr.Text(token.text());
      }
      case WORD -> word(token);
      case SYMBOL -> group(token);
      case END -> throw in.unexpected("an expression");
    };
  }

  private Expr group(Token token) {
    if (token.is("{")) {
      return selectors.selector(token.start(), "");
    }
    if (!token.is("(")) {
      throw in.unexpected("an expression");
    }
    in.next();
    Expr inner = expression(0);
    in.expect(")", "\")\" or an operator");
    return new Expr.Paren(inner);
  }

  private Expr word(Token token) {
    String lower = token.text().toLowerCase(Locale.ROOT);
    if (lower.equals("inf") || lower.equals("nan")) {
      in.next();
      return new Expr.Num(lower.equals("inf") ? Double.POSITIVE_INFINITY : Double.NaN);
    }
    if (RESERVED.contains(lower)) {
      throw in.unexpected("an expression");
    }
    in.next();
    boolean call = in.peek().is("(");
    AggregateOperator operator = AggregateOperator.of(token.text());
    if (operator != null && (call || in.peek().isWord("by") || in.peek().isWord("without"))) {
      return aggregate(token, operator);
    }
    return call ? call(token) : selectors.selector(token.start(), token.text());
  }

  private Expr call(Token name) {
    PromFunction function = PromFunctions.get(name.text());
    if (function == null) {
      throw source.error(name.start(), PromFunctions.unknown(name.text()));
    }
    return TypeCheck.call(source, name, new Expr.Call(function, arguments()));
  }

  private List<Expr> arguments() {
    in.expect("(", "\"(\"");
    var arguments = new ArrayList<Expr>();
    while (!in.take(")")) {
      arguments.add(expression(0));
      if (!in.peek().is(")")) {
        in.expect(",", "\",\" or \")\"");
        if (in.peek().is(")")) {
          throw in.unexpected("another argument");
        }
      }
    }
    return arguments;
  }

  private Expr aggregate(Token name, AggregateOperator operator) {
    Grouping grouping = grouping();
    List<Expr> arguments = arguments();
    if (grouping == null) {
      grouping = grouping();
    }
    boolean without = grouping != null && grouping.without();
    List<String> labels = grouping == null ? List.of() : grouping.labels();
    return TypeCheck.aggregate(source, name, operator, arguments, labels, without);
  }

  private record Grouping(boolean without, List<String> labels) {}

  private @Nullable Grouping grouping() {
    boolean without = in.takeWord("without");
    if (!without && !in.takeWord("by")) {
      return null;
    }
    return new Grouping(without, selectors.labelNames());
  }

  private Expr postfix(int start, Expr primary) {
    Expr expr = primary;
    while (true) {
      Token token = in.peek();
      if (token.is("[")) {
        expr = brackets(start, expr);
      } else if (token.isWord("offset")) {
        in.next();
        long millis = in.signedDurationMillis();
        expr = TypeCheck.retimed(source, token, expr, timing -> offset(token, timing, millis));
      } else if (token.is("@")) {
        in.next();
        Timing.At at = at();
        expr = TypeCheck.retimed(source, token, expr, timing -> fixed(token, timing, at));
      } else {
        return expr;
      }
      if (++operators > MAX_OPERATORS) {
        throw source.error(token.start(), "more than " + MAX_OPERATORS + " operators");
      }
    }
  }

  private Timing offset(Token token, Timing timing, long millis) {
    if (timing.offsetMillis() != 0) {
      throw source.error(token.start(), "offset may not be set multiple times");
    }
    return timing.withOffset(millis);
  }

  private Timing fixed(Token token, Timing timing, Timing.At at) {
    if (timing.isFixed()) {
      throw source.error(token.start(), "@ <timestamp> may not be set multiple times");
    }
    return timing.withAt(at);
  }

  private Expr brackets(int start, Expr expr) {
    Token open = in.next();
    long range = in.positiveDurationMillis();
    if (in.take("]")) {
      return TypeCheck.range(source, open, expr, range);
    }
    in.expect(":", "\":\" or \"]\"");
    long step = in.peek().is("]") ? 0 : in.positiveDurationMillis();
    in.expect("]", "\"]\"");
    return TypeCheck.subquery(source, start, new Expr.Subquery(expr, range, step, Timing.NONE));
  }

  private Timing.At at() {
    boolean start = in.takeWord("start");
    if (start || in.takeWord("end")) {
      in.expect("(", "\"(\"");
      in.expect(")", "\")\"");
      return start ? Timing.At.Bound.START : Timing.At.Bound.END;
    }
    return new Timing.At.Fixed(in.timestampMillis());
  }

  private void enter(int start) {
    if (++depth > MAX_DEPTH) {
      throw source.error(start, "more than " + MAX_DEPTH + " levels of nesting");
    }
  }
}
