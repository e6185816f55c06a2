package dev.headroom.query.promql;

import dev.headroom.storage.metrics.LabelMatcher;
import dev.headroom.storage.model.Labels;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A PromQL expression as {@link PromQlParser} reads it: well-typed, with parentheses kept. Its text
 * form, one line as Prometheus writes it with the conditions of selectors in order of their names,
 * reads back as the same expression.
 */
public sealed interface Expr {
  ExprType type();

  /** A literal; a duration such as {@code 5m} stands for its seconds. */
  record Num(double value) implements Expr {
    @Override
    public ExprType type() {
      return ExprType.SCALAR;
    }

    @Override
    public String toString() {
      return ExprPrinter.line(this);
    }
  }

  record Text(String value) implements Expr {
    @Override
    public ExprType type() {
      return ExprType.STRING;
    }

    @Override
    public String toString() {
      return ExprPrinter.line(this);
    }
  }

  record Paren(Expr inner) implements Expr {
    @Override
    public ExprType type() {
      return inner.type();
    }

    @Override
    public String toString() {
      return ExprPrinter.line(this);
    }
  }

  /**
   * The last sample of each series that matches.
   *
   * @param metric the name in front of the braces or alone inside them; may be empty
   * @param matchers conditions inside the braces
   */
  record Selector(String metric, List<LabelMatcher> matchers, Timing timing) implements Expr {
    public Selector {
      matchers = List.copyOf(matchers);
    }

    /** Every condition, that on the name included. */
    public List<LabelMatcher> allMatchers() {
      if (metric.isEmpty()) {
        return matchers;
      }
      var all = new ArrayList<>(matchers);
      all.add(LabelMatcher.equal(Labels.METRIC_NAME, metric));
      return all;
    }

    @Override
    public ExprType type() {
      return ExprType.VECTOR;
    }

    @Override
    public String toString() {
      return ExprPrinter.line(this);
    }
  }

  /** The samples of a window before each point in time: {@code up[5m]}. */
  record Range(Selector selector, long rangeMillis) implements Expr {
    @Override
    public ExprType type() {
      return ExprType.MATRIX;
    }

    @Override
    public String toString() {
      return ExprPrinter.line(this);
    }
  }

  /**
   * An expression evaluated every step of a window: {@code rate(a[5m])[1h:1m]}.
   *
   * @param stepMillis 0 for the default step
   */
  record Subquery(Expr inner, long rangeMillis, long stepMillis, Timing timing) implements Expr {
    @Override
    public ExprType type() {
      return ExprType.MATRIX;
    }

    @Override
    public String toString() {
      return ExprPrinter.line(this);
    }
  }

  /** Minus in front of something that is no literal. */
  record Negation(Expr inner) implements Expr {
    @Override
    public ExprType type() {
      return inner.type();
    }

    @Override
    public String toString() {
      return ExprPrinter.line(this);
    }
  }

  /**
   * Two operands.
   *
   * @param returnBool whether a comparison gives 0 or 1 instead of leaving elements out
   * @param matching how elements find one another; only used between two vectors
   */
  record Binary(
      BinaryOperator operator, Expr left, Expr right, boolean returnBool, Matching matching)
      implements Expr {
    @Override
    public ExprType type() {
      boolean scalars = left.type() == ExprType.SCALAR && right.type() == ExprType.SCALAR;
      return scalars ? ExprType.SCALAR : ExprType.VECTOR;
    }

    @Override
    public String toString() {
      return ExprPrinter.line(this);
    }
  }

  /**
   * An aggregation over labels.
   *
   * @param parameter of {@code topk}, {@code bottomk}, {@code quantile}, {@code count_values}
   * @param without whether the labels are those to leave out
   */
  record Aggregate(
      AggregateOperator operator,
      Expr inner,
      @Nullable Expr parameter,
      List<String> labels,
      boolean without)
      implements Expr {
    public Aggregate {
      labels = List.copyOf(labels);
    }

    @Override
    public ExprType type() {
      return ExprType.VECTOR;
    }

    @Override
    public String toString() {
      return ExprPrinter.line(this);
    }
  }

  record Call(PromFunction function, List<Expr> arguments) implements Expr {
    public Call {
      arguments = List.copyOf(arguments);
    }

    @Override
    public ExprType type() {
      return function.returns();
    }

    @Override
    public String toString() {
      return ExprPrinter.line(this);
    }
  }

  /** The expression inside any parentheses around this one. */
  default Expr unwrapped() {
    Expr expr = this;
    while (expr instanceof Paren(Expr inner)) {
      expr = inner;
    }
    return expr;
  }
}
