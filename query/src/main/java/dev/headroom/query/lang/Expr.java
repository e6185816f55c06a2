package dev.headroom.query.lang;

import com.google.re2j.Pattern;
import java.util.List;

/** What {@code where} and {@code eval} compute of a row. */
public sealed interface Expr {
  /** A {@code Long}, {@code Double}, {@code Boolean} or text. */
  record Literal(Object value) implements Expr {}

  /** No value. */
  record Missing() implements Expr {}

  /** A constant regular expression; stands only where a function takes one. */
  record Regex(Pattern pattern) implements Expr {}

  record Field(String name) implements Expr {}

  record Not(Expr part) implements Expr {}

  record And(List<Expr> parts) implements Expr {
    public And {
      parts = List.copyOf(parts);
    }
  }

  record Or(List<Expr> parts) implements Expr {
    public Or {
      parts = List.copyOf(parts);
    }
  }

  record Compare(Comparison comparison, Expr left, Expr right) implements Expr {}

  record In(Expr value, List<Expr> choices) implements Expr {
    public In {
      choices = List.copyOf(choices);
    }
  }

  record Arithmetic(Operator operator, Expr left, Expr right) implements Expr {}

  record Call(ExprFunction function, List<Expr> arguments) implements Expr {
    public Call {
      arguments = List.copyOf(arguments);
    }
  }

  enum Comparison {
    EQUAL("="),
    NOT_EQUAL("!="),
    LESS("<"),
    AT_MOST("<="),
    MORE(">"),
    AT_LEAST(">=");

    private final String sign;

    Comparison(String sign) {
      this.sign = sign;
    }

    @Override
    public String toString() {
      return sign;
    }
  }

  enum Operator {
    PLUS("+"),
    MINUS("-"),
    TIMES("*"),
    DIVIDED("/"),
    REMAINDER("%");

    private final String sign;

    Operator(String sign) {
      this.sign = sign;
    }

    @Override
    public String toString() {
      return sign;
    }
  }
}
