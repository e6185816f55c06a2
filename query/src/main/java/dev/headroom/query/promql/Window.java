package dev.headroom.query.promql;

/**
 * Samples of one series in {@code (start, end]}, a view that slides along the series' arrays. Only
 * valid until the function it was given to returns.
 */
final class Window {
  private final double[][] parameters;
  private final long rangeMillis;
  private long[] times = {};
  private double[] values = {};
  private int from;
  private int to;
  private int step;
  private long endMillis;
  private long evaluationMillis;

  /**
   * @param parameters of the function, by argument and point of the grid
   */
  Window(long rangeMillis, double[][] parameters) {
    this.rangeMillis = rangeMillis;
    this.parameters = parameters;
  }

  void open(long[] seriesTimes, double[] seriesValues) {
    times = seriesTimes;
    values = seriesValues;
    from = 0;
    to = 0;
  }

  /** Moves on to a later end; says whether there are samples. */
  boolean slide(int gridStep, long end, long evaluation) {
    step = gridStep;
    endMillis = end;
    evaluationMillis = evaluation;
    while (to < times.length && times[to] <= end) {
      to++;
    }
    while (from < to && times[from] <= end - rangeMillis) {
      from++;
    }
    return from < to;
  }

  int size() {
    return to - from;
  }

  long time(int i) {
    return times[from + i];
  }

  double value(int i) {
    return values[from + i];
  }

  double firstValue() {
    return values[from];
  }

  double lastValue() {
    return values[to - 1];
  }

  long firstTime() {
    return times[from];
  }

  long lastTime() {
    return times[to - 1];
  }

  long startMillis() {
    return endMillis - rangeMillis;
  }

  long endMillis() {
    return endMillis;
  }

  double rangeSeconds() {
    return rangeMillis / 1000.0;
  }

  long evaluationMillis() {
    return evaluationMillis;
  }

  double parameter(int i) {
    return parameters[i][step];
  }

  /** A statistic of the values. */
  double of(Statistic statistic) {
    return statistic.of(values, from, to);
  }

  double quantile(double q) {
    return Statistics.quantile(q, values, from, to);
  }

  interface Statistic {
    double of(double[] values, int from, int to);
  }
}
