package dev.headroom.storage.logs;

import dev.headroom.storage.logs.LogAggregateResult.Bucket;
import dev.headroom.storage.logs.LogAggregateResult.Buckets;
import dev.headroom.storage.sketch.DistinctSketch;
import dev.headroom.storage.sketch.QuantileSketch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Aggregates of records in memory, looked at one by one: what the store's are compared with. */
final class AggregateModel {
  record Written(long time, long position, Map<String, List<Object>> fields) {
    List<Object> values(String field) {
      return field.equals(LogSchema.TIMESTAMP)
          ? List.of(time)
          : fields.getOrDefault(field, List.of());
    }
  }

  static boolean matches(LogFilter filter, Written record) {
    return switch (filter) {
      case LogFilter.All _ -> true;
      case LogFilter.None _ -> false;
      case LogFilter.Not not -> !matches(not.part(), record);
      case LogFilter.Exists exists -> !record.values(exists.field()).isEmpty();
      case LogFilter.Term term ->
          record.values(term.field()).stream()
              .anyMatch(value -> value instanceof String && value.equals(term.value()));
      case LogFilter.Range range ->
          record.values(range.field()).stream()
              .anyMatch(
                  value ->
                      value instanceof Number number
                          && number.doubleValue() >= Double.parseDouble(range.lower()));
      case LogFilter.And and -> and.parts().stream().allMatch(part -> matches(part, record));
      default -> throw new UnsupportedOperationException(filter.toString());
    };
  }

  static List<LogAggregateResult> all(List<LogAggregate> aggregates, List<Written> records) {
    return aggregates.stream().map(aggregate -> one(aggregate, records)).toList();
  }

  private static LogAggregateResult one(LogAggregate aggregate, List<Written> records) {
    return switch (aggregate) {
      case LogAggregate.DateHistogram a ->
          byKey(
              a,
              records,
              r -> Set.of(r.time - Math.floorMod(r.time - a.offsetNanos(), a.intervalNanos())));
      case LogAggregate.CalendarHistogram a ->
          byKey(a, records, r -> Set.of(a.rounding().start(r.time)));
      case LogAggregate.Histogram a ->
          byKey(
              a,
              records,
              r -> {
                Set<Object> keys = new HashSet<>();
                for (double x : numbers(a.field(), a.missing(), r)) {
                  keys.add(
                      Math.floor((x - a.offset()) / a.interval()) * a.interval()
                          + a.offset()
                          + 0.0);
                }
                return keys;
              });
      case LogAggregate.Terms a -> terms(a, records);
      case LogAggregate.Filters a -> {
        List<Bucket> buckets = new ArrayList<>();
        for (LogFilter filter : a.filters()) {
          List<Written> found = records.stream().filter(r -> matches(filter, r)).toList();
          buckets.add(new Bucket((long) buckets.size(), found.size(), all(a.children(), found)));
        }
        yield new Buckets(a.name(), buckets, 0);
      }
      case LogAggregate.Ranges a -> {
        List<Bucket> buckets = new ArrayList<>();
        for (LogAggregate.Range range : a.ranges()) {
          List<Written> found = new ArrayList<>();
          for (Written record : records) {
            boolean within = false;
            for (double x : numbers(a.field(), a.missing(), record)) {
              within |= x >= range.from() && x < range.to();
            }
            if (within) {
              found.add(record);
            }
          }
          buckets.add(new Bucket((long) buckets.size(), found.size(), all(a.children(), found)));
        }
        yield new Buckets(a.name(), buckets, 0);
      }
      case LogAggregate.Composite a -> composite(a, records);
      case LogAggregate.Stats a -> stats(a.name(), all(a.field(), a.missing(), records));
      case LogAggregate.ExtendedStats a -> {
        double[] values = all(a.field(), a.missing(), records);
        LogAggregateResult.Stats stats = stats(a.name(), values);
        double squares = 0;
        double deviations = 0;
        for (double x : values) {
          squares += x * x;
          deviations += (x - stats.average()) * (x - stats.average());
        }
        yield new LogAggregateResult.ExtendedStats(a.name(), stats, squares, deviations);
      }
      case LogAggregate.ValueCount a ->
          new LogAggregateResult.ValueCount(
              a.name(),
              records.stream().mapToLong(r -> values(a.field(), a.missing(), r).size()).sum());
      case LogAggregate.Percentiles a -> {
        var sketch = new QuantileSketch();
        for (double x : all(a.field(), a.missing(), records)) {
          sketch.add(x);
        }
        yield new LogAggregateResult.Percentiles(a.name(), sketch);
      }
      case LogAggregate.Distinct a -> {
        Set<Object> different = new HashSet<>();
        for (Written record : records) {
          for (Object value : values(a.field(), a.missing(), record)) {
            different.add(value instanceof Number n ? n.doubleValue() : value.toString());
          }
        }
        var sketch = new DistinctSketch();
        for (int i = 0; i < different.size(); i++) {
          sketch.addLong(i);
        }
        yield new LogAggregateResult.Distinct(a.name(), sketch);
      }
      case LogAggregate.TopHits a -> top(a, records);
    };
  }

  private static List<Object> values(String field, Optional<Object> missing, Written record) {
    List<Object> values = record.values(field);
    return values.isEmpty() && missing.isPresent() ? List.of(missing.get()) : values;
  }

  private static double[] numbers(String field, Optional<Object> missing, Written record) {
    return values(field, missing, record).stream()
        .filter(Number.class::isInstance)
        .mapToDouble(x -> ((Number) x).doubleValue())
        .toArray();
  }

  private static double[] all(String field, Optional<Object> missing, List<Written> records) {
    return records.stream()
        .flatMapToDouble(r -> java.util.Arrays.stream(numbers(field, missing, r)))
        .toArray();
  }

  private static LogAggregateResult.Stats stats(String name, double[] values) {
    double sum = 0;
    double min = Double.NaN;
    double max = Double.NaN;
    for (double x : values) {
      sum += x;
      min = Double.isNaN(min) ? x : Math.min(min, x);
      max = Double.isNaN(max) ? x : Math.max(max, x);
    }
    return new LogAggregateResult.Stats(name, values.length, sum, min, max);
  }

  private static Map<Object, List<Written>> groups(
      List<Written> records, Function<Written, Set<?>> keys) {
    Map<Object, List<Written>> groups = new LinkedHashMap<>();
    for (Written record : records) {
      keys.apply(record)
          .forEach(key -> groups.computeIfAbsent(key, _ -> new ArrayList<>()).add(record));
    }
    return groups;
  }

  private static Buckets byKey(
      LogAggregate aggregate, List<Written> records, Function<Written, Set<?>> keys) {
    List<Bucket> buckets = new ArrayList<>();
    groups(records, keys)
        .forEach(
            (key, found) ->
                buckets.add(new Bucket(key, found.size(), all(aggregate.children(), found))));
    buckets.sort(Comparator.comparingDouble(bucket -> ((Number) bucket.key()).doubleValue()));
    return new Buckets(aggregate.name(), buckets, 0);
  }

  private static Buckets terms(LogAggregate.Terms a, List<Written> records) {
    List<Bucket> buckets = new ArrayList<>();
    Function<Written, Set<?>> keys =
        record -> new LinkedHashSet<>(values(a.field(), a.missing(), record));
    groups(records, keys)
        .forEach(
            (key, found) -> {
              boolean wanted =
                  a.keys().included().map(set -> set.contains(key.toString())).orElse(true)
                      && !a.keys().excluded().contains(key.toString());
              if (wanted && found.size() >= a.minCount()) {
                buckets.add(new Bucket(key, found.size(), all(a.children(), found)));
              }
            });
    buckets.sort(BucketOrder.comparator(a.orders()));
    List<Bucket> kept = buckets.subList(0, Math.min(a.size(), buckets.size()));
    long others = buckets.stream().skip(a.size()).mapToLong(Bucket::count).sum();
    return new Buckets(a.name(), List.copyOf(kept), others);
  }

  private static Buckets composite(LogAggregate.Composite a, List<Written> records) {
    Map<List<@Nullable Object>, List<Written>> groups = new LinkedHashMap<>();
    for (Written record : records) {
      List<List<@Nullable Object>> keys = new ArrayList<>();
      keys.add(new ArrayList<>());
      for (CompositeSource source : a.sources()) {
        List<List<@Nullable Object>> longer = new ArrayList<>();
        for (List<@Nullable Object> key : keys) {
          for (Object part : parts(source, record)) {
            List<@Nullable Object> more = new ArrayList<>(key);
            more.add(part);
            longer.add(more);
          }
        }
        keys = longer;
      }
      keys.forEach(key -> groups.computeIfAbsent(key, _ -> new ArrayList<>()).add(record));
    }
    Comparator<List<@Nullable Object>> order =
        (x, y) -> {
          for (int i = 0; i < x.size(); i++) {
            Object left = x.get(i);
            Object right = y.get(i);
            int result =
                left == null || right == null
                    ? Boolean.compare(left != null, right != null)
                    : KeyOrder.compare(left, right);
            if (result != 0) {
              return a.sources().get(i).ascending() ? result : -result;
            }
          }
          return 0;
        };
    List<Bucket> buckets =
        groups.keySet().stream()
            .filter(key -> a.after().isEmpty() || order.compare(key, a.after().get()) > 0)
            .sorted(order)
            .limit(a.size())
            .map(
                key -> {
                  List<Written> found = groups.getOrDefault(key, List.of());
                  return new Bucket(key, found.size(), all(a.children(), found));
                })
            .toList();
    return new Buckets(a.name(), buckets, 0);
  }

  private static List<@Nullable Object> parts(CompositeSource source, Written record) {
    List<@Nullable Object> parts = new ArrayList<>();
    switch (source) {
      case CompositeSource.Values of ->
          parts.addAll(new LinkedHashSet<>(record.values(of.field())));
      case CompositeSource.Time of -> parts.add(of.rounding().start(record.time));
      case CompositeSource.Interval of -> {
        for (double x : numbers(of.field(), Optional.empty(), record)) {
          double start = Math.floor(x / of.interval()) * of.interval() + 0.0;
          if (!parts.contains(start)) {
            parts.add(start);
          }
        }
      }
    }
    if (parts.isEmpty() && source.hasMissing()) {
      parts.add(null);
    }
    return parts;
  }

  private static LogAggregateResult.TopHits top(LogAggregate.TopHits a, List<Written> records) {
    Comparator<Written> order =
        (x, y) -> {
          for (LogSort sort : a.sort()) {
            Optional<Object> left = extreme(x.values(sort.field()), sort.descending());
            Optional<Object> right = extreme(y.values(sort.field()), sort.descending());
            int result =
                left.isEmpty() || right.isEmpty()
                    ? Boolean.compare(left.isEmpty(), right.isEmpty())
                    : (sort.descending() ? -1 : 1) * KeyOrder.compare(left.get(), right.get());
            if (result != 0) {
              return result;
            }
          }
          return Long.compare(y.position, x.position);
        };
    List<LogHit> hits =
        records.stream()
            .sorted(order)
            .limit(a.size())
            .map(
                r ->
                    new LogHit(
                        r.position, r.time, "", "", "", 1, new byte[0], new LogCursor(0L, 0)))
            .toList();
    return new LogAggregateResult.TopHits(a.name(), hits, List.of(), records.size());
  }

  private static Optional<Object> extreme(List<Object> values, boolean descending) {
    Comparator<Object> order = KeyOrder::compare;
    return descending ? values.stream().max(order) : values.stream().min(order);
  }

  private AggregateModel() {}
}
