package dev.headroom.query.logql;

import dev.headroom.storage.logs.LogAggregate;
import dev.headroom.storage.logs.LogAggregateResult.Bucket;
import dev.headroom.storage.logs.LogAggregateResult.Buckets;
import dev.headroom.storage.logs.LogAnswer;
import dev.headroom.storage.logs.LogFilter;
import dev.headroom.storage.metrics.SeriesSamples;
import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.TimeRange;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Counts of lines by the store's histograms: for {@code count_over_time} and {@code rate} of a
 * selector alone, grouped by stream labels. Windows are sums of buckets as wide as range and step
 * have in common.
 */
final class CountedRange {
  private static final int MAX_BUCKETS = 20_000;

  /** Values of a label; the buckets of all of them are kept at once. */
  private static final int MAX_VALUES = 200;

  /** One search for each way that the labels come about. */
  private static final int MAX_SEARCHES = 24;

  private static final String HISTOGRAM = "h";
  private static final String VALUES = "v";

  private final Session session;
  private final RangeQuery query;
  private final Points points;
  private final LabelFilters filters;
  private final LabelFilters.Pushed selector;
  private final long bucketNanos;
  private final TimeRange range;
  private final Map<Labels, TreeMap<Long, Long>> counts = new LinkedHashMap<>();

  CountedRange(
      Session session,
      RangeQuery query,
      Points points,
      LabelFilters filters,
      LabelFilters.Pushed selector) {
    this.session = session;
    this.query = query;
    this.points = points;
    this.filters = filters;
    this.selector = selector;
    this.range = points.range(query);
    this.bucketNanos =
        points.count() == 1
            ? query.rangeNanos()
            : BigInteger.valueOf(query.rangeNanos())
                .gcd(BigInteger.valueOf(points.stepMillis() * 1_000_000))
                .longValueExact();
  }

  /** Empty when lines have to be read. */
  Optional<List<SeriesSamples>> samples() {
    boolean counts =
        query.operation() == RangeOperation.COUNT_OVER_TIME
            || query.operation() == RangeOperation.RATE;
    boolean few = (range.toNanos() - range.fromNanos()) / bucketNanos < MAX_BUCKETS;
    if (!counts
        || !few
        || query.unwrap().isPresent()
        || query.grouping().without()
        || !selector.isExact()
        || !stagesChangeNothing()) {
      return Optional.empty();
    }
    List<String> labels = sourceLabels();
    return searches(labels, List.of(new Combination(List.of(), LogFilter.ALL)))
        .filter(this::countAll)
        .map(_ -> series());
  }

  /** {@code drop} of labels that are not asked for, as Grafana's log volume has it. */
  private boolean stagesChangeNothing() {
    for (Stage stage : query.lines().stages()) {
      if (!(stage instanceof LabelChoice.Drop drop)
          || drop.choices().stream()
              .anyMatch(choice -> query.grouping().labels().contains(choice.name()))) {
        return false;
      }
    }
    return true;
  }

  /** Stream labels that the grouping needs; any other is absent from every line. */
  private List<String> sourceLabels() {
    List<String> labels = new ArrayList<>();
    for (String asked : query.grouping().labels()) {
      String label = asked.equals(LabelTable.DETECTED_LEVEL) ? LabelTable.LEVEL : asked;
      if (LabelTable.names().contains(label) && !labels.contains(label)) {
        labels.add(label);
      }
    }
    return labels;
  }

  /**
   * One way that all labels come about.
   *
   * @param fields of each label; empty for one that is absent
   */
  private record Combination(List<Optional<String>> fields, LogFilter filter) {
    Combination and(Optional<String> field, LogFilter more) {
      List<Optional<String>> all = new ArrayList<>(fields);
      all.add(field);
      return new Combination(all, LogFilter.and(filter, more));
    }
  }

  private Optional<List<Combination>> searches(List<String> labels, List<Combination> so) {
    if (so.size() > MAX_SEARCHES) {
      return Optional.empty();
    }
    if (labels.isEmpty()) {
      return Optional.of(so);
    }
    String label = labels.getFirst();
    List<LabelFilters.Origin> origins = filters.origins(label);
    if (!origins.stream().allMatch(origin -> session.isExact(origin.field(), range))) {
      return Optional.empty();
    }
    List<Combination> more = new ArrayList<>();
    for (Combination combination : so) {
      for (LabelFilters.Origin origin : origins) {
        more.add(combination.and(Optional.of(origin.field()), origin.filter()));
      }
      if (!LabelTable.isAlwaysThere(label)) {
        more.add(combination.and(Optional.empty(), filters.absent(label)));
      }
    }
    return searches(labels.subList(1, labels.size()), more);
  }

  private boolean countAll(List<Combination> combinations) {
    List<String> labels = sourceLabels();
    for (Combination combination : combinations) {
      if (!count(labels, combination)) {
        return false;
      }
    }
    return true;
  }

  private boolean count(List<String> labels, Combination combination) {
    List<LogAggregate> aggregates = List.of();
    for (Optional<String> field : combination.fields().reversed()) {
      if (field.isPresent()) {
        var terms =
            new LogAggregate.Terms(
                VALUES, field.get(), MAX_VALUES, LogAggregate.Order.COUNT_DESCENDING, aggregates);
        aggregates = List.of(terms);
      }
    }
    var histogram =
        new LogAggregate.DateHistogram(
            HISTOGRAM, bucketNanos, Math.floorMod(range.fromNanos(), bucketNanos), aggregates);
    LogFilter filter = LogFilter.and(selector.filter(), combination.filter());
    LogAnswer answer = session.tryAggregate(filter, range, List.of(histogram));
    if (answer.isPartial() || !(answer.aggregates().getFirst() instanceof Buckets buckets)) {
      return false;
    }
    List<String> present = new ArrayList<>();
    for (int i = 0; i < labels.size(); i++) {
      if (combination.fields().get(i).isPresent()) {
        present.add(labels.get(i));
      }
    }
    for (Bucket bucket : buckets.buckets()) {
      if (!(bucket.key() instanceof Long start) || !add(start, bucket, present, new TreeMap<>())) {
        return false;
      }
    }
    return true;
  }

  /** False when values are missing, or a record has several: then its lines are read. */
  private boolean add(
      long start, Bucket bucket, List<String> labels, TreeMap<String, String> values) {
    if (labels.isEmpty()) {
      counts
          .computeIfAbsent(grouped(values), _ -> new TreeMap<>())
          .merge(start, bucket.count(), Long::sum);
      return true;
    }
    if (!(bucket.children().getFirst() instanceof Buckets inner)) {
      return false;
    }
    long sum = 0;
    for (Bucket child : inner.buckets()) {
      sum += child.count();
      values.put(labels.getFirst(), child.key().toString());
      if (!add(start, child, labels.subList(1, labels.size()), values)) {
        return false;
      }
      values.remove(labels.getFirst());
    }
    return inner.otherCount() == 0 && sum == bucket.count();
  }

  private Labels grouped(TreeMap<String, String> values) {
    var all = new TreeMap<>(values);
    all.put(LabelTable.DETECTED_LEVEL, DetectedLevel.of(values.getOrDefault(LabelTable.LEVEL, "")));
    return query.grouping().of(Labels.of(all));
  }

  private List<SeriesSamples> series() {
    double seconds = query.operation() == RangeOperation.RATE ? query.rangeNanos() / 1e9 : 1;
    List<SeriesSamples> all = new ArrayList<>();
    counts.forEach(
        (labels, buckets) -> {
          session.deadline().check();
          var out = new RangeReader.PointBuffer(points.count(), session.memory());
          for (int i = 0; i < points.count(); i++) {
            long end = points.endNanos(i, query);
            long count = 0;
            for (long bucket :
                buckets.subMap(end - query.rangeNanos() + 1, true, end, true).values()) {
              count += bucket;
            }
            if (count > 0) {
              out.add(points.timeMillis(i), count / seconds);
            }
          }
          SeriesSamples samples = out.samples(labels);
          if (samples.size() > 0) {
            all.add(samples);
          }
        });
    return all;
  }
}
