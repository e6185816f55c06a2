package dev.headroom.forecast.series;

import java.util.List;

/**
 * @param series without the last step if that was not over
 * @param firstMillis time of the first sample that counted; 0 without samples
 * @param lastMillis time of the last one
 * @param samples how many counted
 * @param notes what was left out, for people
 */
public record Resampled(
    RegularSeries series, long firstMillis, long lastMillis, long samples, List<String> notes) {
  /** How long a time the samples cover. */
  public long spanMillis() {
    return lastMillis - firstMillis;
  }
}
