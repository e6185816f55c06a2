package dev.headroom.forecast.backtest;

import dev.headroom.forecast.model.Quantiles;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.math3.util.FastMath;

/**
 * Prediction intervals from errors of the past (split conformal: Vovk, Gammerman and Shafer 2005;
 * for many steps ahead, where errors overlap and coverage is only about right: Wang and Hyndman
 * 2024). Errors are divided by a scale that depends on the lead, and the quantiles of all of them
 * together are multiplied by it again: asymmetric, nested by construction, and never narrower at a
 * longer lead.
 *
 * <p>The scale is the mean |e| of leads 1, 2, 3–4, 5–8, …, drawn towards a power law of the lead
 * the fewer independent origins there are, made rising by pooling neighbours (Ayer et al. 1955),
 * straight in log-log between them, and grows with √h beyond the last lead tried.
 *
 * @param scale by lead, from lead 1
 * @param scores errors over scale, ascending
 * @param growth exponent of the power law
 * @param stretch makes up for how few independent origins there are
 */
record Conformal(double[] scale, double[] scores, double growth, double stretch) {
  /** How many independent origins weigh as much as the power law. */
  private static final double PRIOR_ORIGINS = 3;

  /** Below this share of the largest scale a bucket counts as exact. */
  private static final double TINY = 1e-6;

  /** Width added for one over the number of independent spans. */
  private static final double FEW_ORIGINS = 0.8;

  /**
   * @param errors {@code [origin][lead]}, NaN where unknown; at least one origin
   * @param leads the longest lead tried
   * @param span steps behind the first origin
   */
  static Conformal of(double[][] errors, int leads, int span, int horizon) {
    double[] scale = scale(errors, leads, span, horizon);
    double growth =
        scale[0] > 0 && leads > 1
            ? FastMath.log(scale[leads - 1] / scale[0]) / FastMath.log(leads)
            : 0;
    double[] scores =
        Arrays.stream(errors)
            .flatMapToDouble(
                row ->
                    IntStream.range(0, row.length)
                        .mapToDouble(h -> scale[h] == 0 ? 0 : row[h] / scale[h]))
            .filter(score -> !Double.isNaN(score))
            .sorted()
            .toArray();
    double independent = Math.max(1, (double) span / leads);
    return new Conformal(scale, scores, growth, 1 + FEW_ORIGINS / independent);
  }

  /** What is added to the forecast at lead {@code h} + 1 for the quantile; 0 at 0.5. */
  double offset(int h, double probability) {
    return scale[h] * score(probability);
  }

  /** Upper quantiles are not below the forecast and lower ones not above it. */
  double score(double probability) {
    if (scores.length == 0) {
      return 0;
    }
    double score = Quantiles.ofSorted(scores, probability) * stretch;
    return probability < 0.5 ? Math.min(0, score) : probability > 0.5 ? Math.max(0, score) : 0;
  }

  private static double[] scale(double[][] errors, int leads, int span, int horizon) {
    int buckets = bucket(leads) + 1;
    double[] sums = new double[buckets];
    double[] counts = new double[buckets];
    for (double[] row : errors) {
      for (int h = 0; h < row.length; h++) {
        if (!Double.isNaN(row[h])) {
          sums[bucket(h + 1)] += Math.abs(row[h]);
          counts[bucket(h + 1)]++;
        }
      }
    }
    double[] means = new double[buckets];
    double largest = 0;
    for (int b = 0; b < buckets; b++) {
      means[b] = counts[b] == 0 ? 0 : sums[b] / counts[b];
      largest = Math.max(largest, means[b]);
    }
    double[] scale = new double[horizon];
    if (largest == 0) {
      return scale;
    }
    double[] weights = new double[buckets];
    double[] logs = new double[buckets];
    double[] places = new double[buckets];
    for (int b = 0; b < buckets; b++) {
      places[b] = FastMath.log(middle(b, leads));
      weights[b] = counts[b] == 0 ? 0 : Math.min(errors.length, span / middle(b, leads));
      logs[b] = FastMath.log(Math.max(means[b], TINY * largest));
    }
    double[] smooth = rising(towardsLaw(places, logs, weights), weights);
    for (int h = 0; h < horizon; h++) {
      int lead = Math.min(h + 1, leads);
      double log = between(places, smooth, FastMath.log(lead));
      scale[h] = FastMath.exp(log) * (h + 1 > leads ? Math.sqrt((h + 1.0) / leads) : 1);
    }
    return scale;
  }

  /** 0 for lead 1, 1 for 2, 2 for 3–4, 3 for 5–8 … */
  private static int bucket(int lead) {
    return lead == 1 ? 0 : 32 - Integer.numberOfLeadingZeros(lead - 1);
  }

  private static double middle(int bucket, int leads) {
    int from = bucket == 0 ? 1 : (1 << (bucket - 1)) + 1;
    return (from + Math.min(1 << bucket, leads)) / 2.0;
  }

  /** Weighted least-squares line of log scale over log lead, slope 0 to 1; each log moves to it. */
  private static double[] towardsLaw(double[] x, double[] y, double[] weights) {
    double sum = 0;
    double meanX = 0;
    double meanY = 0;
    for (int i = 0; i < x.length; i++) {
      sum += weights[i];
      meanX += weights[i] * x[i];
      meanY += weights[i] * y[i];
    }
    meanX /= sum;
    meanY /= sum;
    double covariance = 0;
    double variance = 0;
    for (int i = 0; i < x.length; i++) {
      covariance += weights[i] * (x[i] - meanX) * (y[i] - meanY);
      variance += weights[i] * (x[i] - meanX) * (x[i] - meanX);
    }
    double slope = variance == 0 ? 0.5 : Math.clamp(covariance / variance, 0, 1);
    double[] drawn = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      double law = meanY + slope * (x[i] - meanX);
      drawn[i] = (weights[i] * y[i] + PRIOR_ORIGINS * law) / (weights[i] + PRIOR_ORIGINS);
    }
    return drawn;
  }

  /** Pool adjacent violators. */
  private static double[] rising(double[] values, double[] weights) {
    int n = values.length;
    double[] level = new double[n];
    double[] weight = new double[n];
    int[] size = new int[n];
    int blocks = 0;
    for (int i = 0; i < n; i++) {
      level[blocks] = values[i];
      weight[blocks] = Math.max(weights[i], 1e-3);
      size[blocks++] = 1;
      while (blocks > 1 && level[blocks - 2] > level[blocks - 1]) {
        double sum = weight[blocks - 2] + weight[blocks - 1];
        level[blocks - 2] =
            (level[blocks - 2] * weight[blocks - 2] + level[blocks - 1] * weight[blocks - 1]) / sum;
        weight[blocks - 2] = sum;
        size[blocks - 2] += size[blocks - 1];
        blocks--;
      }
    }
    double[] rising = new double[n];
    int at = 0;
    for (int b = 0; b < blocks; b++) {
      for (int i = 0; i < size[b]; i++) {
        rising[at++] = level[b];
      }
    }
    return rising;
  }

  private static double between(double[] x, double[] y, double at) {
    int i = 1;
    while (i < x.length && x[i] < at) {
      i++;
    }
    if (i == x.length || at <= x[0]) {
      return y[at <= x[0] ? 0 : x.length - 1];
    }
    double share = (at - x[i - 1]) / (x[i] - x[i - 1]);
    return y[i - 1] + share * (y[i] - y[i - 1]);
  }
}
