package dev.headroom.forecast.series;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * Samples at any times → one value a step. Steps are half-open, [start, start + step), and begin at
 * multiples of the step since the epoch (UTC midnight for days) plus an offset. Stale markers,
 * other NaNs and infinities are no samples. A step without samples is a gap (NaN).
 */
public final class Resampler {
  /**
   * 70 years of hours; more than any model reads. Past it the caller is told to take a longer step.
   */
  public static final int MAX_STEPS = 620_000;

  /** As below, with steps aligned to the epoch. */
  public static Resampled resample(
      long[] timesMillis, double[] values, Basis basis, long stepMillis, long untilMillis) {
    return resample(timesMillis, values, basis, stepMillis, 0, untilMillis);
  }

  /**
   * @param timesMillis ascending
   * @param offsetMillis where steps begin after a multiple of the step: minus the zone's offset for
   *     days of another zone
   * @param untilMillis up to when samples could have come: the step that holds it is not over and
   *     is left out
   * @throws IllegalArgumentException when the samples span more than {@link #MAX_STEPS} steps
   */
  public static Resampled resample(
      long[] timesMillis,
      double[] values,
      Basis basis,
      long stepMillis,
      long offsetMillis,
      long untilMillis) {
    int first = nextSample(values, 0);
    if (first == values.length) {
      RegularSeries empty = new RegularSeries(0, stepMillis, new double[0]);
      return new Resampled(empty, 0, 0, 0, List.of("no samples"));
    }
    int last = values.length - 1;
    while (!Double.isFinite(values[last])) {
      last--;
    }
    long firstStep = Math.floorDiv(timesMillis[first] - offsetMillis, stepMillis);
    long lastStep = Math.floorDiv(timesMillis[last] - offsetMillis, stepMillis);
    if (lastStep - firstStep >= MAX_STEPS) {
      throw new IllegalArgumentException(
          (lastStep - firstStep + 1)
              + " steps of "
              + stepMillis
              + " ms; at most "
              + MAX_STEPS
              + ", take a longer step");
    }
    long openStep = Math.floorDiv(untilMillis - offsetMillis, stepMillis);
    long complete = Math.min(lastStep, openStep - 1) - firstStep + 1;
    double[] steps = new double[(int) Math.max(0, complete)];
    Arrays.fill(steps, Double.NaN);
    long counted = 0;
    int from = first;
    while (from <= last) {
      long step = Math.floorDiv(timesMillis[from] - offsetMillis, stepMillis);
      long end = (step + 1) * stepMillis + offsetMillis;
      int to = from;
      while (to <= last && timesMillis[to] < end) {
        to++;
      }
      double[] inside = finite(values, from, to);
      counted += inside.length;
      if (inside.length > 0 && step - firstStep < steps.length) {
        steps[(int) (step - firstStep)] = of(inside, basis);
      }
      from = to;
    }
    List<String> notes =
        lastStep >= openStep
            ? List.of(
                "the step from "
                    + Instant.ofEpochMilli(openStep * stepMillis + offsetMillis)
                    + " is not over and was left out")
            : List.of();
    RegularSeries series =
        new RegularSeries(firstStep * stepMillis + offsetMillis, stepMillis, steps);
    return new Resampled(series, timesMillis[first], timesMillis[last], counted, notes);
  }

  private static int nextSample(double[] values, int from) {
    int at = from;
    while (at < values.length && !Double.isFinite(values[at])) {
      at++;
    }
    return at;
  }

  private static double[] finite(double[] values, int from, int to) {
    double[] kept = new double[to - from];
    int size = 0;
    for (int i = from; i < to; i++) {
      if (Double.isFinite(values[i])) {
        kept[size++] = values[i];
      }
    }
    return Arrays.copyOf(kept, size);
  }

  private static double of(double[] inside, Basis basis) {
    return switch (basis) {
      case LAST -> inside[inside.length - 1];
      case MEAN -> {
        double sum = 0;
        for (double value : inside) {
          sum += value;
        }
        yield sum / inside.length;
      }
      case MAX -> {
        double max = inside[0];
        for (double value : inside) {
          max = Math.max(max, value);
        }
        yield max;
      }
      case P95 -> {
        Arrays.sort(inside);
        yield inside[(int) Math.ceil(0.95 * inside.length) - 1];
      }
    };
  }

  private Resampler() {}
}
