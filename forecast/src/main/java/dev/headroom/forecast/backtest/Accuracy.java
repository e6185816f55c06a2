package dev.headroom.forecast.backtest;

import dev.headroom.forecast.model.Forecast;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** How well the chosen method did on the past. */
final class Accuracy {
  /**
   * MASE over all origins and leads. The coverage of each origin is that of intervals made of the
   * other origins only.
   */
  static Forecast.Accuracy of(double[][] errors, Conformal conformal, Preparation prepared) {
    int[] periods = prepared.history().shape().periods();
    int m = periods.length == 0 ? 1 : periods[0];
    double scale = Scores.naiveError(prepared.actual(), m);
    double mase = Scores.meanAbsolute(errors) / scale;
    Scored[] scored = scored(errors, conformal);
    return new Forecast.Accuracy(
        Double.isFinite(mase) ? mase : Double.NaN,
        coverage(scored, errors.length, conformal.stretch(), 0.1),
        coverage(scored, errors.length, conformal.stretch(), 0.025),
        errors.length);
  }

  private record Scored(int origin, double score) {}

  private static Scored[] scored(double[][] errors, Conformal conformal) {
    return IntStream.range(0, errors.length)
        .boxed()
        .flatMap(
            o ->
                IntStream.range(0, errors[o].length)
                    .filter(h -> !Double.isNaN(errors[o][h]))
                    .mapToObj(
                        h ->
                            new Scored(
                                o,
                                conformal.scale()[h] == 0
                                    ? 0
                                    : errors[o][h] / conformal.scale()[h])))
        .sorted(Comparator.comparingDouble(Scored::score))
        .toArray(Scored[]::new);
  }

  private static double coverage(Scored[] scored, int origins, double stretch, double tail) {
    if (origins < 2) {
      return Double.NaN;
    }
    int inside = 0;
    int[] sizes = new int[origins];
    Arrays.stream(scored).forEach(one -> sizes[one.origin]++);
    for (int o = 0; o < origins; o++) {
      int others = scored.length - sizes[o];
      if (others == 0) {
        return Double.NaN;
      }
      int rankLow = (int) Math.rint(tail * (others - 1));
      double low = Math.min(0, stretch * other(scored, o, rankLow));
      double high = Math.max(0, stretch * other(scored, o, others - 1 - rankLow));
      for (Scored one : scored) {
        inside += one.origin == o && one.score >= low && one.score <= high ? 1 : 0;
      }
    }
    return scored.length == 0 ? Double.NaN : (double) inside / scored.length;
  }

  /** The score of a rank, from 0, among those of all origins but one. */
  private static double other(Scored[] scored, int without, int rank) {
    int seen = 0;
    for (Scored one : scored) {
      if (one.origin != without && seen++ == rank) {
        return one.score;
      }
    }
    throw new IllegalArgumentException("rank " + rank + " of " + seen);
  }

  private Accuracy() {}
}
