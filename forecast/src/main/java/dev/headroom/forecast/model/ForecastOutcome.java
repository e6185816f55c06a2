package dev.headroom.forecast.model;

/** A forecast, or why there is none. */
public sealed interface ForecastOutcome permits Forecast, NotEnoughData {}
