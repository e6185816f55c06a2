package dev.headroom.query.promql;

/**
 * The points in time an expression is evaluated for: {@code count} of them from {@code startMillis}
 * on.
 */
record Grid(long startMillis, long stepMillis, int count) {
  static Grid at(long millis) {
    return new Grid(millis, 1, 1);
  }

  long time(int i) {
    return startMillis + i * stepMillis;
  }

  Grid first() {
    return at(startMillis);
  }
}
