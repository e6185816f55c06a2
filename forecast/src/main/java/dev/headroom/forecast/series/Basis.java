package dev.headroom.forecast.series;

/** What of the samples inside one step counts, so that a daily step never samples one instant. */
public enum Basis {
  MAX,
  /** Nearest-rank 95th percentile of the samples in the step. */
  P95,
  MEAN,
  LAST
}
