package dev.headroom.storage.metrics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.headroom.storage.ledger.StockEntry;
import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.Sample;
import dev.headroom.storage.model.SampleBatch;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import dev.headroom.storage.retention.RetainedPiece;
import dev.headroom.storage.retention.RetentionPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random operations on a store and on a map; whatever is done, both answer the same. */
class MetricStoreModelTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final long T = NOW.toEpochMilli();
  private static final long DAY = 86_400_000L;
  private static final List<TenantId> TENANTS =
      List.of(TenantId.DEFAULT, new TenantId("other"), new TenantId("third"));
  private static final String[] PATTERNS = {
    "", "a", "b", "a|b", ".*", ".+", "[ab]", "a?", "zz", "(?i)B"
  };

  @TempDir Path root;
  private final long seed = Long.getLong("headroom.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final Map<TenantId, TreeMap<Labels, TreeMap<Long, Double>>> model = new TreeMap<>();
  private Path directory = Path.of("");
  private int directories;

  @SuppressWarnings("NullAway.Init")
  private EmbeddedMetricStore store;

  private void open() {
    store =
        EmbeddedMetricStore.open(
            MetricStores.config(directory), RetentionPolicy.DEFAULT, InstantSource.fixed(NOW));
  }

  @Test
  void answersAsAMapDoesWhateverIsDone() throws IOException {
    TENANTS.forEach(tenant -> model.put(tenant, new TreeMap<>()));
    directory = root.resolve("0");
    open();
    try {
      for (int step = 0; step < 250; step++) {
        String operation = operate();
        String message = "seed " + seed + " step " + step + " " + operation;
        checkSelect(message);
        checkLabels(message);
        if (random.nextInt(4) == 0) {
          checkStock(message);
        }
      }
    } finally {
      store.close();
    }
  }

  private String operate() throws IOException {
    switch (random.nextInt(14)) {
      case 0, 1 -> {
        store.flushNow();
        return "flush";
      }
      case 2 -> {
        store.compactNow();
        return "compact";
      }
      case 3 -> {
        store.close();
        open();
        assertEquals(0, store.replayedSamples());
        return "reopen";
      }
      case 4 -> {
        crash();
        return "crash";
      }
      case 5 -> {
        dropDay();
        return "drop";
      }
      default -> {
        append();
        return "append";
      }
    }
  }

  private void append() {
    TenantId tenant = TENANTS.get(random.nextInt(2)); // the third has nothing
    var batch = new SampleBatch.Builder(tenant, "test", 0);
    int runs = 1 + random.nextInt(5);
    for (int run = 0; run < runs; run++) {
      Labels labels = randomLabels();
      long time = T - random.nextInt(5) * DAY / 2 - random.nextInt(20) * 1000L;
      int count = random.nextInt(10) == 0 ? 3000 : 1 + random.nextInt(6);
      for (int i = 0; i < count; i++) {
        double value = random.nextInt(20) == 0 ? Sample.STALE : random.nextInt(1000) / 10.0;
        batch.add(labels, time, value);
        model
            .getOrDefault(tenant, new TreeMap<>())
            .computeIfAbsent(labels, _ -> new TreeMap<>())
            .put(time, value);
        time += random.nextInt(8) == 0 ? -3000 : random.nextInt(3) * 1000L;
        time = Math.min(time, T);
      }
    }
    SampleBatch built = batch.build(random.nextInt(1000));
    MetricAppendResult result = store.append(built);
    assertEquals(built.size(), result.accepted(), () -> "seed " + seed);
  }

  private Labels randomLabels() {
    var labels = new TreeMap<String, String>();
    labels.put("__name__", "m" + random.nextInt(4));
    if (random.nextBoolean()) {
      labels.put("x", random.nextBoolean() ? "a" : "b");
    }
    if (random.nextInt(3) == 0) {
      labels.put("job", "größe" + random.nextInt(3));
    }
    return Labels.of(labels);
  }

  /** What is on the disk now is all that is left. */
  private void crash() throws IOException {
    store.compactNow(); // so that nothing changes during the copy
    Path copy = root.resolve(String.valueOf(++directories));
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(directory.relativize(file)));
      }
    }
    store.close();
    directory = copy;
    open();
  }

  private void dropDay() {
    store.flushNow();
    store.compactNow();
    TenantId tenant = TENANTS.get(random.nextInt(2));
    long day = Math.floorDiv(T, DAY) - random.nextInt(4);
    var range = new TimeRange(day * DAY * 1_000_000, (day + 1) * DAY * 1_000_000);
    for (RetainedPiece piece : store.pieces()) {
      if (piece.tenant().equals(tenant) && piece.range().intersects(range)) {
        store.drop(piece);
      }
    }
    for (TreeMap<Long, Double> samples : model.getOrDefault(tenant, new TreeMap<>()).values()) {
      samples.subMap(day * DAY, (day + 1) * DAY).clear();
    }
  }

  private void checkSelect(String message) {
    TenantId tenant = TENANTS.get(random.nextInt(3));
    long from = random.nextInt(5) == 0 ? Long.MIN_VALUE : T - random.nextLong(4 * DAY);
    long to = random.nextInt(5) == 0 ? Long.MAX_VALUE : from + random.nextLong(3 * DAY);
    List<LabelMatcher> matchers = randomMatchers(1);
    List<SeriesSamples> found =
        MetricStores.select(store, tenant, from, to, matchers.toArray(LabelMatcher[]::new));
    String what = message + " " + tenant + " " + matchers + " " + from + ".." + to;
    Map<Labels, TreeMap<Long, Double>> expected = expected(tenant, matchers, from, to);
    assertEquals(
        List.copyOf(expected.keySet()), found.stream().map(SeriesSamples::labels).toList(), what);
    for (SeriesSamples series : found) {
      TreeMap<Long, Double> samples = expected.getOrDefault(series.labels(), new TreeMap<>());
      assertArrayEquals(
          samples.keySet().stream().mapToLong(Long::longValue).toArray(),
          series.timesMillis(),
          what);
      assertArrayEquals(
          samples.values().stream().mapToLong(Double::doubleToRawLongBits).toArray(),
          Arrays.stream(series.values()).mapToLong(Double::doubleToRawLongBits).toArray(),
          what);
    }
  }

  private Map<Labels, TreeMap<Long, Double>> expected(
      TenantId tenant, List<LabelMatcher> matchers, long from, long to) {
    var result = new TreeMap<Labels, TreeMap<Long, Double>>();
    model
        .getOrDefault(tenant, new TreeMap<>())
        .forEach(
            (labels, samples) -> {
              var inRange =
                  from > to
                      ? new TreeMap<Long, Double>()
                      : new TreeMap<>(samples.subMap(from, true, to, true));
              if (!inRange.isEmpty() && matchers.stream().allMatch(m -> matches(m, labels))) {
                result.put(labels, inRange);
              }
            });
    return result;
  }

  private List<LabelMatcher> randomMatchers(int atLeast) {
    List<LabelMatcher> matchers = new ArrayList<>();
    int count = atLeast + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      String name = List.of("__name__", "x", "job", "nothing").get(random.nextInt(4));
      String value = random.nextInt(3) == 0 ? "m[0-2]" : PATTERNS[random.nextInt(PATTERNS.length)];
      matchers.add(new LabelMatcher(name, LabelMatcher.Op.values()[random.nextInt(4)], value));
    }
    return matchers;
  }

  /** By the platform's own regular expressions, which these patterns mean the same to. */
  private static boolean matches(LabelMatcher matcher, Labels labels) {
    String value = labels.get(matcher.name());
    Predicate<String> regex = text -> text.matches(matcher.value());
    return switch (matcher.op()) {
      case EQUAL -> value.equals(matcher.value());
      case NOT_EQUAL -> !value.equals(matcher.value());
      case REGEX -> regex.test(value);
      case NOT_REGEX -> !regex.test(value);
    };
  }

  private void checkLabels(String message) {
    TenantId tenant = TENANTS.get(random.nextInt(3));
    List<LabelMatcher> matchers = randomMatchers(0);
    List<Labels> expected =
        List.copyOf(expected(tenant, matchers, Long.MIN_VALUE, Long.MAX_VALUE).keySet());
    String what = message + " " + tenant + " " + matchers;
    assertEquals(expected, store.series(tenant, matchers, Long.MIN_VALUE, Long.MAX_VALUE), what);
    assertEquals(
        expected.stream().flatMap(l -> l.toMap().keySet().stream()).distinct().sorted().toList(),
        store.labelNames(tenant, matchers, Long.MIN_VALUE, Long.MAX_VALUE),
        what);
    assertEquals(
        expected.stream()
            .map(l -> l.get("x"))
            .filter(v -> !v.isEmpty())
            .distinct()
            .sorted()
            .toList(),
        store.labelValues(tenant, "x", matchers, Long.MIN_VALUE, Long.MAX_VALUE),
        what);
    assertEquals(
        TENANTS.stream()
            .filter(
                t ->
                    model.getOrDefault(t, new TreeMap<>()).values().stream()
                        .anyMatch(s -> !s.isEmpty()))
            .sorted()
            .toList(),
        store.tenants(),
        what);
  }

  private void checkStock(String message) throws IOException {
    store.compactNow(); // so that nothing changes meanwhile
    long bytes = 0;
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        bytes += Files.size(file);
      }
    }
    List<StockEntry> stock = store.stock();
    assertEquals(bytes, stock.stream().mapToLong(StockEntry::bytes).sum(), message);
    for (StockEntry entry : stock) {
      assertEquals(true, entry.bytes() >= 0, () -> message + " " + entry);
    }
  }
}
