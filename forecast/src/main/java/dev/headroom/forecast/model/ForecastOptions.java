package dev.headroom.forecast.model;

/**
 * @param horizon steps ahead
 * @param lowerBound what no value can be below (0 for bytes); −∞ for none
 * @param upperBound what no value can be above; +∞ for none
 * @param paths how many sample paths
 * @param seed the same inputs and seed give the same bytes
 */
public record ForecastOptions(
    int horizon, double lowerBound, double upperBound, int paths, long seed) {
  public static final int DEFAULT_PATHS = 1_000;

  /** Of amounts: nothing below 0. */
  public static ForecastOptions ofAmounts(int horizon) {
    return new ForecastOptions(horizon, 0, Double.POSITIVE_INFINITY, DEFAULT_PATHS, 20_260_101);
  }
}
