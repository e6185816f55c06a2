package dev.headroom.query.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.headroom.query.lang.PipeParser;
import dev.headroom.query.lang.TimeText;
import dev.headroom.storage.logs.LogSort;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Queries over a handful of records, and their rows as short texts: one line a case. */
abstract class StageCases {
  final MemoryLogStore store = new MemoryLogStore();
  QueryLimits limits = QueryLimits.DEFAULT;

  void add(int minute, String source) {
    store.add(String.format(Locale.ROOT, "2026-11-24T10:%02d:00Z", minute), "web", source);
  }

  void requests() {
    add(0, "{'n':1,'route':'/a','ms':10,'status':200,'user':{'id':'u1'},'tags':['x','y']}");
    add(1, "{'n':2,'route':'/b','ms':30.5,'status':'500','tags':['x']}");
    add(2, "{'n':3,'route':'/a','ms':20,'status':404}");
    add(7, "{'n':4,'route':'/c','status':200}");
  }

  QueryResult run(String query) {
    return new LogEngine(store, new QueryAdmission(limits, new SimpleMeterRegistry()))
        .run(
            TenantId.DEFAULT,
            new LogRequest(
                PipeParser.parse(query, TimeText.at(Instant.parse("2026-11-24T12:00:00Z"))),
                TimeRange.ALL,
                LogSort.NEWEST,
                OptionalInt.empty(),
                Optional.empty(),
                true));
  }

  /** What stages set in each row, such as {@code a=1 b=x | a=2}. */
  static String print(QueryResult.Rows rows) {
    var lines = new StringJoiner(" | ");
    switch (rows) {
      case QueryResult.Hits hits ->
          hits.rows().forEach(row -> lines.add(line(List.copyOf(row.own().keySet()), row)));
      case QueryResult.Table table -> {
        lines.add(String.join(" ", table.columns()));
        table.rows().forEach(cells -> lines.add(line(cells)));
      }
    }
    return lines.toString();
  }

  static String line(List<String> names, Row row) {
    var line = new StringJoiner(" ");
    names.forEach(name -> line.add(name + "=" + text(row.own().get(name))));
    return line.toString();
  }

  static String line(List<@Nullable Object> cells) {
    var line = new StringJoiner(" ");
    cells.forEach(cell -> line.add(text(cell)));
    return line.toString();
  }

  static String text(@Nullable Object value) {
    return value == null ? "-" : value instanceof Instant ? Values.text(value) : value.toString();
  }

  void check(String query, String expected) {
    QueryResult result = run(query);
    assertEquals(expected, print(result.rows()), query);
    assertEquals(List.of(), result.partialReasons(), query);
  }

  /** The numbers of the records that come out. */
  void numbers(String query, String expected) {
    check(query + " | fields n", expected.isEmpty() ? "" : "n=" + expected.replace(" ", " | n="));
  }

  void computes(String expression, String expected) {
    check("n:1 | eval x = " + expression + " | fields x", "x=" + expected);
  }
}
