package dev.headroom.forecast.capacity;

/** What there is of a resource. */
public sealed interface Capacity {
  /**
   * The newest value of each series; those of one group are its nodes and add up.
   *
   * @param promql an instant selector or an expression
   */
  record Measured(String promql) implements Capacity {}

  /** The same for every group, in the resource's unit. */
  record Fixed(double amount) implements Capacity {}
}
