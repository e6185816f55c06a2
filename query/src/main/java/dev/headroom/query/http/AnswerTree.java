package dev.headroom.query.http;

import dev.headroom.query.lang.AggregationKind;
import dev.headroom.query.lang.SearchAggregation;
import dev.headroom.storage.logs.BucketOrder;
import dev.headroom.storage.logs.LogAggregate;
import dev.headroom.storage.logs.LogAggregateResult;
import dev.headroom.storage.logs.LogAggregateResult.Bucket;
import dev.headroom.storage.logs.LogAggregateResult.Buckets;
import dev.headroom.storage.logs.TimeRounding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Puts what the store found where the request asked for it, with the empty buckets it wants. */
final class AnswerTree {
  private static final int MAX_BUCKETS = 65_536;
  private static final double NANOS_PER_SECOND = 1e9;

  private int buckets;

  /** The answers by name, in the order asked, with those of pipelines. */
  static Map<String, AnswerNode> of(List<SearchAggregation> asked, List<LogAggregateResult> found) {
    Map<String, AnswerNode> level = new AnswerTree().level(asked, found, Optional.empty());
    Pipelines.run(asked, level);
    return level;
  }

  /** The bucket of a date histogram that a level stands in, for rates. */
  private record Around(TimeRounding rounding, long start, long count) {}

  private Map<String, AnswerNode> level(
      List<SearchAggregation> asked, List<LogAggregateResult> found, Optional<Around> around) {
    Map<String, AnswerNode> level = new LinkedHashMap<>();
    int next = 0;
    for (SearchAggregation aggregation : asked) {
      Optional<LogAggregateResult> result =
          aggregation.toStore().isPresent() ? Optional.of(found.get(next++)) : Optional.empty();
      if (aggregation.kind() instanceof AggregationKind.Pipeline) {
        continue;
      }
      var node = new AnswerNode(aggregation, result);
      if (aggregation.kind() instanceof AggregationKind.Rate rate) {
        around.ifPresent(bucket -> node.withNumber(rate(rate, bucket, result)));
      } else if (result.isPresent() && result.get() instanceof Buckets inside) {
        fill(node, inside);
      }
      level.put(aggregation.name(), node);
    }
    return level;
  }

  private void fill(AnswerNode node, Buckets found) {
    SearchAggregation asked = node.asked();
    List<LogAggregate> children = SearchAggregation.toStore(asked.children());
    List<Bucket> all =
        switch (asked.kind()) {
          case AggregationKind.DateHistogram histogram ->
              shown(histogram.shown(), times(asked.name(), histogram, found, children));
          case AggregationKind.Histogram histogram ->
              shown(histogram.shown(), numbers(asked.name(), histogram, found, children));
          default -> found.buckets();
        };
    for (Bucket bucket : all) {
      if (++buckets > MAX_BUCKETS) {
        throw tooMany(asked.name(), buckets);
      }
      var answer =
          new AnswerNode.Bucket(
              bucket.key(), keyNumber(asked.kind(), bucket.key()), bucket.count());
      Optional<Around> around =
          asked.kind() instanceof AggregationKind.DateHistogram histogram
              ? Optional.of(new Around(histogram.rounding(), (Long) bucket.key(), bucket.count()))
              : Optional.empty();
      answer.children().putAll(level(asked.children(), bucket.children(), around));
      node.buckets().add(answer);
    }
  }

  private static double keyNumber(AggregationKind kind, Object key) {
    return switch (key) {
      case Long nanos when kind instanceof AggregationKind.DateHistogram ->
          ElasticTimes.millis(nanos);
      case Number number -> number.doubleValue();
      default -> Double.NaN;
    };
  }

  private static List<Bucket> shown(AggregationKind.Shown shown, List<Bucket> buckets) {
    List<Bucket> all =
        new ArrayList<>(
            buckets.stream().filter(bucket -> bucket.count() >= shown.minDocCount()).toList());
    if (!shown.orders().equals(List.of(new BucketOrder.ByKey(true)))) {
      all.sort(BucketOrder.comparator(shown.orders()));
    }
    return all;
  }

  /** By start, with the empty buckets between the first and the last, if they are wanted. */
  private List<Bucket> times(
      String name,
      AggregationKind.DateHistogram asked,
      Buckets found,
      List<LogAggregate> children) {
    TimeRounding rounding = asked.rounding();
    var byStart = new TreeMap<Long, Bucket>();
    for (Bucket bucket : found.buckets()) {
      if (isWithin(asked.hard(), (Long) bucket.key())) {
        byStart.put((Long) bucket.key(), bucket);
      }
    }
    if (asked.shown().minDocCount() > 0) {
      return List.copyOf(byStart.values());
    }
    asked
        .extended()
        .ifPresent(
            bounds -> {
              bounds.from().ifPresent(from -> put(byStart, rounding.start(from), children));
              bounds.to().ifPresent(to -> put(byStart, rounding.start(to), children));
            });
    List<Bucket> all = new ArrayList<>();
    if (byStart.isEmpty()) {
      return all;
    }
    if (rounding instanceof TimeRounding.Fixed(long interval, _)) {
      requireRoom(name, (byStart.lastKey() - byStart.firstKey()) / interval + 1);
    }
    for (long start = byStart.firstKey();
        start <= byStart.lastKey();
        start = rounding.next(start)) {
      Bucket bucket = byStart.get(start);
      all.add(bucket == null ? new Bucket(start, 0, EmptyResults.of(children)) : bucket);
      requireRoom(name, all.size());
    }
    return all;
  }

  private static boolean isWithin(Optional<AggregationKind.Bounds<Long>> bounds, long start) {
    return bounds.isEmpty()
        || start >= bounds.get().from().orElse(Long.MIN_VALUE)
            && start < bounds.get().to().orElse(Long.MAX_VALUE);
  }

  private static void put(TreeMap<Long, Bucket> byStart, long start, List<LogAggregate> children) {
    byStart.computeIfAbsent(start, _ -> new Bucket(start, 0, EmptyResults.of(children)));
  }

  private List<Bucket> numbers(
      String name, AggregationKind.Histogram asked, Buckets found, List<LogAggregate> children) {
    var byNumber = new TreeMap<Long, Bucket>();
    for (Bucket bucket : found.buckets()) {
      double start = (Double) bucket.key();
      boolean within =
          asked.hard().isEmpty()
              || start >= asked.hard().get().from().orElse(Double.NEGATIVE_INFINITY)
                  && start < asked.hard().get().to().orElse(Double.POSITIVE_INFINITY);
      if (within) {
        byNumber.put(number(asked, start + asked.interval() / 2), bucket);
      }
    }
    if (asked.shown().minDocCount() > 0) {
      return List.copyOf(byNumber.values());
    }
    asked
        .extended()
        .ifPresent(
            bounds -> {
              bounds.from().ifPresent(from -> put(asked, byNumber, from, children));
              bounds.to().ifPresent(to -> put(asked, byNumber, to, children));
            });
    List<Bucket> all = new ArrayList<>();
    if (byNumber.isEmpty()) {
      return all;
    }
    requireRoom(name, byNumber.lastKey() - byNumber.firstKey() + 1);
    for (long number = byNumber.firstKey(); number <= byNumber.lastKey(); number++) {
      Bucket bucket = byNumber.get(number);
      all.add(bucket == null ? empty(asked, number, children) : bucket);
    }
    return all;
  }

  private static long number(AggregationKind.Histogram asked, double value) {
    return (long) Math.floor((value - asked.offset()) / asked.interval());
  }

  private static Bucket empty(
      AggregationKind.Histogram asked, long number, List<LogAggregate> children) {
    return new Bucket(number * asked.interval() + asked.offset(), 0, EmptyResults.of(children));
  }

  private static void put(
      AggregationKind.Histogram asked,
      TreeMap<Long, Bucket> byNumber,
      double value,
      List<LogAggregate> children) {
    byNumber.computeIfAbsent(number(asked, value), number -> empty(asked, number, children));
  }

  private void requireRoom(String name, long more) {
    if (buckets + more > MAX_BUCKETS) {
      throw tooMany(name, buckets + more);
    }
  }

  static ElasticException tooMany(String name, long buckets) {
    return new ElasticException(
        400,
        "too_many_buckets_exception",
        "Trying to create too many buckets. Must be less than or equal to: ["
            + MAX_BUCKETS
            + "] but was ["
            + buckets
            + "]"
            + (name.isEmpty() ? "" : " in [" + name + "]"),
        null);
  }

  private static double rate(
      AggregationKind.Rate rate, Around around, Optional<LogAggregateResult> found) {
    double amount =
        switch (found.orElse(null)) {
          case null -> around.count();
          case LogAggregateResult.Stats stats -> stats.sum();
          case LogAggregateResult.ValueCount values -> values.count();
          default -> throw new IllegalStateException("a rate of " + found);
        };
    return amount / rate.unit().map(unit -> units(unit, around)).orElse(1.0);
  }

  /** How many units long a bucket is. */
  private static double units(TimeRounding.Unit unit, Around around) {
    double months = months(unit);
    if (months > 0) {
      double length =
          around.rounding() instanceof TimeRounding.Calendar(TimeRounding.Unit of, _, _)
              ? months(of)
              : 0;
      if (length == 0) {
        throw new ElasticException(
            400,
            "illegal_argument_exception",
            "Cannot use month-based rate unit with a histogram whose interval is not month-based;"
                + " use second, minute, hour, day or week",
            null);
      }
      return length / months;
    }
    double seconds =
        switch (unit) {
          case SECOND -> 1;
          case MINUTE -> 60;
          case HOUR -> 3600;
          case DAY -> 86_400;
          case WEEK -> 604_800;
          case MONTH, QUARTER, YEAR -> throw new IllegalStateException(unit.toString());
        };
    return (around.rounding().next(around.start()) - around.start()) / NANOS_PER_SECOND / seconds;
  }

  private static double months(TimeRounding.Unit unit) {
    return switch (unit) {
      case MONTH -> 1;
      case QUARTER -> 3;
      case YEAR -> 12;
      case SECOND, MINUTE, HOUR, DAY, WEEK -> 0;
    };
  }
}
