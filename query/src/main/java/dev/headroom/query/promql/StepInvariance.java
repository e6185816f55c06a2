package dev.headroom.query.promql;

import java.util.Set;

/** Expressions that {@code @} makes the same at every step, so that they are computed once. */
final class StepInvariance {
  /** Functions that look at the time of evaluation themselves. */
  private static final Set<String> USE_TIME = Set.of("time", "timestamp", "predict_linear");

  static boolean holds(Expr expr) {
    return switch (expr) {
      case Expr.Num _, Expr.Text _ -> false; // nothing to gain
      case Expr.Selector _,
          Expr.Range _,
          Expr.Subquery _,
          Expr.Paren _,
          Expr.Negation _,
          Expr.Binary _,
          Expr.Aggregate _,
          Expr.Call _ ->
          isInvariant(expr);
    };
  }

  private static boolean isInvariant(Expr expr) {
    return switch (expr) {
      case Expr.Num _, Expr.Text _ -> true;
      case Expr.Selector selector -> selector.timing().isFixed();
      case Expr.Range(Expr.Selector selector, long _) -> selector.timing().isFixed();
      case Expr.Subquery subquery -> subquery.timing().isFixed();
      case Expr.Paren(Expr inner) -> isInvariant(inner);
      case Expr.Negation(Expr inner) -> isInvariant(inner);
      case Expr.Binary binary -> isInvariant(binary.left()) && isInvariant(binary.right());
      case Expr.Aggregate aggregate -> {
        Expr parameter = aggregate.parameter();
        yield isInvariant(aggregate.inner()) && (parameter == null || isInvariant(parameter));
      }
      case Expr.Call call ->
          !USE_TIME.contains(call.function().name())
              && !call.arguments().isEmpty()
              && call.arguments().stream().allMatch(StepInvariance::isInvariant);
    };
  }

  private StepInvariance() {}
}
