package dev.headroom.query.promql;

import static java.util.Objects.requireNonNull;

import dev.headroom.query.engine.QueryAdmission;
import dev.headroom.query.engine.QueryLimits;
import dev.headroom.storage.metrics.MetricStore;
import dev.headroom.storage.metrics.SeriesSamples;
import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.TenantId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Answers PromQL. Blocks, so call it from virtual threads; any number of them.
 *
 * <p>An answer is whole or an error: TIMEOUT past the deadline, OVERLOADED when its samples need
 * more memory than a query may hold. A selector that matches nothing gives an empty answer.
 */
public final class MetricEngine {
  /** Points of a range query, as in Prometheus. */
  public static final int MAX_POINTS = 11_000;

  /** Times are cut to this, 290,000 years around 1970, so that no sum of them overflows. */
  public static final long MAX_TIME_MILLIS = 9_200_000_000_000_000L;

  private final MetricStore store;
  private final QueryAdmission admission;

  public MetricEngine(MetricStore store, QueryAdmission admission) {
    this.store = store;
    this.admission = admission;
  }

  public QueryLimits limits() {
    return admission.limits();
  }

  /**
   * The value at one point in time.
   *
   * @throws HeadroomException INVALID for a query that cannot be read, UNPROCESSABLE for one that
   *     cannot be evaluated on what is stored, TIMEOUT, OVERLOADED
   */
  public PromAnswer instant(TenantId tenant, String query, long timeMillis) {
    var answer = new AtomicReference<PromAnswer>();
    instant(tenant, query, timeMillis, Options.DEFAULT, answer::set);
    return requireNonNull(answer.get());
  }

  /** The same, handed to a reader while the query still holds its turn and its memory. */
  public <X extends Exception> void instant(
      TenantId tenant, String query, long timeMillis, Options options, AnswerReader<X> reader)
      throws X {
    Expr expr = PromQlParser.parse(query);
    Grid grid = Grid.at(clamp(timeMillis));
    var bounds = new Bounds(grid.startMillis(), grid.startMillis());
    try (QueryAdmission.Turn turn = admission.enter()) {
      Evaluation evaluation = evaluation(tenant, bounds, turn, options);
      PromValue value = instantValue(evaluation, expr, grid);
      reader.read(new PromAnswer(value, evaluation.warnings()));
    }
  }

  static PromValue instantValue(Evaluation evaluation, Expr expr, Grid grid) {
    long time = grid.startMillis();
    if (expr.type() == ExprType.MATRIX) {
      List<SeriesSamples> series = evaluation.windows(expr, grid).samplesAt(grid);
      return new PromValue.Matrix(sorted(series));
    }
    return switch (evaluation.value(expr, grid)) {
      case StepValue.Numbers(double[] values) -> new PromValue.Scalar(time, values[0]);
      case StepValue.Text(String value) -> new PromValue.Text(time, value);
      case StepValue.Rows(List<Row> rows) -> {
        var elements = new ArrayList<PromValue.Element>(rows.size());
        for (Row row : rows) {
          if (row.has(0)) {
            elements.add(new PromValue.Element(row.labels(), row.values()[0]));
          }
        }
        yield new PromValue.Vector(time, elements);
      }
    };
  }

  /**
   * The values at start, start + step, … up to the end, as a matrix.
   *
   * @throws HeadroomException as {@link #instant}, and INVALID for more than 11,000 points
   */
  public PromAnswer range(
      TenantId tenant, String query, long startMillis, long endMillis, long stepMillis) {
    var answer = new AtomicReference<PromAnswer>();
    var range = new Range(startMillis, endMillis, stepMillis);
    range(tenant, query, range, Options.DEFAULT, answer::set);
    return requireNonNull(answer.get());
  }

  /** The same, handed to a reader while the query still holds its turn and its memory. */
  public <X extends Exception> void range(
      TenantId tenant, String query, Range range, Options options, AnswerReader<X> reader)
      throws X {
    Expr expr = PromQlParser.parse(query);
    if (expr.type() != ExprType.VECTOR && expr.type() != ExprType.SCALAR) {
      throw HeadroomException.invalid(
          "invalid expression type \""
              + expr.type().label()
              + "\" for range query, must be Scalar or instant Vector");
    }
    var bounds = new Bounds(clamp(range.startMillis()), clamp(range.endMillis()));
    Grid grid = grid(bounds, range.stepMillis());
    try (QueryAdmission.Turn turn = admission.enter()) {
      Evaluation evaluation = evaluation(tenant, bounds, turn, options);
      PromValue value = matrix(evaluation, expr, grid);
      reader.read(new PromAnswer(value, evaluation.warnings()));
    }
  }

  static Grid grid(Bounds bounds, long step) {
    long start = bounds.startMillis();
    long end = bounds.endMillis();
    if (step <= 0) {
      throw HeadroomException.invalid(
          "zero or negative query resolution step widths are not accepted. Try a positive integer");
    }
    if (end < start) {
      throw HeadroomException.invalid("end timestamp must not be before start time");
    }
    long steps = (end - start) / step;
    if (steps > MAX_POINTS) {
      throw HeadroomException.invalid(
          "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query"
              + " resolution (?step=XX)");
    }
    return new Grid(start, step, (int) steps + 1);
  }

  static PromValue matrix(Evaluation evaluation, Expr expr, Grid grid) {
    return new PromValue.Matrix(sorted(series(evaluation, expr, grid)));
  }

  private static List<SeriesSamples> series(Evaluation evaluation, Expr expr, Grid grid) {
    List<Row> rows =
        switch (evaluation.value(expr, grid)) {
          case StepValue.Numbers(double[] values) -> List.of(new Row(Labels.EMPTY, values));
          case StepValue.Rows(List<Row> some) -> some;
          case StepValue.Text _ -> throw new IllegalStateException("text in a range query");
        };
    return SampleArrays.of(evaluation, rows, grid);
  }

  private static List<SeriesSamples> sorted(List<SeriesSamples> series) {
    var sorted = new ArrayList<>(series);
    sorted.sort(Comparator.comparing(SeriesSamples::labels));
    return sorted;
  }

  private Evaluation evaluation(
      TenantId tenant, Bounds bounds, QueryAdmission.Turn turn, Options options) {
    Deadline own = turn.deadline();
    Deadline deadline =
        options
            .timeout()
            .filter(timeout -> timeout.toNanos() < own.remainingNanos())
            .map(Deadline::after)
            .orElse(own);
    SampleSource source =
        (matchers, from, to, due, memory) -> store.select(tenant, matchers, from, to, due, memory);
    return new Evaluation(source, bounds, options.lookbackMillis(), deadline, turn.memory());
  }

  private static long clamp(long timeMillis) {
    return Math.max(-MAX_TIME_MILLIS, Math.min(MAX_TIME_MILLIS, timeMillis));
  }

  /** Takes an answer; may fail in its own way. */
  public interface AnswerReader<X extends Exception> {
    void read(PromAnswer answer) throws X;
  }

  /** The points of a range query: start, start + step, … up to the end. */
  public record Range(long startMillis, long endMillis, long stepMillis) {}

  /**
   * What a caller may ask for beyond the query.
   *
   * @param timeout only ever shortens the deadline
   * @param lookbackMillis how old the last sample of a selector may be
   */
  public record Options(Optional<Duration> timeout, long lookbackMillis) {
    public static final long DEFAULT_LOOKBACK_MILLIS = 300_000;
    public static final Options DEFAULT = new Options(Optional.empty(), DEFAULT_LOOKBACK_MILLIS);
  }
}
