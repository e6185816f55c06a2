package dev.headroom.query.promql;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Operators between two operands, with their power: the higher binds the tighter. */
public enum BinaryOperator {
  OR("or", 1, Kind.SET),
  AND("and", 2, Kind.SET),
  UNLESS("unless", 2, Kind.SET),
  EQUAL("==", 3, Kind.COMPARISON),
  NOT_EQUAL("!=", 3, Kind.COMPARISON),
  GREATER(">", 3, Kind.COMPARISON),
  LESS("<", 3, Kind.COMPARISON),
  GREATER_OR_EQUAL(">=", 3, Kind.COMPARISON),
  LESS_OR_EQUAL("<=", 3, Kind.COMPARISON),
  ADD("+", 4, Kind.ARITHMETIC),
  SUBTRACT("-", 4, Kind.ARITHMETIC),
  MULTIPLY("*", 5, Kind.ARITHMETIC),
  DIVIDE("/", 5, Kind.ARITHMETIC),
  MODULO("%", 5, Kind.ARITHMETIC),
  ATAN2("atan2", 5, Kind.ARITHMETIC),
  POWER("^", 6, Kind.ARITHMETIC);

  /** What a prefix sign binds as tight as. */
  static final int SIGN_POWER = 5;

  private enum Kind {
    SET,
    COMPARISON,
    ARITHMETIC
  }

  private final String symbol;
  private final int power;
  private final Kind kind;

  BinaryOperator(String symbol, int power, Kind kind) {
    this.symbol = symbol;
    this.power = power;
    this.kind = kind;
  }

  public String symbol() {
    return symbol;
  }

  public int power() {
    return power;
  }

  public boolean isRightAssociative() {
    return this == POWER;
  }

  public boolean isSet() {
    return kind == Kind.SET;
  }

  public boolean isComparison() {
    return kind == Kind.COMPARISON;
  }

  boolean isArithmetic() {
    return kind == Kind.ARITHMETIC;
  }

  /** The operator that a token writes (words in any case), or null. */
  static @Nullable BinaryOperator of(Token token) {
    if (token.kind() != Token.Kind.SYMBOL && token.kind() != Token.Kind.WORD) {
      return null;
    }
    String text = token.text().toLowerCase(Locale.ROOT);
    for (BinaryOperator operator : values()) {
      if (operator.symbol.equals(text)) {
        return operator;
      }
    }
    return null;
  }

  public boolean holds(double left, double right) {
    return switch (this) {
      case EQUAL -> left == right;
      case NOT_EQUAL -> left != right;
      case GREATER -> left > right;
      case LESS -> left < right;
      case GREATER_OR_EQUAL -> left >= right;
      case LESS_OR_EQUAL -> left <= right;
      case OR, AND, UNLESS, ADD, SUBTRACT, MULTIPLY, DIVIDE, MODULO, ATAN2, POWER ->
          throw new IllegalStateException(symbol + " compares nothing");
    };
  }

  double compute(double left, double right) {
    return switch (this) {
      case ADD -> left + right;
      case SUBTRACT -> left - right;
      case MULTIPLY -> left * right;
      case DIVIDE -> left / right;
      case MODULO -> left % right;
      case ATAN2 -> Math.atan2(left, right);
      case POWER -> power(left, right);
      case OR, AND, UNLESS, EQUAL, NOT_EQUAL, GREATER, LESS, GREATER_OR_EQUAL, LESS_OR_EQUAL ->
          throw new IllegalStateException(symbol + " computes nothing");
    };
  }

  /** As C99 has it: {@code 1^NaN} and {@code (-1)^Inf} are 1, where Java says NaN. */
  private static double power(double base, double exponent) {
    return base == 1 || base == -1 && Double.isInfinite(exponent) ? 1 : Math.pow(base, exponent);
  }
}
