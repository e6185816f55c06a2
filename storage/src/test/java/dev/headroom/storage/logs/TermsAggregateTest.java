package dev.headroom.storage.logs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.storage.logs.LogAggregateResult.Bucket;
import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.model.MemoryPermit;
import dev.headroom.storage.model.TimeRange;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Counts of values, many and few, single and repeated, against a map of what was written. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TermsAggregateTest {
  private static final long SEED = Long.getLong("headroom.seed", 20261124L);
  private static final int RECORDS = 30_000;

  private final Map<String, Map<Object, Long>> written = new HashMap<>();
  private final Map<Object, Double> sums = new HashMap<>();
  private final Random random = new Random(SEED);

  @SuppressWarnings("NullAway.Init")
  private EmbeddedLogStore store;

  @BeforeAll
  void fill(@TempDir Path directory) {
    System.out.println("seed " + SEED);
    store = LogTestStore.open(directory);
    for (int i = 0; i < RECORDS; ) {
      LogBatch.Builder batch = LogTestStore.batch();
      for (int j = 0; j < 500; j++, i++) {
        add(batch, i);
      }
      store.append(batch.build(1));
    }
  }

  private void add(LogBatch.Builder batch, int i) {
    long time = TimeRange.nanos(LogTestStore.TODAY) - (i % 2) * LogTestStore.DAY_NANOS;
    batch.startRecord(time, "s", "i", new byte[0], 0, 0);
    String few = "few-" + random.nextInt(7);
    text(batch, "few", few);
    text(batch, "many", "client-" + (int) Math.abs(random.nextGaussian() * 9_000));
    for (int n = random.nextInt(4); n > 0; n--) {
      text(batch, "tags", "tag-" + random.nextInt(200) + "-" + n);
    }
    long number = random.nextInt(1000);
    batch.addLong("number", number);
    sums.merge(few, (double) number, Double::sum);
    addMixed(batch);
    batch.endRecord();
  }

  private void addMixed(LogBatch.Builder batch) {
    switch (random.nextInt(4)) {
      case 0 -> text(batch, "mixed", "7");
      case 1 -> {
        batch.addLong("mixed", 7);
        count("mixed", 7L);
      }
      case 2 -> {
        batch.addDouble("mixed", -7.5);
        count("mixed", -7.5);
      }
      default -> {
        batch.addBoolean("mixed", true);
        count("mixed", true);
      }
    }
  }

  private void text(LogBatch.Builder batch, String field, String value) {
    batch.addText(field, value);
    count(field, value);
  }

  private void count(String field, Object value) {
    written.computeIfAbsent(field, _ -> new HashMap<>()).merge(value, 1L, Long::sum);
  }

  @AfterAll
  void close() {
    store.close();
  }

  private LogAnswer ask(MemoryPermit.Pool memory, LogAggregate aggregate) {
    var search = LogSearch.aggregate(LogFilter.ALL, TimeRange.ALL, List.of(aggregate));
    try (MemoryPermit permit = memory.open()) {
      var deadline = Deadline.after(Duration.ofSeconds(60));
      return store.search(LogTestStore.TENANT, search, deadline, permit);
    }
  }

  private static MemoryPermit.Pool memory(long bytes) {
    return new MemoryPermit.Pool(bytes, bytes);
  }

  private LogAggregateResult.Buckets terms(String field, int size, LogAggregate.Order order) {
    LogAnswer answer =
        ask(memory(1 << 26), new LogAggregate.Terms("t", field, size, order, List.of()));
    assertEquals(List.of(), answer.partialReasons());
    return (LogAggregateResult.Buckets) answer.aggregates().getFirst();
  }

  @Test
  void everyValueIsCounted() {
    for (String field : List.of("few", "tags", "mixed")) {
      Map<Object, Long> counted = new HashMap<>();
      terms(field, 10_000, LogAggregate.Order.KEY_ASCENDING)
          .buckets()
          .forEach(bucket -> counted.put(bucket.key(), bucket.count()));
      assertEquals(written.get(field), counted, field);
    }
  }

  @Test
  void theMostFrequentOfManyAreExact() {
    Map<Object, Long> many = written.getOrDefault("many", Map.of());
    assertTrue(many.size() > 12_000, "more than there may be buckets");
    for (LogAggregate.Order order : LogAggregate.Order.values()) {
      LogAggregateResult.Buckets found = terms("many", 10, order);
      List<Bucket> expected = new ArrayList<>();
      many.forEach((key, count) -> expected.add(new Bucket(key, count, List.of())));
      expected.sort(BucketOrder.comparator(List.of(BucketOrder.of(order))));
      assertEquals(expected.subList(0, 10), found.buckets(), order.toString());
      long shown = found.buckets().stream().mapToLong(Bucket::count).sum();
      assertEquals(RECORDS - shown, found.otherCount());
    }
  }

  @Test
  void bucketsAddUpWhatTheirRecordsHold() {
    var sum = new LogAggregate.Stats("sum", "number");
    var byFew =
        new LogAggregate.Terms("t", "few", 10, LogAggregate.Order.KEY_ASCENDING, List.of(sum));
    LogAnswer answer = ask(memory(1 << 26), byFew);
    var buckets = ((LogAggregateResult.Buckets) answer.aggregates().getFirst()).buckets();
    assertEquals(sums.size(), buckets.size());
    for (Bucket bucket : buckets) {
      var stats = (LogAggregateResult.Stats) bucket.children().getFirst();
      assertEquals(sums.get(bucket.key()), stats.sum());
      Map<Object, Long> few = written.getOrDefault("few", Map.of());
      assertEquals(few.get(bucket.key()), bucket.count());
    }
  }

  /** More buckets than there may be, if every value had its own children. */
  @Test
  void onlyValuesThatAreShownNeedRoomForTheirChildren() {
    List<LogAggregate> children =
        List.of(
            new LogAggregate.Terms("n", "number", 3, LogAggregate.Order.KEY_ASCENDING, List.of()),
            new LogAggregate.Terms("t", "tags", 3, LogAggregate.Order.KEY_ASCENDING, List.of()),
            new LogAggregate.Stats("s", "number"));
    for (LogAggregate.Order order : LogAggregate.Order.values()) {
      LogAnswer answer =
          ask(memory(1 << 28), new LogAggregate.Terms("m", "many", 10, order, children));
      assertEquals(List.of(), answer.partialReasons());
      var found = (LogAggregateResult.Buckets) answer.aggregates().getFirst();
      LogAggregateResult.Buckets counted = terms("many", 10, order);
      assertEquals(
          counted.buckets().stream().map(b -> b.key() + " " + b.count()).toList(),
          found.buckets().stream().map(b -> b.key() + " " + b.count()).toList());
      assertEquals(counted.otherCount(), found.otherCount());
      for (Bucket bucket : found.buckets()) {
        var numbers = (LogAggregateResult.Buckets) bucket.children().getFirst();
        long shown = numbers.buckets().stream().mapToLong(Bucket::count).sum();
        assertEquals(bucket.count(), shown + numbers.otherCount());
      }
    }
    var bySum =
        new LogAggregate.Terms(
            "m",
            "many",
            5,
            List.of(new BucketOrder.ByMetric(List.of("s"), BucketOrder.Metric.SUM, false)),
            1,
            Optional.empty(),
            KeyFilter.ALL,
            children);
    LogAnswer answer = ask(memory(1 << 28), bySum);
    assertEquals(List.of(), answer.partialReasons());
    double before = Double.POSITIVE_INFINITY;
    for (Bucket bucket : ((LogAggregateResult.Buckets) answer.aggregates().getFirst()).buckets()) {
      var sum = (LogAggregateResult.Stats) bucket.children().getLast();
      assertTrue(sum.sum() <= before && sum.count() == bucket.count(), bucket.toString());
      before = sum.sum();
    }
  }

  @Test
  void differentValuesAreCountedAndNumbersSketched() {
    var few = new LogAggregate.Distinct("few", "few");
    var byFew =
        new LogAggregate.Terms(
            "t",
            "few",
            10,
            LogAggregate.Order.KEY_ASCENDING,
            List.of(
                new LogAggregate.Distinct("tags", "tags"),
                new LogAggregate.Percentiles("p", "number")));
    assertEquals(7, distinct(few));
    assertEquals(4, distinct(new LogAggregate.Distinct("mixed", "mixed")));
    int many = written.getOrDefault("many", Map.of()).size();
    assertEquals(many, distinct(new LogAggregate.Distinct("many", "many")), 0.03 * many);
    var buckets =
        ((LogAggregateResult.Buckets) ask(memory(1 << 26), byFew).aggregates().getFirst())
            .buckets();
    for (Bucket bucket : buckets) {
      var tags = (LogAggregateResult.Distinct) bucket.children().getFirst();
      assertTrue(tags.sketch().isExact() && tags.sketch().count() > 500, tags.toString());
      var number = (LogAggregateResult.Percentiles) bucket.children().getLast();
      assertEquals(bucket.count(), number.sketch().count());
      assertEquals(500, number.sketch().quantile(0.5), 40);
    }
  }

  private long distinct(LogAggregate aggregate) {
    LogAnswer answer = ask(memory(1 << 26), aggregate);
    assertEquals(List.of(), answer.partialReasons());
    return ((LogAggregateResult.Distinct) answer.aggregates().getFirst()).sketch().count();
  }

  @Test
  void tooLittleMemoryIsSaid() {
    var many =
        new LogAggregate.Terms("t", "many", 10, LogAggregate.Order.COUNT_DESCENDING, List.of());
    LogAnswer answer = ask(memory(50_000), many);
    assertEquals(List.of(LogSearcher.OUT_OF_MEMORY), answer.partialReasons());
    var found = (LogAggregateResult.Buckets) answer.aggregates().getFirst();
    long shown = found.buckets().stream().mapToLong(Bucket::count).sum();
    assertEquals(RECORDS, shown + found.otherCount(), "what could not be told apart is told");
  }
}
