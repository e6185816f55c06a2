package dev.headroom.forecast.model;

/**
 * A way to forecast. Fitting and forecasting are two steps; a new way is one class and one word
 * here. Every one takes any history of at least one known value, constant ones too, steps over NaN,
 * and gives finite values for finite input.
 */
public sealed interface Forecaster
    permits SeasonalNaive,
        SeasonalProfile,
        Drift,
        DampedTrend,
        TheilSenTrend,
        Theta,
        Autoregression {
  /** For people, in lower case: {@code "damped trend"}. */
  String name();

  FittedModel fit(History history);
}
