package dev.headroom.query.promql;

import dev.headroom.query.engine.QueryAdmission;
import dev.headroom.storage.model.HeadroomException;

/**
 * Evaluates expressions that another language has read, over samples of its own: a selector gives
 * what is at a point exactly, nothing older.
 */
public final class Calculation {
  private static final long LOOKBACK_MILLIS = 1;

  private final SampleSource source;
  private final QueryAdmission.Turn turn;

  public Calculation(SampleSource source, QueryAdmission.Turn turn) {
    this.source = source;
    this.turn = turn;
  }

  /**
   * The value at one point in time.
   *
   * @throws HeadroomException UNPROCESSABLE, TIMEOUT, OVERLOADED
   */
  public PromAnswer at(Expr expr, long timeMillis) {
    Grid grid = Grid.at(timeMillis);
    Evaluation evaluation = evaluation(new Bounds(timeMillis, timeMillis));
    PromValue value = MetricEngine.instantValue(evaluation, expr, grid);
    return new PromAnswer(value, evaluation.warnings());
  }

  /**
   * The values at start, start + step, … up to the end, as a matrix.
   *
   * @throws HeadroomException as {@link #at}, and INVALID for more than 11,000 points
   */
  public PromAnswer over(Expr expr, MetricEngine.Range range) {
    var bounds = new Bounds(range.startMillis(), range.endMillis());
    Grid grid = MetricEngine.grid(bounds, range.stepMillis());
    Evaluation evaluation = evaluation(bounds);
    return new PromAnswer(MetricEngine.matrix(evaluation, expr, grid), evaluation.warnings());
  }

  /**
   * How many points a range has.
   *
   * @throws HeadroomException INVALID when they are too many, or the range runs backwards
   */
  public static int points(MetricEngine.Range range) {
    var bounds = new Bounds(range.startMillis(), range.endMillis());
    return MetricEngine.grid(bounds, range.stepMillis()).count();
  }

  private Evaluation evaluation(Bounds bounds) {
    return new Evaluation(source, bounds, LOOKBACK_MILLIS, turn.deadline(), turn.memory());
  }
}
