package dev.headroom.storage.logs;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What to compute over all matching records; buckets may hold further aggregates. {@code missing}
 * is the value that records without the field count for.
 */
public sealed interface LogAggregate {
  String name();

  /** What is computed for each bucket; nothing for an aggregate without buckets. */
  default List<LogAggregate> children() {
    return List.of();
  }

  /**
   * Counts by fixed intervals of event time; a bucket starts at {@code offset + n × interval}.
   * Empty buckets are left out.
   */
  record DateHistogram(
      String name, long intervalNanos, long offsetNanos, List<LogAggregate> children)
      implements LogAggregate {}

  /** Counts by event time, as a calendar has it. Empty buckets are left out. */
  record CalendarHistogram(String name, TimeRounding rounding, List<LogAggregate> children)
      implements LogAggregate {}

  /**
   * Counts by intervals of a number field's values; keys are the intervals' starts, {@code offset +
   * n × interval}. Empty buckets are left out.
   */
  record Histogram(
      String name,
      String field,
      double interval,
      double offset,
      Optional<Object> missing,
      List<LogAggregate> children)
      implements LogAggregate {}

  /**
   * The values of a field (every type), the first ones in an order.
   *
   * @param orders the first decides, the next ones among equals, then the key
   * @param minCount values with fewer records are left out; 0 also gives values of records that do
   *     not match, if they are texts
   */
  record Terms(
      String name,
      String field,
      int size,
      List<BucketOrder> orders,
      long minCount,
      Optional<Object> missing,
      KeyFilter keys,
      List<LogAggregate> children)
      implements LogAggregate {
    public Terms(String name, String field, int size, Order order, List<LogAggregate> children) {
      this(
          name,
          field,
          size,
          List.of(BucketOrder.of(order)),
          1,
          Optional.empty(),
          KeyFilter.ALL,
          children);
    }
  }

  enum Order {
    COUNT_DESCENDING,
    COUNT_ASCENDING,
    KEY_ASCENDING,
    KEY_DESCENDING
  }

  /** A bucket each for the records that also match a filter; its key is the filter's place. */
  record Filters(String name, List<LogFilter> filters, List<LogAggregate> children)
      implements LogAggregate {}

  /** A bucket each for the records with a number in a range; its key is the range's place. */
  record Ranges(
      String name,
      String field,
      List<Range> ranges,
      Optional<Object> missing,
      List<LogAggregate> children)
      implements LogAggregate {}

  /** From one number to below another; infinite where it is open. */
  record Range(double from, double to) {
    public boolean contains(double value) {
      return value >= from && value < to;
    }
  }

  /**
   * Every combination of values, the first ones in order behind {@code after}. Stands at the top
   * only. Keys are lists, with null where a record has no value.
   */
  record Composite(
      String name,
      List<CompositeSource> sources,
      int size,
      Optional<List<@Nullable Object>> after,
      List<LogAggregate> children)
      implements LogAggregate {}

  /** Count, sum, minimum and maximum of a number field's values. */
  record Stats(String name, String field, Optional<Object> missing) implements LogAggregate {
    public Stats(String name, String field) {
      this(name, field, Optional.empty());
    }
  }

  /** The same, and how the values are spread. */
  record ExtendedStats(String name, String field, Optional<Object> missing)
      implements LogAggregate {
    public ExtendedStats(String name, String field) {
      this(name, field, Optional.empty());
    }
  }

  /** How many values of the field the records have. */
  record ValueCount(String name, String field, Optional<Object> missing) implements LogAggregate {
    public ValueCount(String name, String field) {
      this(name, field, Optional.empty());
    }
  }

  /** The distribution of a number field's values. */
  record Percentiles(String name, String field, Optional<Object> missing) implements LogAggregate {
    public Percentiles(String name, String field) {
      this(name, field, Optional.empty());
    }
  }

  /** How many different values a field has; numbers are told apart by value. */
  record Distinct(String name, String field, Optional<Object> missing) implements LogAggregate {
    public Distinct(String name, String field) {
      this(name, field, Optional.empty());
    }
  }

  /**
   * The first records in an order, at most {@link #MAX_TOP}. The newest stand first among equals.
   */
  record TopHits(String name, List<LogSort> sort, int size) implements LogAggregate {}

  int MAX_TOP = 100;
}
