package dev.headroom.storage.metrics;

import java.util.List;

/**
 * @param accepted samples stored
 * @param rejected those that were not, each with its reason, at most 100 of them
 * @param rejectedCount how many were not
 */
public record MetricAppendResult(long accepted, long rejectedCount, List<Rejection> rejected) {
  /**
   * @param index the sample's place in the batch
   * @param reason a counter label: {@code too_old}, {@code too_new}, {@code series_limit}
   */
  public record Rejection(int index, String reason, String message) {}
}
