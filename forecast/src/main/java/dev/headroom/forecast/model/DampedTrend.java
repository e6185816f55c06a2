package dev.headroom.forecast.model;

import org.apache.commons.math3.exception.TooManyEvaluationsException;
import org.apache.commons.math3.optim.InitialGuess;
import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.SimpleValueChecker;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.nonlinear.scalar.ObjectiveFunction;
import org.apache.commons.math3.optim.nonlinear.scalar.noderiv.NelderMeadSimplex;
import org.apache.commons.math3.optim.nonlinear.scalar.noderiv.SimplexOptimizer;
import org.jspecify.annotations.Nullable;

/**
 * Holt's method with a damped trend, ETS(A,Ad,N) on the seasonally adjusted values (Gardner and
 * McKenzie 1985, <i>Forecasting trends in time series</i>; state space form of Hyndman, Koehler,
 * Ord and Snyder 2008, table 2.2):
 *
 * <pre>
 *   e_t = y_t − (ℓ_{t−1} + φ·b_{t−1})
 *   ℓ_t = ℓ_{t−1} + φ·b_{t−1} + α·e_t
 *   b_t = φ·b_{t−1} + β·e_t
 *   ŷ(h) = ℓ_n + (φ + φ² + … + φ^h)·b_n
 * </pre>
 *
 * α, β, φ and the first state are those with the least Σe² (which is the most likely of a normal
 * distribution), found by Nelder and Mead's simplex (1965) with 0 &lt; β &lt; α &lt; 1 and 0.8 ≤ φ
 * ≤ 0.98. An unknown value changes no state. Only the last {@value #MOST_POINTS} values are read.
 */
public record DampedTrend() implements Forecaster {
  private static final int MOST_POINTS = 400;
  private static final int MOST_EVALUATIONS = 600;
  private static final double MIN_SMOOTHING = 1e-4;
  private static final double MIN_PHI = 0.8;
  private static final double MAX_PHI = 0.98;

  @Override
  public String name() {
    return "damped trend";
  }

  @Override
  public Fitted fit(History history) {
    double[] y = history.recentAdjusted(MOST_POINTS);
    double[] first = firstState(y);
    if (y.length < 4) {
      return Fitted.run(history, y, new double[] {0.5, 0.1, 0.9, y[0], 0});
    }
    return Fitted.run(history, y, optimum(y, first));
  }

  /** Level and slope before the first value: the straight line through the first ten. */
  private static double[] firstState(double[] y) {
    int n = Math.min(10, y.length);
    double mean = 0;
    for (int t = 0; t < n; t++) {
      mean += y[t] / n;
    }
    double covariance = 0;
    double variance = 0;
    for (int t = 0; t < n; t++) {
      double x = t - (n - 1) / 2.0;
      covariance += x * (y[t] - mean);
      variance += x * x;
    }
    double slope = variance == 0 ? 0 : covariance / variance;
    return new double[] {mean - slope * (n + 1) / 2.0, slope};
  }

  private static double[] optimum(double[] y, double[] first) {
    Objective objective = new Objective(y);
    double scale = Math.max(deviation(y), 1e-12);
    double[] start = {0.3, 0.05, 0.92, first[0], first[1]};
    NelderMeadSimplex simplex =
        new NelderMeadSimplex(new double[] {0.3, 0.03, 0.04, 0.3 * scale, 0.05 * scale});
    try {
      new SimplexOptimizer(new SimpleValueChecker(1e-7, 1e-300))
          .optimize(
              new MaxEval(MOST_EVALUATIONS),
              new ObjectiveFunction(objective::at),
              GoalType.MINIMIZE,
              new InitialGuess(start),
              simplex);
    } catch (TooManyEvaluationsException _) {
      // the best point seen so far is good enough: it is judged on the past like any other
    }
    double[] best = objective.best;
    return best == null ? start : best;
  }

  private static double deviation(double[] y) {
    double sum = 0;
    for (int t = 1; t < y.length; t++) {
      sum += Math.abs(y[t] - y[t - 1]);
    }
    return sum / (y.length - 1);
  }

  /** Σe² of {α, β, φ, ℓ_0, b_0}, infinite outside the bounds; keeps the best it was asked. */
  private static final class Objective {
    private final double[] y;
    private double least = Double.POSITIVE_INFINITY;
    private double @Nullable [] best;

    Objective(double[] y) {
      this.y = y;
    }

    double at(double[] parameters) {
      double alpha = parameters[0];
      double beta = parameters[1];
      double phi = parameters[2];
      if (alpha < MIN_SMOOTHING
          || alpha > 1 - MIN_SMOOTHING
          || beta < MIN_SMOOTHING
          || beta > alpha
          || phi < MIN_PHI
          || phi > MAX_PHI) {
        return Double.POSITIVE_INFINITY;
      }
      double level = parameters[3];
      double slope = parameters[4];
      double squares = 0;
      for (double value : y) {
        double expected = level + phi * slope;
        double e = value - expected;
        level = expected + alpha * e;
        slope = phi * slope + beta * e;
        squares += e * e;
      }
      if (squares < least) {
        least = squares;
        best = parameters.clone();
      }
      return squares;
    }
  }

  /**
   * @param level ℓ_n
   * @param slope b_n
   * @param variance mean of e², divided by n
   */
  public record Fitted(
      History history,
      double alpha,
      double beta,
      double phi,
      double level,
      double slope,
      double variance)
      implements FittedModel {
    static Fitted run(History history, double[] y, double[] parameters) {
      double alpha = parameters[0];
      double beta = parameters[1];
      double phi = parameters[2];
      double level = parameters[3];
      double slope = parameters[4];
      double squares = 0;
      for (double value : y) {
        double expected = level + phi * slope;
        double e = value - expected;
        level = expected + alpha * e;
        slope = phi * slope + beta * e;
        squares += e * e;
      }
      return new Fitted(history, alpha, beta, phi, level, slope, squares / y.length);
    }

    @Override
    public double[] forecast(int horizon) {
      double[] forecast = new double[horizon];
      double damping = 1;
      double rise = 0;
      for (int h = 0; h < horizon; h++) {
        damping *= phi;
        rise += slope * damping;
        forecast[h] = level + rise;
      }
      return history.withShape(forecast);
    }
  }
}
