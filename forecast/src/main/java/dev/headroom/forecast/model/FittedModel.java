package dev.headroom.forecast.model;

/** A model with its parameters, as a value. */
public interface FittedModel {
  /**
   * @return one value a step, from the step behind the history
   */
  double[] forecast(int horizon);
}
