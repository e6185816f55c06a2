package dev.headroom.query.promql;

import dev.headroom.storage.model.HeadroomException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What may stand where, with Prometheus's own messages, which people search for. */
final class TypeCheck {
  static Expr sign(SourceText source, Token sign, Expr inner) {
    if (inner.type() != ExprType.SCALAR && inner.type() != ExprType.VECTOR) {
      throw source.error(
          sign.start(),
          "unary expression only allowed on expressions of type scalar or instant vector, got \""
              + inner.type().label()
              + '"');
    }
    if (sign.is("+")) {
      return inner;
    }
    return inner instanceof Expr.Num(double value)
        ? new Expr.Num(-value)
        : new Expr.Negation(inner);
  }

  static Expr binary(SourceText source, int start, Expr.Binary binary) {
    String problem = problem(binary);
    if (problem != null) {
      throw source.error(start, problem);
    }
    return binary;
  }

  private static @Nullable String problem(Expr.Binary binary) {
    BinaryOperator operator = binary.operator();
    ExprType left = binary.left().type();
    ExprType right = binary.right().type();
    Matching matching = binary.matching();
    boolean bothVectors = left == ExprType.VECTOR && right == ExprType.VECTOR;
    if (!isNumeric(left) || !isNumeric(right)) {
      return "binary expression must contain only scalar and instant vector types";
    }
    if (binary.returnBool() && !operator.isComparison()) {
      return "bool modifier can only be used on comparison operators";
    }
    if (operator.isComparison() && !binary.returnBool() && binary.type() == ExprType.SCALAR) {
      return "comparisons between scalars must use BOOL modifier";
    }
    if (operator.isSet() && !bothVectors) {
      return "set operator \"" + operator.symbol() + "\" not allowed in binary scalar expression";
    }
    if (!bothVectors && !matching.equals(Matching.DEFAULT)) {
      return "vector matching only allowed between instant vectors";
    }
    if (operator.isSet() && matching.cardinality() != Matching.Cardinality.ONE_TO_ONE) {
      return "no grouping allowed for \"" + operator.symbol() + "\" operation";
    }
    for (String label : matching.include()) {
      if (matching.on() && matching.labels().contains(label)) {
        return "label "
            + StringText.quote(label)
            + " must not occur in ON and GROUP clause at once";
      }
    }
    return null;
  }

  private static boolean isNumeric(ExprType type) {
    return type == ExprType.SCALAR || type == ExprType.VECTOR;
  }

  static Expr call(SourceText source, Token name, Expr.Call call) {
    PromFunction function = call.function();
    int given = call.arguments().size();
    String expected = function.minArguments() == function.maxArguments() ? "" : "at least ";
    if (given < function.minArguments()) {
      throw count(source, name, expected, function.minArguments(), given);
    }
    if (given > function.maxArguments()) {
      expected = expected.isEmpty() ? "" : "at most ";
      throw count(source, name, expected, function.maxArguments(), given);
    }
    for (int i = 0; i < given; i++) {
      String where = "call to function \"" + function.name() + '"';
      require(source, name, function.argument(i), call.arguments().get(i), where);
    }
    return call;
  }

  private static HeadroomException count(
      SourceText source, Token name, String bound, int expected, int given) {
    return source.error(
        name.start(),
        "expected "
            + bound
            + expected
            + " argument(s) in call to \""
            + name.text()
            + "\", got "
            + given);
  }

  static Expr aggregate(
      SourceText source,
      Token name,
      AggregateOperator operator,
      List<Expr> arguments,
      List<String> labels,
      boolean without) {
    ExprType type = operator.parameter();
    int expected = type == null ? 1 : 2;
    if (arguments.isEmpty()) {
      throw source.error(name.start(), "no arguments for aggregate expression provided");
    }
    if (arguments.size() != expected) {
      throw source.error(
          name.start(),
          "wrong number of arguments for aggregate expression provided, expected "
              + expected
              + ", got "
              + arguments.size());
    }
    Expr inner = arguments.getLast();
    require(source, name, ExprType.VECTOR, inner, "aggregation expression");
    Expr parameter = null;
    if (type != null) {
      parameter = arguments.getFirst();
      require(source, name, type, parameter, "aggregation parameter");
    }
    return new Expr.Aggregate(operator, inner, parameter, labels, without);
  }

  private static void require(
      SourceText source, Token name, ExprType expected, Expr given, String where) {
    if (given.type() != expected) {
      throw source.error(
          name.start(),
          "expected type " + expected.label() + " in " + where + ", got " + given.type().label());
    }
  }

  static Expr range(SourceText source, Token open, Expr expr, long rangeMillis) {
    if (!(expr instanceof Expr.Selector selector)) {
      throw source.error(open.start(), "ranges only allowed for vector selectors");
    }
    if (!selector.timing().equals(Timing.NONE)) {
      throw source.error(
          open.start(), "no offset or @ modifiers allowed before range, put them behind it");
    }
    return new Expr.Range(selector, rangeMillis);
  }

  static Expr subquery(SourceText source, int start, Expr.Subquery subquery) {
    if (subquery.inner().type() != ExprType.VECTOR) {
      throw source.error(
          start,
          "subquery is only allowed on instant vector, got "
              + subquery.inner().type().label()
              + " instead");
    }
    return subquery;
  }

  /** The expression with {@code offset} or {@code @} put to it. */
  static Expr retimed(SourceText source, Token modifier, Expr expr, UnaryOperator<Timing> change) {
    return switch (expr) {
      case Expr.Selector s -> new Expr.Selector(s.metric(), s.matchers(), change.apply(s.timing()));
      case Expr.Range(Expr.Selector s, long range) ->
          new Expr.Range(
              new Expr.Selector(s.metric(), s.matchers(), change.apply(s.timing())), range);
      case Expr.Subquery(Expr inner, long range, long step, Timing timing) ->
          new Expr.Subquery(inner, range, step, change.apply(timing));
      case Expr.Num _,
          Expr.Text _,
          Expr.Paren _,
          Expr.Negation _,
          Expr.Binary _,
          Expr.Aggregate _,
          Expr.Call _ ->
          throw source.error(
              modifier.start(),
              (modifier.is("@") ? "@" : "offset")
                  + " modifier must be preceded by an instant vector selector or range vector"
                  + " selector or a subquery");
    };
  }

  private TypeCheck() {}
}
