package dev.headroom.query.promql;

/** How a function is computed. */
sealed interface FunctionBody {
  /** One value from the samples of a window; the other arguments are its parameters. */
  record OverWindow(WindowFunction function, boolean keepsName) implements FunctionBody {}

  /** One value from each element of a vector; the other arguments are its parameters. */
  record OverValue(ValueFunction function) implements FunctionBody {}

  /** From the whole call. */
  record Whole(WholeFunction function) implements FunctionBody {}

  interface WindowFunction {
    /** Never called for an empty window; may answer {@link Row#ABSENT}. */
    double of(Window window);
  }

  interface ValueFunction {
    /** May answer {@link Row#ABSENT}. */
    double of(double value, double[] parameters);
  }

  interface WholeFunction {
    StepValue of(Evaluation evaluation, Expr.Call call, Grid grid);
  }
}
