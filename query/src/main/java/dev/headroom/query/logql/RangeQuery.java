package dev.headroom.query.logql;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * An operation over the lines of a window before each point in time.
 *
 * @param parameter of {@code quantile_over_time}, else 0
 * @param unwrapped the stages behind {@code unwrap}, which look at its errors
 * @param grouping of the lines, by the query or for a sum around it
 */
record RangeQuery(
    RangeOperation operation,
    double parameter,
    LogQl.Lines lines,
    Optional<Unwrap> unwrap,
    List<Stage> unwrapped,
    long rangeNanos,
    long offsetNanos,
    Grouping grouping) {
  RangeQuery {
    unwrapped = List.copyOf(unwrapped);
  }

  RangeQuery groupedBy(Grouping now) {
    return new RangeQuery(
        operation, parameter, lines, unwrap, unwrapped, rangeNanos, offsetNanos, now);
  }

  @Override
  public String toString() {
    boolean quantile = operation == RangeOperation.QUANTILE_OVER_TIME;
    return operation.symbol()
        + "("
        + (quantile ? dev.headroom.query.promql.NumberText.json(parameter) + ", " : "")
        + lines
        + unwrap.map(u -> " " + u).orElse("")
        + unwrapped.stream().map(stage -> " " + stage).collect(Collectors.joining())
        + " ["
        + Units.format(rangeNanos)
        + "]"
        + (offsetNanos == 0 ? "" : " offset " + Units.format(offsetNanos))
        + ")"
        + (grouping.equals(Grouping.NONE) ? "" : grouping);
  }
}
