package dev.headroom.query.lang;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/** What expressions are made of. */
public final class ExprTree {
  private record Placed(Expr expr, int height) {}

  /** The parts right inside an expression. */
  public static Stream<Expr> parts(Expr expr) {
    return switch (expr) {
      case Expr.Literal _, Expr.Missing _, Expr.Regex _, Expr.Field _ -> Stream.empty();
      case Expr.Not not -> Stream.of(not.part());
      case Expr.And and -> and.parts().stream();
      case Expr.Or or -> or.parts().stream();
      case Expr.Compare compare -> Stream.of(compare.left(), compare.right());
      case Expr.In in -> Stream.concat(Stream.of(in.value()), in.choices().stream());
      case Expr.Arithmetic sum -> Stream.of(sum.left(), sum.right());
      case Expr.Call call -> call.arguments().stream();
    };
  }

  /** The fields that an expression reads. */
  public static List<String> fields(Expr expr) {
    return expr instanceof Expr.Field field
        ? List.of(field.name())
        : parts(expr).flatMap(part -> fields(part).stream()).distinct().toList();
  }

  /** How many parts stand inside one another at most; without recursion. */
  static int height(Expr expr) {
    int most = 0;
    Deque<Placed> left = new ArrayDeque<>();
    left.push(new Placed(expr, 1));
    while (!left.isEmpty()) {
      Placed placed = left.pop();
      most = Math.max(most, placed.height());
      parts(placed.expr()).forEach(part -> left.push(new Placed(part, placed.height() + 1)));
    }
    return most;
  }

  private ExprTree() {}
}
