package dev.headroom.storage.logs;

import java.util.List;

/** What to compute over all matching records; buckets may hold further aggregates. */
public sealed interface LogAggregate {
  String name();

  /**
   * Counts by fixed intervals of event time; a bucket starts at {@code offset + n × interval}.
   * Empty buckets are left out.
   */
  record DateHistogram(
      String name, long intervalNanos, long offsetNanos, List<LogAggregate> children)
      implements LogAggregate {}

  /** The most frequent values of a field (every type), or the first by key. */
  record Terms(String name, String field, int size, Order order, List<LogAggregate> children)
      implements LogAggregate {}

  enum Order {
    COUNT_DESCENDING,
    COUNT_ASCENDING,
    KEY_ASCENDING,
    KEY_DESCENDING
  }

  /** Count, sum, minimum and maximum of a number field's values. */
  record Stats(String name, String field) implements LogAggregate {}

  /** How many records have the field. */
  record ValueCount(String name, String field) implements LogAggregate {}

  /** The distribution of a number field's values. */
  record Percentiles(String name, String field) implements LogAggregate {}

  /** How many different values a field has; numbers are told apart by value. */
  record Distinct(String name, String field) implements LogAggregate {}
}
