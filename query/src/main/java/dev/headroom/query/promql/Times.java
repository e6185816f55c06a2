package dev.headroom.query.promql;

/** The times that a selector looks at for the points of a grid; they never go back. */
record Times(Timing timing, Bounds query) {
  long at(long evaluationMillis) {
    long time =
        switch (timing.at()) {
          case Timing.At.Evaluation _ -> evaluationMillis;
          case Timing.At.Fixed(long fixed) -> fixed;
          case Timing.At.Bound.START -> query.startMillis();
          case Timing.At.Bound.END -> query.endMillis();
        };
    return time - timing.offsetMillis();
  }

  long first(Grid grid) {
    return at(grid.startMillis());
  }

  long last(Grid grid) {
    return at(grid.time(grid.count() - 1));
  }
}
