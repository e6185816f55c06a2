package dev.headroom.query.logql;

import dev.headroom.query.promql.BinaryOperator;
import dev.headroom.query.promql.NumberText;
import dev.headroom.storage.model.HeadroomException;
import java.util.OptionalDouble;

/**
 * Reads label filters. {@code and}, {@code or}, commas and mere blanks bind alike, from left to
 * right; parentheses group.
 */
final class ConditionParser {
  private static final int MAX_DEPTH = 100;

  private final TokenReader in;
  private int depth;

  ConditionParser(TokenReader in) {
    this.in = in;
  }

  Condition parse() {
    if (++depth > MAX_DEPTH) {
      throw in.source().error(in.peek().start(), "more than " + MAX_DEPTH + " parentheses");
    }
    Condition left = one();
    while (true) {
      if (in.takeWord("or")) {
        left = new Condition.Or(left, one());
      } else if (in.takeWord("and") || in.take(",") || startsCondition()) {
        left = new Condition.And(left, one());
      } else {
        depth--;
        return left;
      }
    }
  }

  /** A word and a sign of comparison, without anything before: an {@code and}. */
  private boolean startsCondition() {
    return in.peek().kind() == Token.Kind.WORD
        && in.peek(1).kind() == Token.Kind.SYMBOL
        && (sign(in.peek(1)) != null || in.peek(1).is("=~") || in.peek(1).is("!~"));
  }

  private Condition one() {
    if (in.take("(")) {
      Condition inner = parse();
      in.expect(")", "\")\", \"and\" or \"or\"");
      return inner;
    }
    String name = in.word("a label name");
    Token sign = in.next();
    BinaryOperator operator = sign(sign);
    if (sign.is("=~") || sign.is("!~")) {
      Token value = in.peek();
      String regex = in.string("a regular expression in quotes");
      LabelMatch.Op op = sign.is("=~") ? LabelMatch.Op.REGEX : LabelMatch.Op.NOT_REGEX;
      return new Condition.Text(new LabelMatch(name, op, regex, in.pattern(regex, value.start())));
    }
    if (operator == null) {
      throw in.source().unexpected(sign, "a comparison such as =, !=, =~, > or <=");
    }
    boolean equality = operator == BinaryOperator.EQUAL || operator == BinaryOperator.NOT_EQUAL;
    if (equality && !sign.is("==") && in.peek().kind() == Token.Kind.STRING) {
      LabelMatch.Op op =
          operator == BinaryOperator.EQUAL ? LabelMatch.Op.EQUAL : LabelMatch.Op.NOT_EQUAL;
      return new Condition.Text(new LabelMatch(name, op, in.next().text(), null));
    }
    if (equality && !sign.is("==") && in.takeWord("ip")) {
      boolean negative = operator == BinaryOperator.NOT_EQUAL;
      return new Condition.Address(name, negative, address(in));
    }
    return comparison(name, operator);
  }

  private Condition comparison(String name, BinaryOperator operator) {
    boolean negative = in.take("-");
    Token value = in.next();
    String written = (negative ? "-" : "") + value.text();
    return switch (value.kind()) {
      case NUMBER -> compare(name, operator, Condition.Unit.NUMBER, written);
      case DURATION -> compare(name, operator, Condition.Unit.DURATION, written);
      case BYTES -> compare(name, operator, Condition.Unit.BYTES, value.text());
      case WORD, STRING, FLAG, SYMBOL, END ->
          throw in.source().unexpected(value, "a number, duration or size, or a text in quotes");
    };
  }

  private static Condition compare(
      String name, BinaryOperator operator, Condition.Unit unit, String written) {
    OptionalDouble number =
        unit == Condition.Unit.NUMBER ? NumberText.number(written) : Condition.read(unit, written);
    return new Condition.Compare(name, operator, unit, number.orElseThrow(), written);
  }

  /** {@code ("10.0.0.0/8")} */
  static IpRange address(TokenReader in) {
    in.expect("(", "\"(\" and an address in quotes");
    Token token = in.peek();
    String text = in.string("an address in quotes");
    in.expect(")", "\")\"");
    try {
      return IpRange.parse(text);
    } catch (HeadroomException e) {
      throw in.source().error(token.start(), String.valueOf(e.getMessage()));
    }
  }

  private static @org.jspecify.annotations.Nullable BinaryOperator sign(Token token) {
    return switch (token.text()) {
      case "=", "==" -> BinaryOperator.EQUAL;
      case "!=" -> BinaryOperator.NOT_EQUAL;
      case ">" -> BinaryOperator.GREATER;
      case ">=" -> BinaryOperator.GREATER_OR_EQUAL;
      case "<" -> BinaryOperator.LESS;
      case "<=" -> BinaryOperator.LESS_OR_EQUAL;
      default -> null;
    };
  }
}
