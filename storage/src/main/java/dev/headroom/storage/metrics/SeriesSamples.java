package dev.headroom.storage.metrics;

import dev.headroom.storage.model.Labels;

/**
 * Samples of one series, times ascending and unique (epoch milliseconds); both arrays have the same
 * length and are the caller's to keep, not to change.
 */
public record SeriesSamples(Labels labels, long[] timesMillis, double[] values) {
  public int size() {
    return timesMillis.length;
  }
}
