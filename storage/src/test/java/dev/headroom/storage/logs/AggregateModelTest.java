package dev.headroom.storage.logs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.headroom.storage.logs.AggregateModel.Written;
import dev.headroom.storage.logs.LogAggregateResult.Bucket;
import dev.headroom.storage.logs.LogAggregateResult.Buckets;
import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.model.LogOp;
import dev.headroom.storage.model.MemoryPermit;
import dev.headroom.storage.model.TimeRange;
import dev.headroom.storage.retention.RetentionPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random trees of aggregates against a model, over records in every state of the store. */
class AggregateModelTest {
  private static final long SEED = Long.getLong("headroom.seed", 20261124L);
  private static final MemoryPermit.Pool MEMORY = new MemoryPermit.Pool(1L << 30, 1 << 28);
  private static final List<String> FIELDS =
      List.of("host", "tags", "n", "d", "ok", "mixed", "trace", "nothing", "_stream", "@timestamp");
  private static final List<String> NUMBERS = List.of("n", "d", "mixed", "nothing", "n");
  private static final List<String> ZONES = List.of("UTC", "Europe/Berlin", "Asia/Kolkata");

  private final Random random = new Random(SEED);
  private final Map<Long, Written> live = new TreeMap<>();
  private final Map<String, Long> ids = new TreeMap<>();
  private int number;
  private int names;

  @TempDir Path directory;

  @Test
  void aggregatesAreThoseOfTheRecordsInEveryStateOfTheStore() {
    System.out.println("seed " + SEED);
    try (EmbeddedLogStore store = open()) {
      for (int i = 0; i < 8; i++) {
        append(store);
        if (i == 4) {
          check(store, 20, "before the seal");
          store.seal();
        }
      }
      delete(store);
      check(store, 60, "with unmerged segments");
      store.checkpoint();
      store.seal();
      check(store, 40, "after the seal");
    }
    try (EmbeddedLogStore store = open()) {
      append(store);
      check(store, 40, "after the restart");
    }
  }

  /** Records of a batch go to several days, so that each needs a writer that stays open. */
  private EmbeddedLogStore open() {
    return EmbeddedLogStore.open(
        LogTestStore.config(directory)
            .withPartitions(new PartitionLimits(1 << 20, 8, 3, Duration.ZERO, 1 << 20)),
        RetentionPolicy.DEFAULT,
        LogListener.NONE,
        LogTestStore.ROOM,
        InstantSource.fixed(LogTestStore.TODAY));
  }

  private void append(EmbeddedLogStore store) {
    LogBatch.Builder batch = LogTestStore.batch();
    List<Map<String, List<Object>>> written = new ArrayList<>();
    List<Long> times = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      long time = TimeRange.nanos(LogTestStore.TODAY) - random.nextLong(3 * LogTestStore.DAY_NANOS);
      time = random.nextInt(3) == 0 ? time / 3_600_000_000_000L * 3_600_000_000_000L : time;
      Map<String, List<Object>> fields = fields();
      batch.startRecord(
          time,
          fields.getOrDefault("_stream", List.of("")).getFirst().toString(),
          "i",
          new byte[0],
          0,
          0);
      if (number % 5 == 0) {
        batch.id("id" + number);
      }
      fields.forEach((name, values) -> values.forEach(value -> add(batch, name, value)));
      batch.endRecord();
      written.add(fields);
      times.add(time);
      number++;
    }
    List<AppendResult.Item> items = store.append(batch.build(1)).items();
    for (int i = 0; i < items.size(); i++) {
      long position = items.get(i).position();
      live.put(position, new Written(times.get(i), position, written.get(i)));
      int of = number - items.size() + i;
      if (of % 5 == 0) {
        ids.put("id" + of, position);
      }
    }
  }

  private static void add(LogBatch.Builder batch, String name, Object value) {
    switch (value) {
      case Long x -> batch.addLong(name, x);
      case Double x -> batch.addDouble(name, x);
      case Boolean x -> batch.addBoolean(name, x);
      default -> {
        if (!name.equals("_stream")) {
          batch.addText(name, value.toString());
        }
      }
    }
  }

  private Map<String, List<Object>> fields() {
    Map<String, List<Object>> fields = new TreeMap<>();
    fields.put("_stream", List.of("s" + random.nextInt(2)));
    if (random.nextInt(5) > 0) {
      fields.put("host", List.of("host-" + random.nextInt(6)));
    }
    Set<Object> tags = new java.util.LinkedHashSet<>();
    for (int n = random.nextInt(4); n > 0; n--) {
      tags.add("tag" + random.nextInt(random.nextBoolean() ? 4 : 100));
    }
    fields.put("tags", List.copyOf(tags));
    List<Object> numbers = new ArrayList<>();
    for (int n = random.nextInt(3); n > 0; n--) {
      numbers.add((long) random.nextInt(40) - 10);
    }
    fields.put("n", numbers);
    fields.put("d", List.of(random.nextInt(400) / 8.0 - 20));
    if (random.nextBoolean()) {
      fields.put("ok", List.of(random.nextBoolean()));
    }
    if (random.nextBoolean()) {
      String id = String.format(Locale.ROOT, "%032x", random.nextInt(30));
      fields.put("trace", random.nextInt(4) == 0 ? List.of(id, "none") : List.of(id));
    }
    fields.put(
        "mixed",
        switch (random.nextInt(4)) {
          case 0 -> List.of("7");
          case 1 -> List.of(7L);
          case 2 -> List.of(7.5, "x");
          default -> List.of();
        });
    return fields;
  }

  private void delete(EmbeddedLogStore store) {
    LogBatch.Builder batch = LogTestStore.batch();
    ids.forEach(
        (id, position) -> {
          if (random.nextInt(4) == 0) {
            long time = TimeRange.nanos(LogTestStore.TODAY);
            batch.startRecord(LogOp.DELETE, time, "s0", "i", new byte[0], 0, 0).id(id).endRecord();
            live.remove(position);
          }
        });
    store.append(batch.build(1));
  }

  private void check(EmbeddedLogStore store, int trees, String when) {
    for (int i = 0; i < trees; i++) {
      LogFilter filter = random.nextInt(3) == 0 ? filter() : LogFilter.ALL;
      List<LogAggregate> aggregates =
          List.of(random.nextInt(6) == 0 ? composite() : tree(0), tree(0));
      List<Written> records =
          live.values().stream().filter(r -> AggregateModel.matches(filter, r)).toList();
      LogAnswer answer;
      try (MemoryPermit permit = MEMORY.open()) {
        answer =
            store.search(
                LogTestStore.TENANT,
                LogSearch.aggregate(filter, TimeRange.ALL, aggregates),
                Deadline.after(Duration.ofSeconds(60)),
                permit);
      }
      String at = when + ", seed " + SEED + ": " + aggregates + " of " + filter;
      assertEquals(List.of(), answer.partialReasons(), at);
      assertEquals(records.size(), answer.totalHits(), at);
      compare(AggregateModel.all(aggregates, records), answer.aggregates(), at);
    }
  }

  private static void compare(
      List<LogAggregateResult> expected, List<LogAggregateResult> found, String at) {
    assertEquals(expected.size(), found.size(), at);
    for (int i = 0; i < expected.size(); i++) {
      compare(expected.get(i), found.get(i), expected.get(i).name() + " in " + at);
    }
  }

  private static void compare(LogAggregateResult expected, LogAggregateResult found, String at) {
    assertEquals(expected.name(), found.name(), at);
    switch (expected) {
      case Buckets buckets -> {
        var other = (Buckets) found;
        assertEquals(keys(buckets), keys(other), at);
        assertEquals(buckets.otherCount(), other.otherCount(), at);
        for (int i = 0; i < buckets.buckets().size(); i++) {
          Bucket bucket = buckets.buckets().get(i);
          assertEquals(bucket.count(), other.buckets().get(i).count(), bucket.key() + " " + at);
          compare(bucket.children(), other.buckets().get(i).children(), bucket.key() + " > " + at);
        }
      }
      case LogAggregateResult.Stats stats -> same(stats, (LogAggregateResult.Stats) found, at);
      case LogAggregateResult.ExtendedStats extended -> {
        var other = (LogAggregateResult.ExtendedStats) found;
        same(extended.stats(), other.stats(), at);
        near(extended.sumOfSquares(), other.sumOfSquares(), at);
        near(extended.variance(), other.variance(), at);
      }
      case LogAggregateResult.ValueCount count -> assertEquals(count, found, at);
      case LogAggregateResult.Percentiles percentiles -> {
        var other = ((LogAggregateResult.Percentiles) found).sketch();
        assertEquals(percentiles.sketch().count(), other.count(), at);
        near(percentiles.sketch().quantile(0.5), other.quantile(0.5), at);
        near(percentiles.sketch().quantile(0.9), other.quantile(0.9), at);
      }
      case LogAggregateResult.Distinct distinct ->
          assertEquals(
              distinct.sketch().count(),
              ((LogAggregateResult.Distinct) found).sketch().count(),
              at);
      case LogAggregateResult.TopHits top -> {
        var other = (LogAggregateResult.TopHits) found;
        assertEquals(
            top.hits().stream().map(LogHit::position).toList(),
            other.hits().stream().map(LogHit::position).toList(),
            at);
        assertEquals(top.total(), other.total(), at);
      }
    }
  }

  private static List<Object> keys(Buckets buckets) {
    return buckets.buckets().stream().map(Bucket::key).toList();
  }

  private static void same(
      LogAggregateResult.Stats expected, LogAggregateResult.Stats found, String at) {
    assertEquals(expected.count(), found.count(), at);
    near(expected.sum(), found.sum(), at);
    assertEquals(expected.min(), found.min(), at);
    assertEquals(expected.max(), found.max(), at);
  }

  private static void near(double expected, double found, String at) {
    double most = Double.isNaN(expected) ? 1 : 1e-9 * Math.max(1, Math.abs(expected));
    assertEquals(expected, found, most, at);
  }

  private String name() {
    return "a" + names++;
  }

  private String field() {
    return FIELDS.get(random.nextInt(FIELDS.size()));
  }

  private String numberField() {
    return NUMBERS.get(random.nextInt(NUMBERS.size()));
  }

  private Optional<Object> missing() {
    return random.nextInt(3) == 0 ? Optional.of((Object) 3L) : Optional.empty();
  }

  private LogFilter filter() {
    return switch (random.nextInt(6)) {
      case 0 -> LogFilter.ALL;
      case 1 -> LogFilter.NONE;
      case 2 -> new LogFilter.Not(new LogFilter.Exists("host"));
      case 3 -> new LogFilter.Term("host", "host-" + random.nextInt(6));
      case 4 -> new LogFilter.Term("tags", "tag" + random.nextInt(4));
      default -> new LogFilter.Range("n", Integer.toString(random.nextInt(20)), true, null, false);
    };
  }

  private List<LogAggregate> children(int depth) {
    List<LogAggregate> children = new ArrayList<>();
    for (int n = depth >= 3 ? 0 : random.nextInt(3); n > 0; n--) {
      children.add(tree(depth + 1));
    }
    return children;
  }

  private TimeRounding rounding() {
    ZoneId zone = ZoneId.of(ZONES.get(random.nextInt(ZONES.size())));
    TimeRounding.Unit unit = TimeRounding.Unit.values()[2 + random.nextInt(6)];
    return random.nextBoolean()
        ? new TimeRounding.Calendar(unit, zone, 0)
        : new TimeRounding.FixedInZone(Duration.ofHours(1 + random.nextInt(30)).toNanos(), zone, 0);
  }

  private LogAggregate tree(int depth) {
    return switch (random.nextInt(14)) {
      case 0 ->
          new LogAggregate.DateHistogram(
              name(), Duration.ofHours(1 + random.nextInt(20)).toNanos(), 7, children(depth));
      case 1 -> new LogAggregate.CalendarHistogram(name(), rounding(), children(depth));
      case 2 ->
          new LogAggregate.Histogram(name(), numberField(), 2.5, 1, missing(), children(depth));
      case 3, 4, 5 -> terms(depth);
      case 6 -> new LogAggregate.Filters(name(), List.of(filter(), filter()), children(depth));
      case 7 ->
          new LogAggregate.Ranges(
              name(),
              numberField(),
              List.of(
                  new LogAggregate.Range(Double.NEGATIVE_INFINITY, 5),
                  new LogAggregate.Range(0, 12),
                  new LogAggregate.Range(12, Double.POSITIVE_INFINITY)),
              missing(),
              children(depth));
      case 8 -> new LogAggregate.Stats(name(), numberField(), missing());
      case 9 -> new LogAggregate.ExtendedStats(name(), numberField(), missing());
      case 10 -> new LogAggregate.ValueCount(name(), field(), missing());
      case 11 -> new LogAggregate.Percentiles(name(), numberField(), missing());
      case 12 -> new LogAggregate.Distinct(name(), field(), missing());
      default ->
          new LogAggregate.TopHits(
              name(),
              random.nextBoolean()
                  ? List.of(LogSort.OLDEST)
                  : List.of(new LogSort("n", true), new LogSort("host", false)),
              1 + random.nextInt(4));
    };
  }

  private LogAggregate terms(int depth) {
    List<LogAggregate> children = new ArrayList<>(children(depth));
    List<BucketOrder> orders = new ArrayList<>();
    switch (random.nextInt(4)) {
      case 0 -> orders.add(new BucketOrder.ByKey(random.nextBoolean()));
      case 1 -> {
        String metric = name();
        children.add(new LogAggregate.Stats(metric, "d"));
        orders.add(
            new BucketOrder.ByMetric(
                List.of(metric), BucketOrder.Metric.MAX, random.nextBoolean()));
      }
      default -> orders.add(new BucketOrder.ByCount(random.nextBoolean()));
    }
    KeyFilter keys =
        random.nextInt(4) == 0
            ? new KeyFilter(
                Optional.empty(), Optional.empty(), Optional.empty(), Set.of("tag1", "host-2", "7"))
            : KeyFilter.ALL;
    return new LogAggregate.Terms(
        name(),
        field(),
        1 + random.nextInt(8),
        orders,
        1 + random.nextInt(3) / 2,
        missing(),
        keys,
        children);
  }

  private LogAggregate composite() {
    List<CompositeSource> sources = new ArrayList<>();
    List<@Nullable Object> after = new ArrayList<>();
    sources.add(
        new CompositeSource.Values("a", "tags", random.nextBoolean(), random.nextBoolean()));
    after.add("tag2");
    if (random.nextBoolean()) {
      sources.add(new CompositeSource.Time("b", rounding(), random.nextBoolean()));
      after.add(TimeRange.nanos(LogTestStore.TODAY) - LogTestStore.DAY_NANOS);
    }
    if (random.nextBoolean()) {
      sources.add(new CompositeSource.Interval("c", "n", 5, random.nextBoolean(), true));
      after.add(random.nextBoolean() ? null : (Object) 10.0);
    }
    return new LogAggregate.Composite(
        name(),
        sources,
        1 + random.nextInt(30),
        random.nextBoolean() ? Optional.empty() : Optional.of(after),
        children(1));
  }
}
