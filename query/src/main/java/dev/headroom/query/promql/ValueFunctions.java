package dev.headroom.query.promql;

/** Functions of one number that Java lacks or defines otherwise. */
final class ValueFunctions {
  private static final double LN_2 = Math.log(2);

  /** Exact for powers of two. */
  static double log2(double x) {
    if (!(x > 0) || Double.isInfinite(x)) {
      return Math.log(x);
    }
    if (x < Double.MIN_NORMAL) {
      return log2(x * 0x1p54) - 54;
    }
    int exponent = Math.getExponent(x);
    return exponent + Math.log(Math.scalb(x, -exponent)) / LN_2;
  }

  static double asinh(double x) {
    if (x == 0 || Double.isInfinite(x)) {
      return x;
    }
    double size = Math.abs(x);
    double result =
        size > 1e8
            ? Math.log(size) + LN_2
            : Math.log1p(size + size * size / (1 + Math.sqrt(1 + size * size)));
    return Math.copySign(result, x);
  }

  static double acosh(double x) {
    return x > 1e8 ? Math.log(x) + LN_2 : Math.log1p(x - 1 + Math.sqrt((x - 1) * (x + 1)));
  }

  static double atanh(double x) {
    return 0.5 * Math.log1p(2 * x / (1 - x));
  }

  /** Halves go up: 2.5 → 3, −2.5 → −2. */
  static double round(double value, double nearest) {
    double inverse = 1 / nearest;
    return Math.floor(value * inverse + 0.5) / inverse;
  }

  static double sign(double value) {
    return value < 0 ? -1 : value > 0 ? 1 : value;
  }

  /** Nothing when the bounds cross. */
  static double clamp(double value, double min, double max) {
    return max < min ? Row.ABSENT : Math.max(min, Math.min(max, value));
  }

  private ValueFunctions() {}
}
