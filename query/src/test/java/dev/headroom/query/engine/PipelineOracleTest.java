package dev.headroom.query.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.headroom.query.lang.PipeParser;
import dev.headroom.query.lang.TimeText;
import dev.headroom.storage.file.StoreLayout;
import dev.headroom.storage.ledger.FlowLedger;
import dev.headroom.storage.logs.EmbeddedLogStore;
import dev.headroom.storage.logs.LogSort;
import dev.headroom.storage.logs.LogStoreConfig;
import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import dev.headroom.storage.retention.RetentionPolicy;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queries made by chance over a real store answer as plain Java over the same records does. */
class PipelineOracleTest {
  private static final Instant START = Instant.parse("2026-11-24T10:00:00Z");
  private static final int RECORDS = 120; // percentiles of so few are exact
  private static final int QUERIES = 600;

  private final long seed = Long.getLong("headroom.seed", 20261124);
  private final Random random = new Random(seed);
  private final List<Map<String, Object>> records = new ArrayList<>();

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private FlowLedger flows;

  @SuppressWarnings("NullAway.Init")
  private EmbeddedLogStore store;

  @BeforeEach
  void fill() {
    var layout = new StoreLayout(directory);
    flows = FlowLedger.open(layout.ledger());
    store =
        EmbeddedLogStore.open(
            LogStoreConfig.of(layout.logs(), layout.logWal()),
            RetentionPolicy.DEFAULT,
            flows.logs());
    for (int i = 0; i < RECORDS; i++) {
      add(i);
      if (i == RECORDS / 2) {
        store.checkpoint();
      }
    }
    records.sort(
        Comparator.comparingLong(record -> -(Long) Objects.requireNonNull(record.get("_time"))));
  }

  @AfterEach
  void close() {
    store.close();
    flows.close();
  }

  private void add(int i) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("n", (long) i);
    fields.put("level", List.of("info", "warn", "error").get(random.nextInt(3)));
    fields.put("status", List.of(200L, 404L, 500L).get(random.nextInt(3)));
    if (random.nextInt(4) > 0) {
      fields.put("route", "/" + (char) ('a' + random.nextInt(4)));
    }
    if (random.nextInt(3) > 0) {
      fields.put("took", random.nextInt(400) / 4.0 + 0.125);
    }
    if (random.nextInt(2) > 0) {
      fields.put("host", "h" + random.nextInt(9));
    }
    if (random.nextInt(2) > 0) {
      // An id, which the store cannot group by.
      fields.put("trace", String.format(Locale.ROOT, "%032x", random.nextInt(5)));
    }
    long time = TimeRange.nanos(START) + random.nextInt(7200) * 1_000_000_000L + i;
    var builder = new LogBatch.Builder(TenantId.DEFAULT, "test", time);
    byte[] source = json(fields).getBytes(UTF_8);
    builder.startRecord(time, "web", "web", source, 0, source.length);
    fields.forEach(
        (name, value) -> {
          switch (value) {
            case Long number -> builder.addLong(name, number);
            case Double number -> builder.addDouble(name, number);
            default -> builder.addText(name, value.toString());
          }
        });
    builder.endRecord();
    var unused = store.append(builder.build(1));
    fields.put("_time", time);
    records.add(fields);
  }

  private static String json(Map<String, Object> fields) {
    var json = new StringBuilder("{");
    fields.forEach(
        (name, value) -> {
          String text = value instanceof Number ? value.toString() : "\"" + value + "\"";
          json.append(json.length() == 1 ? "" : ",").append("\"" + name + "\":" + text);
        });
    return json.append("}").toString();
  }

  @Test
  void pipelinesAnswerAsPlainJavaDoes() {
    var engine =
        new LogEngine(store, new QueryAdmission(QueryLimits.DEFAULT, new SimpleMeterRegistry()));
    for (int i = 0; i < QUERIES; i++) {
      var pipeline = new RandomPipeline(random);
      String context = "seed " + seed + ", query " + i + ": " + pipeline.text();
      QueryResult result;
      try {
        result =
            engine.run(
                TenantId.DEFAULT,
                new LogRequest(
                    PipeParser.parse(pipeline.text(), TimeText.at(START)),
                    TimeRange.ALL,
                    LogSort.NEWEST,
                    OptionalInt.of(10_000),
                    Optional.empty(),
                    true));
      } catch (RuntimeException e) {
        throw new AssertionError(context, e);
      }
      List<String> expected = print(pipeline.fields(), pipeline.apply(records));
      List<String> found = print(pipeline.fields(), rows(pipeline.fields(), result.rows()));
      assertEquals(expected.size(), found.size(), context);
      for (int row = 0; row < expected.size(); row++) {
        assertEquals(expected.get(row), found.get(row), context + ", row " + row);
      }
      assertEquals(List.of(), result.partialReasons(), context);
    }
  }

  private static List<Map<String, Object>> rows(List<String> fields, QueryResult.Rows rows) {
    var all = new ArrayList<Map<String, Object>>();
    switch (rows) {
      case QueryResult.Hits hits -> {
        for (Row row : hits.rows()) {
          Map<String, Object> values = new LinkedHashMap<>();
          fields.forEach(name -> put(values, name, row.get(name)));
          all.add(values);
        }
      }
      case QueryResult.Table table -> {
        for (List<@Nullable Object> cells : table.rows()) {
          Map<String, Object> values = new LinkedHashMap<>();
          for (int i = 0; i < cells.size(); i++) {
            put(values, table.columns().get(i), cells.get(i));
          }
          all.add(values);
        }
      }
    }
    return all;
  }

  private static void put(Map<String, Object> values, String name, @Nullable Object value) {
    if (value != null) {
      values.put(name, value);
    }
  }

  private static List<String> print(List<String> fields, List<Map<String, Object>> rows) {
    var lines = new ArrayList<String>();
    for (Map<String, Object> row : rows) {
      var text = new StringBuilder();
      for (String field : fields) {
        Object value = row.get(field);
        text.append(field).append('=');
        text.append(
            value instanceof Number number
                ? String.format(Locale.ROOT, "%.9g", number.doubleValue() + 0.0)
                : String.valueOf(value));
        text.append(' ');
      }
      lines.add(text.toString());
    }
    return lines;
  }
}
