package dev.headroom.query.logql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.query.engine.MemoryLogStore;
import dev.headroom.query.engine.QueryAdmission;
import dev.headroom.query.engine.QueryLimits;
import dev.headroom.query.promql.MetricEngine;
import dev.headroom.query.promql.PromAnswer;
import dev.headroom.query.promql.PromValue;
import dev.headroom.storage.file.StoreLayout;
import dev.headroom.storage.ledger.FlowLedger;
import dev.headroom.storage.logs.EmbeddedLogStore;
import dev.headroom.storage.logs.LogStoreConfig;
import dev.headroom.storage.metrics.SeriesSamples;
import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import dev.headroom.storage.retention.RetentionPolicy;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers over a real store against plain Java over a list, with records and queries by chance. */
class LogQlEngineTest {
  private static final long START = Instant.parse("2026-11-24T10:00:00Z").toEpochMilli();
  private static final long STEP = 60_000;
  private static final int STEPS = 12;

  @TempDir Path directory;

  private final long seed = Long.getLong("headroom.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final List<Stored> records = new ArrayList<>();

  @SuppressWarnings("NullAway.Init")
  private FlowLedger flows;

  @SuppressWarnings("NullAway.Init")
  private EmbeddedLogStore store;

  @SuppressWarnings("NullAway.Init")
  private LogQlEngine engine;

  /** What was stored; fields that a record lacks are not in the map. */
  private record Stored(long nanos, String stream, Map<String, String> fields, int ms) {
    String label(String name) {
      return switch (name) {
        case "stream", "index" -> stream;
        case "service_name" -> fields.getOrDefault("service", stream);
        case "level" -> fields.getOrDefault("log.level", fields.getOrDefault("level", ""));
        case "host" -> fields.getOrDefault("host", "");
        default -> "";
      };
    }

    String json() {
      var json = new StringBuilder("{");
      fields.forEach((name, value) -> json.append('"' + name + "\":\"" + value + "\","));
      return json.append("\"ms\":").append(ms).append('}').toString();
    }
  }

  @BeforeEach
  void fill() {
    var layout = new StoreLayout(directory);
    flows = FlowLedger.open(layout.ledger());
    store =
        EmbeddedLogStore.open(
            LogStoreConfig.of(layout.logs(), layout.logWal()),
            RetentionPolicy.DEFAULT,
            flows.logs());
    engine =
        new LogQlEngine(store, new QueryAdmission(QueryLimits.DEFAULT, new SimpleMeterRegistry()));
    for (int i = 0; i < 4; i++) {
      batch(random.nextInt(1, 300));
      if (random.nextBoolean()) {
        store.checkpoint();
      }
    }
  }

  @AfterEach
  void close() {
    store.close();
    flows.close();
  }

  private void batch(int count) {
    var batch = new LogBatch.Builder(TenantId.DEFAULT, "test", (START + STEP * STEPS) * 1_000_000);
    for (int i = 0; i < count; i++) {
      Map<String, String> fields = new TreeMap<>();
      maybe(fields, "log.level", "warn", "error");
      maybe(fields, "level", "info", "error", "INFO");
      maybe(fields, "host", "h1", "h2", "x-3");
      maybe(fields, "service", "api", "a");
      // On the edges of windows too.
      long millis = START + random.nextLong(-5 * STEP, STEP * STEPS);
      long nanos = (random.nextInt(4) == 0 ? millis / STEP * STEP : millis) * 1_000_000;
      var record = new Stored(nanos, pick("a", "b", "c"), fields, random.nextInt(0, 50) - 10);
      byte[] source = record.json().getBytes(UTF_8);
      batch.startRecord(nanos, record.stream(), record.stream(), source, 0, source.length);
      fields.forEach(batch::addText);
      batch.addLong("ms", record.ms());
      batch.endRecord();
      records.add(record);
    }
    store.append(batch.build(1));
    records.sort(Comparator.comparingLong(Stored::nanos));
  }

  private void maybe(Map<String, String> fields, String name, String... values) {
    if (random.nextBoolean()) {
      fields.put(name, pick(values));
    }
  }

  private String pick(String... values) {
    return values[random.nextInt(values.length)];
  }

  private record Chosen(String text, Predicate<Stored> holds) {}

  private Chosen matcher() {
    String label = pick("stream", "service_name", "level", "host", "nowhere");
    String op = pick("=", "!=", "=~", "!~");
    String value =
        op.endsWith("~")
            ? pick("a|b", "a|error", ".+", ".*", "", "h.", "(info|INFO)?", ".*r.*")
            : pick("a", "b", "api", "error", "info", "h1", "");
    boolean negative = op.startsWith("!");
    Predicate<Stored> holds =
        record -> {
          String text = record.label(label);
          boolean same = op.endsWith("~") ? text.matches(value) : text.equals(value);
          return same != negative;
        };
    return new Chosen(label + op + "\"" + value + "\"", holds);
  }

  private Chosen selector() {
    var text = new StringBuilder("{stream=~\".+\"");
    Predicate<Stored> holds = _ -> true;
    for (int i = random.nextInt(3); i > 0; i--) {
      Chosen one = matcher();
      text.append(", ").append(one.text());
      holds = holds.and(one.holds());
    }
    return new Chosen(text.append('}').toString(), holds);
  }

  @Test
  void linesAreThoseThatMatch() {
    for (int i = 0; i < 60; i++) {
      Chosen selector = selector();
      int over = random.nextInt(-10, 40);
      boolean filtered = random.nextBoolean();
      String query = selector.text() + (filtered ? " | json | ms > " + over : "");
      boolean newest = random.nextBoolean();
      int limit = random.nextInt(1, 40);
      long from = START + random.nextLong(0, 5) * STEP;
      var range = new TimeRange(from * 1_000_000, (from + 4 * STEP) * 1_000_000);
      List<Long> expected =
          (newest ? records.reversed() : records)
              .stream()
                  .filter(r -> range.contains(r.nanos()))
                  .filter(selector.holds())
                  .filter(r -> !filtered || r.ms() > over)
                  .limit(limit)
                  .map(Stored::nanos)
                  .toList();
      List<Long> found = new ArrayList<>();
      engine.lines(
          TenantId.DEFAULT,
          LogQlParser.parseLines(query),
          new LogQlEngine.LinesRequest(range, newest, limit, 0),
          (LogQlEngine.LinesAnswer answer) -> {
            answer.entries().forEach(entry -> found.add(entry.timeNanos()));
            assertEquals(List.of(), answer.warnings());
          });
      assertEquals(expected, found, () -> query + " " + range + " seed " + seed);
    }
  }

  @Test
  void countsAreThoseOfPlainJavaWhoeverCounts() {
    for (int i = 0; i < 40; i++) {
      Chosen selector = selector();
      String by = pick("level", "stream", "service_name", "host", "nowhere");
      long range = random.nextInt(1, 6) * (random.nextBoolean() ? STEP : 13_000);
      long offset = random.nextInt(3) * 7_000L;
      String stages = pick("", " | drop __error__", " |= \"ms\"", " | json | drop ms");
      String query =
          String.format(
              Locale.ROOT,
              "sum by (%s) (count_over_time(%s%s [%ds] offset %ds))",
              by,
              selector.text(),
              stages,
              range / 1000,
              offset / 1000);
      Map<String, Map<Long, Double>> expected =
          expected(selector.holds(), r -> r.label(by), range, offset, r -> r.length);
      assertEquals(expected, run(query, by), () -> query + " seed " + seed);
    }
  }

  @Test
  void unwrappedValuesAreThoseOfPlainJava() {
    Map<String, ToDoubleFunction<double[]>> operations = new TreeMap<>();
    operations.put("min_over_time(", v -> Arrays.stream(v).min().orElseThrow());
    operations.put("max_over_time(", v -> Arrays.stream(v).max().orElseThrow());
    operations.put("avg_over_time(", v -> Arrays.stream(v).sum() / v.length);
    operations.put("first_over_time(", v -> v[0]);
    operations.put("last_over_time(", v -> v[v.length - 1]);
    operations.put(
        "quantile_over_time(0.5, ",
        v -> {
          double[] sorted = Arrays.stream(v).sorted().toArray();
          return (sorted[(v.length - 1) / 2] + sorted[v.length / 2]) / 2;
        });
    operations.forEach(
        (operation, expected) -> {
          Chosen selector = selector();
          long range = random.nextInt(1, 6) * 17_000L;
          String query =
              operation + selector.text() + " | json | unwrap ms [" + range + "ms]) by (stream)";
          assertEquals(
              expected(selector.holds(), Stored::stream, range, 0, expected),
              run(query, "stream"),
              () -> query + " seed " + seed);
        });
  }

  /** By value of the label and time: what is made of the records of each window. */
  private Map<String, Map<Long, Double>> expected(
      Predicate<Stored> holds,
      java.util.function.Function<Stored, String> label,
      long range,
      long offset,
      ToDoubleFunction<double[]> operation) {
    Map<String, Map<Long, Double>> all = new TreeMap<>();
    for (int i = 0; i <= STEPS; i++) {
      long time = START + i * STEP;
      long to = (time - offset) * 1_000_000;
      Map<String, List<Double>> groups = new TreeMap<>();
      for (Stored record : records) {
        if (record.nanos() <= to && record.nanos() > to - range * 1_000_000 && holds.test(record)) {
          groups
              .computeIfAbsent(label.apply(record), _ -> new ArrayList<>())
              .add((double) record.ms());
        }
      }
      groups.forEach(
          (name, values) -> {
            double[] array = values.stream().mapToDouble(Double::doubleValue).toArray();
            all.computeIfAbsent(name, _ -> new TreeMap<>())
                .put(time, operation.applyAsDouble(array));
          });
    }
    return all;
  }

  private Map<String, Map<Long, Double>> run(String query, String by) {
    Map<String, Map<Long, Double>> all = new TreeMap<>();
    LogQl.Metric metric = (LogQl.Metric) LogQlParser.parse(query);
    engine.range(
        TenantId.DEFAULT,
        metric,
        new MetricEngine.Range(START, START + STEPS * STEP, STEP),
        (PromAnswer answer) -> {
          for (SeriesSamples series : ((PromValue.Matrix) answer.value()).series()) {
            Map<Long, Double> points = new TreeMap<>();
            for (int i = 0; i < series.size(); i++) {
              points.put(series.timesMillis()[i], series.values()[i]);
            }
            all.put(series.labels().get(by), points);
          }
        });
    return all;
  }

  @Test
  void countsOfASelectorAloneReadNoRecord() {
    var memory = new MemoryLogStore();
    memory.add("2026-11-24T10:00:00Z", "a", "{'level':'WARN'}");
    var counting =
        new LogQlEngine(memory, new QueryAdmission(QueryLimits.DEFAULT, new SimpleMeterRegistry()));
    String sum = "sum by (detected_level) (rate({stream=\"a\"}%s [1h]))";
    for (String stages : List.of("", " | drop __error__", " |= \"WARN\"")) {
      List<String> found = new ArrayList<>();
      counting.instant(
          TenantId.DEFAULT,
          (LogQl.Metric) LogQlParser.parse(String.format(Locale.ROOT, sum, stages)),
          START,
          (PromAnswer answer) -> found.add(answer.value().toString()));
      assertEquals(1, found.size());
      assertTrue(found.getFirst().contains("{detected_level=\"warn\"}"), found.getFirst());
      boolean reads = requireNonNull(memory.asked).limit() > 0;
      assertEquals(stages.contains("|="), reads, stages);
    }
  }
}
