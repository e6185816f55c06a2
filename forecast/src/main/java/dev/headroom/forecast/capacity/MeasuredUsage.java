package dev.headroom.forecast.capacity;

import dev.headroom.forecast.series.RegularSeries;
import dev.headroom.storage.model.Labels;
import java.util.OptionalDouble;

/**
 * One member of a resource's fleet as it was read.
 *
 * @param group values of the resource's {@code groupBy}
 * @param daily complete UTC days by the resource's basis, the last ending at the report's midnight
 * @param latest the newest sample
 * @param latestMillis when it was taken
 * @param firstMillis when the first known sample was taken
 * @param total capacity there is; absent when nothing says so
 * @param largestNodes what the reserve's N−k takes off: the sum of the k largest parts
 */
record MeasuredUsage(
    Resource resource,
    Labels group,
    RegularSeries daily,
    double latest,
    long latestMillis,
    long firstMillis,
    OptionalDouble total,
    double largestNodes) {
  String name() {
    return resource.nameOf(group);
  }

  /** Capacity less the reserve, never below 0. */
  double usable() {
    Reserve reserve = resource.reserve();
    double all = total.orElse(Double.NaN);
    return Math.max(0, all - largestNodes - all * reserve.share() - reserve.amount());
  }

  double target() {
    return usable() * resource.target();
  }

  /** How much capacity there must be for the usable part's target share to hold the demand. */
  double capacityFor(double demand) {
    Reserve reserve = resource.reserve();
    double usable = demand / resource.target();
    return (usable + reserve.amount() + largestNodes) / (1 - reserve.share());
  }
}
