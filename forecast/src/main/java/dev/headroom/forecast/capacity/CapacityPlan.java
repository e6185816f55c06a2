package dev.headroom.forecast.capacity;

import java.time.Instant;
import java.util.List;

/**
 * The fleet at one moment.
 *
 * @param horizonDays how far ahead
 * @param resources most urgent first; those without a plan last
 * @param streams most stored bytes first
 * @param calendar that order-by dates are counted in
 * @param partial why something is missing; empty when nothing is
 */
public record CapacityPlan(
    Instant asOf,
    int horizonDays,
    List<ResourcePlan> resources,
    List<StreamPlan> streams,
    WorkCalendar calendar,
    List<String> partial) {
  public CapacityPlan {
    resources = List.copyOf(resources);
    streams = List.copyOf(streams);
    partial = List.copyOf(partial);
  }
}
