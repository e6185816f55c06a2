package dev.headroom.query.logql;

import dev.headroom.query.promql.AggregateOperator;
import dev.headroom.query.promql.BinaryOperator;
import dev.headroom.query.promql.Expr;
import dev.headroom.query.promql.ExprType;
import dev.headroom.query.promql.Matching;
import dev.headroom.query.promql.NumberText;
import dev.headroom.query.promql.PromFunctions;
import dev.headroom.storage.model.HeadroomException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads LogQL as of Loki 3: log queries as {@link LogQl.Lines}, metric queries as a PromQL
 * expression over ranges. By operator precedence (Pratt 1973). Errors begin with line and column.
 */
public final class LogQlParser {
  /** Expressions inside one another; each takes a few stack frames here and in the evaluation. */
  static final int MAX_DEPTH = 100;

  /** A chain of operators is as deep as it is long. */
  private static final int MAX_OPERATORS = 500;

  /** Each is a search of its own. */
  private static final int MAX_RANGES = 32;

  private final TokenReader in;
  private final RangeParser rangeParser;
  private final List<RangeQuery> ranges = new ArrayList<>();
  private int depth;
  private int operators;

  private LogQlParser(String text) {
    this.in = new TokenReader(new Source(text));
    this.rangeParser = new RangeParser(in);
  }

  /**
   * Reads a query.
   *
   * @throws HeadroomException INVALID with the place and what was expected there
   */
  public static LogQl parse(String text) {
    var parser = new LogQlParser(text);
    LogQl query = parser.query(text);
    if (parser.in.peek().kind() != Token.Kind.END) {
      throw parser.in.unexpected("a stage, an operator or the end of the query");
    }
    return query;
  }

  /**
   * Reads a lone selector, as in {@code match[]}; stages behind it are allowed.
   *
   * @throws HeadroomException INVALID when it is anything else
   */
  public static LogQl.Lines parseLines(String text) {
    if (parse(text) instanceof LogQl.Lines lines) {
      return lines;
    }
    throw new Source(text).error(0, "expected a log selector such as {stream=\"web\"}");
  }

  private LogQl query(String text) {
    if (in.peek().kind() == Token.Kind.END) {
      throw in.source().error(0, "the query is empty");
    }
    int parentheses = 0;
    while (in.peek(parentheses).is("(")) {
      parentheses++;
    }
    if (in.peek(parentheses).is("{")) {
      return lines(parentheses);
    }
    Expr expr = expression(0);
    return new LogQl.Metric(expr, ranges, text.strip());
  }

  private LogQl.Lines lines(int parentheses) {
    for (int i = 0; i < parentheses; i++) {
      in.next();
    }
    var pipeline = new PipelineParser(in);
    int start = in.peek().start();
    List<LabelMatch> matchers = pipeline.selector();
    RangeParser.requireSelective(in.source(), start, matchers);
    List<Stage> stages = new ArrayList<>(pipeline.stages());
    for (int i = 0; i < parentheses; i++) {
      in.expect(")", "\")\"");
      stages.addAll(pipeline.stages());
    }
    return new LogQl.Lines(matchers, stages);
  }

  private Expr expression(int minPower) {
    if (++depth > MAX_DEPTH) {
      throw in.source().error(in.peek().start(), "more than " + MAX_DEPTH + " nested expressions");
    }
    Expr left = operand();
    while (true) {
      BinaryOperator operator = operator(in.peek());
      if (operator == null || operator.power() < minPower) {
        break;
      }
      left = binary(left, operator);
    }
    depth--;
    return left;
  }

  private static @Nullable BinaryOperator operator(Token token) {
    if (token.kind() != Token.Kind.SYMBOL && token.kind() != Token.Kind.WORD) {
      return null;
    }
    for (BinaryOperator operator : BinaryOperator.values()) {
      if (operator != BinaryOperator.ATAN2 && operator.symbol().equals(token.text())) {
        return operator;
      }
    }
    return null;
  }

  private Expr binary(Expr left, BinaryOperator operator) {
    Token sign = in.next();
    if (++operators > MAX_OPERATORS) {
      throw in.source().error(sign.start(), "more than " + MAX_OPERATORS + " operators");
    }
    boolean returnBool = in.takeWord("bool");
    if (returnBool && !operator.isComparison()) {
      throw in.source().error(sign.start(), "bool is for comparisons only");
    }
    Matching matching = matching(operator);
    Expr right =
        expression(operator.isRightAssociative() ? operator.power() : operator.power() + 1);
    boolean vectors = left.type() == ExprType.VECTOR && right.type() == ExprType.VECTOR;
    if (operator.isSet() && !vectors) {
      throw in.source()
          .error(
              sign.start(),
              "unexpected literal for a leg of the logical/set operation " + operator.symbol());
    }
    boolean scalars = left.type() == ExprType.SCALAR && right.type() == ExprType.SCALAR;
    boolean truth = returnBool || operator.isComparison() && scalars;
    Matching used = vectors ? matching : Matching.DEFAULT;
    return new Expr.Binary(operator, left, right, truth, used);
  }

  private Matching matching(BinaryOperator operator) {
    boolean on = in.takeWord("on");
    if (!on && !in.takeWord("ignoring")) {
      return Matching.DEFAULT;
    }
    List<String> labels = in.names();
    Token group = in.peek();
    Matching.Cardinality cardinality =
        in.takeWord("group_left")
            ? Matching.Cardinality.MANY_TO_ONE
            : in.takeWord("group_right")
                ? Matching.Cardinality.ONE_TO_MANY
                : Matching.Cardinality.ONE_TO_ONE;
    boolean grouped = cardinality != Matching.Cardinality.ONE_TO_ONE;
    if (grouped && operator.isSet()) {
      throw in.source().error(group.start(), "no grouping allowed for " + operator.symbol());
    }
    List<String> include = grouped && in.peek().is("(") ? in.names() : List.of();
    return new Matching(cardinality, on, labels, include);
  }

  private Expr operand() {
    Token token = in.peek();
    if (token.is("-") || token.is("+")) {
      in.next();
      if (in.peek().kind() != Token.Kind.NUMBER) {
        throw in.unexpected("a number behind the sign");
      }
      double value = number();
      return new Expr.Num(token.is("-") ? -value : value);
    }
    if (token.kind() == Token.Kind.NUMBER) {
      return new Expr.Num(number());
    }
    if (in.take("(")) {
      Expr inner = expression(0);
      in.expect(")", "\")\" or an operator");
      return new Expr.Paren(inner);
    }
    if (token.kind() != Token.Kind.WORD) {
      throw in.unexpected("a metric query, a selector or a number");
    }
    return word(token);
  }

  private double number() {
    return NumberText.number(in.next().text()).orElseThrow();
  }

  private Expr word(Token token) {
    in.next();
    RangeOperation operation = RangeOperation.of(token.text());
    if (operation != null) {
      return range(token, rangeParser.range(token, operation));
    }
    return switch (token.text()) {
      case "vector" -> vector();
      case "label_replace" -> labelReplace();
      case "sort", "sort_desc" -> {
        in.expect("(", "\"(\"");
        Expr inner = vectorArgument(token);
        in.expect(")", "\")\"");
        yield new Expr.Call(PromFunctions.require(token.text()), List.of(inner));
      }
      default -> aggregate(token);
    };
  }

  private Expr range(Token token, RangeQuery query) {
    if (ranges.size() == MAX_RANGES) {
      throw in.source().error(token.start(), "more than " + MAX_RANGES + " ranges in one query");
    }
    ranges.add(query);
    return MetricPlan.selector(ranges.size() - 1);
  }

  private Expr vector() {
    in.expect("(", "\"(\" and a number");
    boolean negative = in.take("-");
    if (in.peek().kind() != Token.Kind.NUMBER) {
      throw in.unexpected("a number");
    }
    double value = number();
    in.expect(")", "\")\"");
    var number = new Expr.Num(negative ? -value : value);
    return new Expr.Call(PromFunctions.require("vector"), List.of(number));
  }

  private Expr labelReplace() {
    Token name = in.peek();
    in.expect("(", "\"(\"");
    List<Expr> arguments = new ArrayList<>();
    arguments.add(vectorArgument(name));
    for (int i = 0; i < 4; i++) {
      in.expect(",", "\",\" and a text: label_replace(v, dst, replacement, src, regex)");
      Token text = in.peek();
      String value = in.string("a text in quotes");
      if (i == 3) {
        in.pattern(value, text.start());
      }
      arguments.add(new Expr.Text(value));
    }
    in.expect(")", "\")\"");
    return new Expr.Call(PromFunctions.require("label_replace"), arguments);
  }

  private Expr vectorArgument(Token name) {
    Expr inner = expression(0);
    if (inner.type() != ExprType.VECTOR) {
      throw in.source().error(name.start(), name.text() + " is for vectors, got a number");
    }
    return inner;
  }

  private Expr aggregate(Token token) {
    String word = token.text().equals("approx_topk") ? "topk" : token.text();
    AggregateOperator operator =
        switch (word) {
          case "sum" -> AggregateOperator.SUM;
          case "avg" -> AggregateOperator.AVG;
          case "min" -> AggregateOperator.MIN;
          case "max" -> AggregateOperator.MAX;
          case "count" -> AggregateOperator.COUNT;
          case "stddev" -> AggregateOperator.STDDEV;
          case "stdvar" -> AggregateOperator.STDVAR;
          case "topk" -> AggregateOperator.TOPK;
          case "bottomk" -> AggregateOperator.BOTTOMK;
          default ->
              throw in.source().error(token.start(), "unknown function \"" + token.text() + "\"");
        };
    Optional<Grouping> before = rangeParser.grouping();
    in.expect("(", "\"(\", by or without");
    boolean ranked = operator == AggregateOperator.TOPK || operator == AggregateOperator.BOTTOMK;
    Expr parameter = null;
    if (ranked) {
      if (in.peek().kind() != Token.Kind.NUMBER || !in.peek().text().matches("[1-9]\\d{0,8}")) {
        throw in.unexpected("how many: a whole number of at least 1");
      }
      parameter = new Expr.Num(number());
      in.expect(",", "\",\"");
    }
    int first = ranges.size();
    Expr inner = vectorArgument(token);
    in.expect(")", "\")\"");
    Grouping grouping = before.or(rangeParser::grouping).orElse(new Grouping(List.of(), false));
    if (operator == AggregateOperator.SUM) {
      MetricPlan.pushGrouping(ranges, first, inner, grouping);
    }
    return new Expr.Aggregate(operator, inner, parameter, grouping.labels(), grouping.without());
  }
}
