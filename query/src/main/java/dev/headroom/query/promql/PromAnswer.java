package dev.headroom.query.promql;

import java.util.List;

/**
 * What a query gave.
 *
 * @param warnings what to know before trusting it; empty mostly
 */
public record PromAnswer(PromValue value, List<String> warnings) {
  public PromAnswer {
    warnings = List.copyOf(warnings);
  }
}
