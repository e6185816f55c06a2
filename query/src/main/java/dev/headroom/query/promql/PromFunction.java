package dev.headroom.query.promql;

import java.util.List;

/**
 * A function of PromQL.
 *
 * @param arguments types; the last one holds for all that follow
 * @param maxArguments {@link #ANY_NUMBER} for as many as one likes
 */
public record PromFunction(
    String name,
    List<ExprType> arguments,
    int minArguments,
    int maxArguments,
    ExprType returns,
    FunctionBody body) {
  static final int ANY_NUMBER = Integer.MAX_VALUE;

  public PromFunction {
    arguments = List.copyOf(arguments);
  }

  ExprType argument(int i) {
    return arguments.get(Math.min(i, arguments.size() - 1));
  }
}
