package dev.headroom.forecast.model;

/**
 * @param reason for people: {@code "2 hours of history; 14 days are needed"}
 */
public record NotEnoughData(String reason) implements ForecastOutcome {}
