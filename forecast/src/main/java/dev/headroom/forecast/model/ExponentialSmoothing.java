package dev.headroom.forecast.model;

/**
 * Simple exponential smoothing, ETS(A,N,N) (Brown 1959): ℓ_t = ℓ_{t−1} + α·e_t, e_t = y_t −
 * ℓ_{t−1}. For a given α the error is linear in ℓ_0, e_t(ℓ_0) = e_t(0) − (1 − α)^{t−1}·ℓ_0, so the
 * ℓ_0 of the least Σe² is known at once and only α is searched (golden section, after a coarse
 * grid).
 *
 * @param level ℓ_n
 * @param squares Σe²
 */
record ExponentialSmoothing(double alpha, double firstLevel, double level, double squares) {
  private static final double MIN = 1e-4;
  private static final double GOLDEN = 0.6180339887498949;

  /**
   * @param y at least one value, none NaN
   */
  static ExponentialSmoothing fit(double[] y) {
    double best = 0.5;
    double least = Double.POSITIVE_INFINITY;
    for (double alpha = 0.05; alpha < 1; alpha += 0.1) {
      double squares = with(y, alpha).squares;
      if (squares < least) {
        least = squares;
        best = alpha;
      }
    }
    double low = Math.max(MIN, best - 0.1);
    double high = Math.min(1 - MIN, best + 0.1);
    while (high - low > 1e-5) {
      double left = high - GOLDEN * (high - low);
      double right = low + GOLDEN * (high - low);
      if (with(y, left).squares <= with(y, right).squares) {
        high = right;
      } else {
        low = left;
      }
    }
    return with(y, (low + high) / 2);
  }

  /** With this α and its best ℓ_0. */
  static ExponentialSmoothing with(double[] y, double alpha) {
    double level = 0;
    double weight = 1;
    double cross = 0;
    double weights = 0;
    for (double value : y) {
      double e = value - level;
      cross += weight * e;
      weights += weight * weight;
      level += alpha * e;
      weight *= 1 - alpha;
    }
    return with(y, alpha, cross / weights);
  }

  static ExponentialSmoothing with(double[] y, double alpha, double firstLevel) {
    double level = firstLevel;
    double squares = 0;
    for (double value : y) {
      double e = value - level;
      squares += e * e;
      level += alpha * e;
    }
    return new ExponentialSmoothing(alpha, firstLevel, level, squares);
  }
}
