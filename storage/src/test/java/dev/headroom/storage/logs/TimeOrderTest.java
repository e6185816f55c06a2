package dev.headroom.storage.logs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.model.LogOp;
import dev.headroom.storage.model.MemoryPermit;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import dev.headroom.storage.retention.RetentionPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Hits in the order of time, and histograms, against a sorted list of what was written. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TimeOrderTest {
  private static final TenantId TENANT = TenantId.DEFAULT;
  private static final long SECOND = 1_000_000_000L;
  private static final long DAY = 86_400L * SECOND;
  private static final long START = TimeRange.nanos(Instant.parse("2026-11-20T00:00:00Z"));
  private static final int BATCHES = 120;
  private static final int BATCH = 400;
  private static final long SEED = Long.getLong("headroom.seed", 20261120L);
  private static final MemoryPermit.Pool MEMORY = new MemoryPermit.Pool(1 << 28, 1 << 27);

  private record Written(long time, long position, String service, int number) {}

  @SuppressWarnings("NullAway.Init")
  private EmbeddedLogStore store;

  /** What is live, by position. */
  private final Map<Long, Written> live = new TreeMap<>();

  private final Random random = new Random(SEED);

  @BeforeAll
  void fill(@TempDir Path directory) {
    var config =
        LogStoreConfig.of(directory.resolve("l"), directory.resolve("w"))
            .withCommits(1 << 20, Duration.ofSeconds(30)); // often: several segments a partition
    store = EmbeddedLogStore.open(config, RetentionPolicy.DEFAULT);
    for (int batch = 0; batch < BATCHES; batch++) {
      append(batch);
    }
    Map<String, Long> positions = new TreeMap<>();
    live.forEach((position, written) -> positions.put("id" + written.number, position));
    for (int i = 0; i < 300; i++) {
      String id = "id" + random.nextInt(BATCHES * BATCH / 50) * 50;
      Long position = positions.remove(id);
      if (position != null) {
        var builder = new LogBatch.Builder(TENANT, "test", 0);
        long time = START + random.nextLong(3 * DAY);
        builder.startRecord(LogOp.DELETE, time, "s", "i", new byte[0], 0, 0).id(id).endRecord();
        store.append(builder.build(1));
        live.remove(position);
      }
    }
  }

  /** Nearly in order of time; a tenth late, one in a hundred by days; many times are shared. */
  private void append(int batch) {
    var builder = new LogBatch.Builder(TENANT, "test", 0);
    var times = new long[BATCH];
    for (int i = 0; i < BATCH; i++) {
      int number = batch * BATCH + i;
      long time = START + 3 * DAY / (BATCHES * BATCH) * number / (20 * SECOND) * (20 * SECOND);
      if (random.nextInt(10) == 0) {
        time -= random.nextInt(100) * SECOND;
      }
      if (random.nextInt(100) == 0) {
        time -= random.nextLong(2 * DAY);
      }
      times[i] = time;
      byte[] source = ("m" + number).getBytes(UTF_8);
      builder
          .startRecord(LogOp.INDEX, time, service(number), "i", source, 0, source.length)
          .addText("service", service(number))
          .addLong("number", number);
      if (number % 50 == 0) {
        builder.id("id" + number);
      }
      builder.endRecord();
    }
    List<AppendResult.Item> items = store.append(builder.build(1)).items();
    for (int i = 0; i < BATCH; i++) {
      int number = batch * BATCH + i;
      long position = items.get(i).position();
      live.put(position, new Written(times[i], position, service(number), number));
    }
  }

  private static String service(int number) {
    return number % 5000 == 7 ? "rare" : number % 3 == 0 ? "often" : "most";
  }

  @AfterAll
  void close() {
    store.close();
  }

  @Test
  void firstHitsAreThoseOfASort() {
    for (int i = 0; i < 400; i++) {
      boolean descending = random.nextInt(4) > 0;
      int limit = 1 + random.nextInt(random.nextBoolean() ? 20 : 3000);
      String service =
          random.nextBoolean() ? "" : List.of("rare", "often", "most", "none").get(i % 4);
      TimeRange range =
          random.nextBoolean() ? TimeRange.ALL : range(START + random.nextLong(3 * DAY));
      Optional<LogCursor> after =
          random.nextBoolean()
              ? Optional.empty()
              : Optional.of(
                  new LogCursor(
                      START + random.nextLong(13_000) * 20 * SECOND,
                      random.nextLong(BATCHES * BATCH)));
      check(descending, limit, service, range, after);
    }
  }

  private TimeRange range(long from) {
    return new TimeRange(from, from + random.nextLong(DAY));
  }

  private void check(
      boolean descending, int limit, String service, TimeRange range, Optional<LogCursor> after) {
    Comparator<Written> order =
        Comparator.comparingLong(Written::time).thenComparingLong(Written::position);
    Comparator<Written> asked = descending ? order.reversed() : order;
    Predicate<Written> behind =
        after
            .map(
                c -> {
                  var place = new Written((Long) c.value(), c.position(), "", 0);
                  return (Predicate<Written>) w -> asked.compare(w, place) > 0;
                })
            .orElse(_ -> true);
    List<String> expected =
        matching(service, range)
            .filter(behind)
            .sorted(asked)
            .limit(limit)
            .map(w -> w.position + "@" + w.time + " m" + w.number)
            .toList();
    var search =
        new LogSearch(
            filter(service),
            range,
            Set.of(),
            List.of(),
            new LogSort("@timestamp", descending),
            limit,
            after,
            true,
            List.of());
    LogAnswer answer = ask(search);
    List<String> actual =
        answer.hits().stream()
            .map(h -> h.position() + "@" + h.eventTimeNanos() + " " + h.sourceText())
            .toList();
    assertTrue(expected.equals(actual), () -> "seed " + SEED + ": " + search);
    assertTrue(answer.totalIsExact());
    assertEquals(matching(service, range).count(), answer.totalHits(), "seed " + SEED);
  }

  private Stream<Written> matching(String service, TimeRange range) {
    return live.values().stream()
        .filter(w -> service.isEmpty() || w.service.equals(service))
        .filter(w -> range.contains(w.time));
  }

  private static LogFilter filter(String service) {
    return service.isEmpty() ? LogFilter.ALL : new LogFilter.Term("service", service);
  }

  @Test
  void histogramsCountEveryRecordInItsBucket() {
    for (int i = 0; i < 200; i++) {
      String service = random.nextBoolean() ? "" : "often";
      TimeRange range =
          random.nextBoolean() ? TimeRange.ALL : range(START + random.nextLong(3 * DAY));
      long interval = List.of(7L, 60L, 3600L, 50_000L, 86_400L).get(i % 5) * 10 * SECOND;
      long offset = random.nextLong(interval);
      var expected = new TreeMap<Long, Long>();
      matching(service, range)
          .forEach(
              w ->
                  expected.merge(
                      Math.floorDiv(w.time - offset, interval) * interval + offset, 1L, Long::sum));
      LogAnswer answer =
          ask(
              LogSearch.aggregate(
                  filter(service),
                  range,
                  List.of(new LogAggregate.DateHistogram("h", interval, offset, List.of()))));
      var buckets = (LogAggregateResult.Buckets) answer.aggregates().getFirst();
      var actual = new TreeMap<Long, Long>();
      buckets.buckets().forEach(b -> actual.put((Long) b.key(), b.count()));
      assertTrue(expected.equals(actual), "seed " + SEED);
      assertEquals(matching(service, range).count(), answer.totalHits(), "seed " + SEED);
    }
  }

  @Test
  void sortingByAnotherFieldMergesPartitions() {
    List<String> expected = new ArrayList<>();
    live.values().stream()
        .sorted(Comparator.comparingInt(Written::number).reversed())
        .limit(1200)
        .forEach(w -> expected.add("m" + w.number));
    List<String> actual = new ArrayList<>();
    Optional<LogCursor> after = Optional.empty();
    while (actual.size() < expected.size()) {
      LogAnswer page =
          ask(
              new LogSearch(
                  LogFilter.ALL,
                  TimeRange.ALL,
                  Set.of(),
                  List.of(),
                  new LogSort("number", true),
                  400,
                  after,
                  false,
                  List.of()));
      page.hits().forEach(hit -> actual.add(hit.sourceText()));
      after = Optional.of(page.hits().getLast().sort());
    }
    assertTrue(expected.equals(actual), "seed " + SEED);
  }

  @Test
  void hitsStopWhereMemoryEnds() {
    var few = new MemoryPermit.Pool(1 << 20, 100_000);
    try (MemoryPermit permit = few.open()) {
      LogAnswer answer =
          store.search(
              TENANT,
              LogSearch.newest(LogFilter.ALL, TimeRange.ALL, 5000),
              Deadline.after(Duration.ofSeconds(30)),
              permit);
      assertEquals(List.of("memory"), answer.partialReasons());
      List<Long> all =
          live.values().stream()
              .sorted(
                  Comparator.comparingLong(Written::time)
                      .thenComparingLong(Written::position)
                      .reversed())
              .map(Written::position)
              .toList();
      List<Long> found = answer.hits().stream().map(LogHit::position).toList();
      assertEquals(all.subList(0, found.size()), found);
      assertTrue(found.size() > 0 && found.size() < 1000, "hits: " + found.size());
    }
  }

  private LogAnswer ask(LogSearch search) {
    try (MemoryPermit permit = MEMORY.open()) {
      return store.search(TENANT, search, Deadline.after(Duration.ofSeconds(30)), permit);
    }
  }
}
