package dev.headroom.query.logql;

import dev.headroom.storage.logs.LogAggregate;
import dev.headroom.storage.logs.LogAggregateResult;
import dev.headroom.storage.logs.LogAnswer;
import dev.headroom.storage.logs.LogFilter;
import dev.headroom.storage.model.TimeRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Conditions on stream labels as conditions of the store. What it leaves through is always checked
 * on the record again; {@link Pushed#isExact} tells whether it need not be.
 */
final class LabelFilters {
  /** Values of a label that a regular expression is tried on; with more it is left to the scan. */
  private static final int MAX_VALUES = 2000;

  private static final String VALUES = "values";

  private final Session session;
  private final TimeRange range;

  LabelFilters(Session session, TimeRange range) {
    this.session = session;
    this.range = range;
  }

  /**
   * @param filter every record of the answer fulfils it
   * @param isExact and every record that fulfils it is of the answer
   */
  record Pushed(LogFilter filter, boolean isExact) {
    static final Pushed EVERYTHING = new Pushed(LogFilter.ALL, false);
  }

  Pushed push(List<LabelMatch> matchers) {
    List<LogFilter> filters = new ArrayList<>();
    boolean exact = true;
    for (LabelMatch matcher : matchers) {
      Pushed pushed = push(matcher);
      exact &= pushed.isExact();
      if (!pushed.filter().equals(LogFilter.ALL)) {
        filters.add(pushed.filter());
      }
    }
    return new Pushed(LogFilter.and(filters), exact);
  }

  private Pushed push(LabelMatch matcher) {
    List<String> fields = session.present(matcher.name(), range);
    boolean always = LabelTable.isAlwaysThere(matcher.name());
    if (fields.isEmpty() && !always) {
      return new Pushed(matcher.matches("") ? LogFilter.ALL : LogFilter.NONE, true);
    }
    boolean exact = fields.stream().allMatch(field -> session.isExact(field, range));
    Optional<LogFilter> positive = positive(matcher);
    if (positive.isEmpty() || matcher.op().isNegative() && !exact) {
      return Pushed.EVERYTHING;
    }
    LogFilter filter =
        matcher.op().isNegative() ? new LogFilter.Not(positive.get()) : positive.get();
    return new Pushed(filter, exact);
  }

  /** What {@code =} or {@code =~} asks. */
  private Optional<LogFilter> positive(LabelMatch matcher) {
    String name = matcher.name();
    if (!matcher.op().isRegex()) {
      return Optional.of(isOneOf(name, List.of(matcher.value())));
    }
    String regex = matcher.value();
    if (regex.equals(".*")) {
      return Optional.of(LogFilter.ALL);
    }
    if (regex.equals(".+")) {
      return Optional.of(new LogFilter.Not(isOneOf(name, List.of(""))));
    }
    if (regex.matches("[\\w -]+(\\|[\\w -]+)*")) {
      return Optional.of(isOneOf(name, List.of(regex.split("\\|"))));
    }
    Optional<SortedSet<String>> all = values(name, LogFilter.ALL, MAX_VALUES);
    if (all.isEmpty()) {
      return Optional.empty();
    }
    boolean negative = matcher.op().isNegative();
    List<String> matching = new ArrayList<>();
    if (matcher.matches("") != negative) {
      matching.add("");
    }
    for (String value : all.get()) {
      if (matcher.matches(value) != negative) {
        matching.add(value);
      }
    }
    return Optional.of(isOneOf(name, matching));
  }

  /** The label has one of these values; the empty one stands for no label. */
  LogFilter isOneOf(String label, List<String> values) {
    List<LogFilter> ways = new ArrayList<>();
    List<LogFilter> earlier = new ArrayList<>();
    for (String field : session.present(label, range)) {
      List<LogFilter> conditions = new ArrayList<>(earlier);
      conditions.add(new LogFilter.Terms(field, values));
      ways.add(LogFilter.and(conditions));
      earlier.add(new LogFilter.Not(new LogFilter.Exists(field)));
    }
    if (label.equals(LabelTable.SERVICE_NAME)) {
      List<LogFilter> conditions = new ArrayList<>(earlier);
      conditions.add(new LogFilter.Terms("_stream", values));
      ways.add(LogFilter.and(conditions));
    } else if (values.contains("") && !LabelTable.isAlwaysThere(label)) {
      ways.add(LogFilter.and(earlier));
    }
    return LogFilter.or(ways);
  }

  /** A way that a label comes about. */
  record Origin(String field, LogFilter filter) {}

  /** Every way that a label comes about; no record has two. */
  List<Origin> origins(String label) {
    List<Origin> origins = new ArrayList<>();
    List<LogFilter> earlier = new ArrayList<>();
    for (String field : session.present(label, range)) {
      origins.add(new Origin(field, LogFilter.and(earlier)));
      earlier.add(new LogFilter.Not(new LogFilter.Exists(field)));
    }
    if (label.equals(LabelTable.SERVICE_NAME)) {
      origins.add(new Origin("_stream", LogFilter.and(earlier)));
    }
    return origins;
  }

  /** No field of the label is there. */
  LogFilter absent(String label) {
    List<LogFilter> none = new ArrayList<>();
    for (String field : session.present(label, range)) {
      none.add(new LogFilter.Not(new LogFilter.Exists(field)));
    }
    return LogFilter.and(none);
  }

  /** The values of a label with their numbers of records; empty when there are more than asked. */
  Optional<Map<String, Long>> counts(String label, LogFilter filter, int limit) {
    Map<String, Long> counts = new TreeMap<>();
    for (Origin origin : origins(label)) {
      var terms =
          new LogAggregate.Terms(
              VALUES, origin.field(), limit, LogAggregate.Order.COUNT_DESCENDING, List.of());
      LogAnswer answer =
          session.aggregate(LogFilter.and(filter, origin.filter()), range, List.of(terms));
      if (answer.aggregates().getFirst() instanceof LogAggregateResult.Buckets buckets) {
        for (LogAggregateResult.Bucket bucket : buckets.buckets()) {
          counts.merge(bucket.key().toString(), bucket.count(), Long::sum);
        }
        if (buckets.otherCount() > 0 || counts.size() > limit) {
          return Optional.empty();
        }
      }
    }
    counts.remove("");
    return Optional.of(counts);
  }

  Optional<SortedSet<String>> values(String label, LogFilter filter, int limit) {
    return counts(label, filter, limit).map(counts -> new TreeSet<>(counts.keySet()));
  }
}
