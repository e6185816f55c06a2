/**
 * When capacity runs out: {@link dev.headroom.forecast.capacity.Resource} says what is measured
 * against what, {@link dev.headroom.forecast.capacity.CapacityPlanner} reads the series and
 * forecasts them, {@link dev.headroom.forecast.capacity.Runway} turns sample paths into dates, and
 * {@link dev.headroom.forecast.capacity.CapacityPlan} holds the answers that reports show.
 */
@NullMarked
package dev.headroom.forecast.capacity;

import org.jspecify.annotations.NullMarked;
