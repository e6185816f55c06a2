package dev.headroom.query.promql;

import dev.headroom.storage.metrics.LabelMatcher;
import dev.headroom.storage.metrics.SeriesSamples;
import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.MemoryPermit;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One query being answered: what it reads from, its limits, and its warnings. One thread. */
final class Evaluation {
  /** Bytes of a row beside its values: objects, and its share of labels. */
  private static final int ROW_OVERHEAD_BYTES = 64;

  private final SampleSource source;
  private final Bounds query;
  private final long lookbackMillis;
  private final Deadline deadline;
  private final MemoryPermit memory;
  private final Set<String> warnings = new LinkedHashSet<>();
  private final Map<Fetch, List<SeriesSamples>> fetched = new HashMap<>();

  private record Fetch(List<LabelMatcher> matchers, long fromMillis, long toMillis) {}

  Evaluation(
      SampleSource source,
      Bounds query,
      long lookbackMillis,
      Deadline deadline,
      MemoryPermit memory) {
    this.source = source;
    this.query = query;
    this.lookbackMillis = lookbackMillis;
    this.deadline = deadline;
    this.memory = memory;
  }

  StepValue value(Expr expr, Grid grid) {
    deadline.check();
    if (grid.count() > 1 && StepInvariance.holds(expr)) {
      return repeated(evaluate(expr, grid.first()), grid);
    }
    return evaluate(expr, grid);
  }

  List<Row> rows(Expr expr, Grid grid) {
    if (value(expr, grid) instanceof StepValue.Rows(List<Row> rows)) {
      return rows;
    }
    throw new IllegalStateException("no vector: " + expr);
  }

  double[] numbers(Expr expr, Grid grid) {
    if (value(expr, grid) instanceof StepValue.Numbers(double[] values)) {
      return values;
    }
    throw new IllegalStateException("no scalar: " + expr);
  }

  static String text(Expr expr) {
    if (expr.unwrapped() instanceof Expr.Text(String value)) {
      return value;
    }
    throw new IllegalStateException("no string: " + expr);
  }

  private StepValue evaluate(Expr expr, Grid grid) {
    return switch (expr) {
      case Expr.Num(double value) -> constant(value, grid);
      case Expr.Text(String value) -> new StepValue.Text(value);
      case Expr.Paren(Expr inner) -> value(inner, grid);
      case Expr.Selector selector -> new StepValue.Rows(Lookback.lastValues(this, selector, grid));
      case Expr.Negation(Expr inner) -> Arithmetic.negate(value(inner, grid));
      case Expr.Binary binary -> Arithmetic.binary(this, binary, grid);
      case Expr.Aggregate aggregate -> Aggregation.of(this, aggregate, grid);
      case Expr.Call call -> Calls.of(this, call, grid);
      case Expr.Range _, Expr.Subquery _ ->
          throw new IllegalStateException("range vector outside of a function: " + expr);
    };
  }

  StepValue.Numbers constant(double value, Grid grid) {
    double[] values = array(grid);
    Arrays.fill(values, value);
    return new StepValue.Numbers(values);
  }

  private StepValue repeated(StepValue once, Grid grid) {
    return switch (once) {
      case StepValue.Text text -> text;
      case StepValue.Numbers(double[] values) -> constant(values[0], grid);
      case StepValue.Rows(List<Row> rows) ->
          new StepValue.Rows(
              rows.stream()
                  .map(row -> new Row(row.labels(), constant(row.values()[0], grid).values()))
                  .toList());
    };
  }

  /** The windows of a range selector or subquery, over its samples for the whole grid. */
  WindowSource windows(Expr expr, Grid grid) {
    return switch (expr.unwrapped()) {
      case Expr.Range(Expr.Selector selector, long range) -> {
        Times times = new Times(selector.timing(), query);
        long from = times.first(grid) - range + 1;
        List<SeriesSamples> series = fetch(selector.allMatchers(), from, times.last(grid));
        yield new WindowSource(SampleArrays.withoutStale(series), range, times);
      }
      case Expr.Subquery subquery -> Subqueries.windows(this, subquery, grid);
      case Expr.Num _,
          Expr.Text _,
          Expr.Paren _,
          Expr.Selector _,
          Expr.Negation _,
          Expr.Binary _,
          Expr.Aggregate _,
          Expr.Call _ ->
          throw new IllegalStateException("no range vector: " + expr);
    };
  }

  /** Samples of a closed range; read once, however often the query names them. */
  List<SeriesSamples> fetch(List<LabelMatcher> matchers, long fromMillis, long toMillis) {
    return fetched.computeIfAbsent(
        new Fetch(matchers, fromMillis, toMillis),
        f -> source.select(f.matchers(), fromMillis, toMillis, deadline, memory));
  }

  /** Values of a new row or scalar, for which there must be memory; all zero. */
  double[] array(Grid grid) {
    checkDeadline();
    memory.reserve(8L * grid.count() + ROW_OVERHEAD_BYTES);
    return new double[grid.count()];
  }

  /** Memory for a series with a sample at each point. */
  void reserveSamples(Grid grid) {
    memory.reserve(16L * grid.count() + ROW_OVERHEAD_BYTES);
  }

  /** Values of a new row, all absent. */
  double[] absentArray(Grid grid) {
    double[] values = array(grid);
    Arrays.fill(values, Row.ABSENT);
    return values;
  }

  void checkDeadline() {
    deadline.check();
  }

  Bounds query() {
    return query;
  }

  long lookbackMillis() {
    return lookbackMillis;
  }

  void warn(String warning) {
    warnings.add(warning);
  }

  List<String> warnings() {
    return List.copyOf(warnings);
  }

  /** An error that depends on what is stored. */
  static HeadroomException failed(String message) {
    return new HeadroomException(ErrorCategory.UNPROCESSABLE, message);
  }
}
