package dev.headroom.query.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.query.lang.PipeParser;
import dev.headroom.query.lang.TimeText;
import dev.headroom.storage.logs.LogFilter;
import dev.headroom.storage.logs.LogHit;
import dev.headroom.storage.logs.LogSearch;
import dev.headroom.storage.logs.LogSort;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LogEngineTest {
  private final MemoryLogStore store = new MemoryLogStore();
  private LogEngine engine = engine(QueryLimits.DEFAULT);

  private LogEngine engine(QueryLimits limits) {
    return new LogEngine(store, new QueryAdmission(limits, new SimpleMeterRegistry()));
  }

  @BeforeEach
  void fill() {
    String[] routes = {"/a", "/b", "/a", "/c", "/a", "/b"};
    for (int i = 0; i < routes.length; i++) {
      store.add(
          "2026-11-24T10:0" + i + ":00Z",
          "web",
          String.format(
              java.util.Locale.ROOT,
              "{'message':'request timed"
                  + " out','route':'%s','took':%d,'nested':{'n':%d},'host':'h%d'}",
              routes[i],
              i * 10,
              9 - i,
              i % 2));
    }
  }

  private QueryResult run(String query, OptionalInt limit) {
    return engine.run(
        TenantId.DEFAULT,
        new LogRequest(
            PipeParser.parse(query, TimeText.at(Instant.parse("2026-11-24T12:00:00Z"))),
            TimeRange.ALL,
            LogSort.NEWEST,
            limit,
            Optional.empty(),
            true));
  }

  private void hits(String query, String expected) {
    var rows = (QueryResult.Hits) run(query, OptionalInt.empty()).rows();
    assertEquals(expected, String.join(" ", ids(rows)), query);
  }

  private static List<String> ids(QueryResult.Hits hits) {
    return hits.rows().stream().flatMap(row -> row.hit().stream()).map(LogHit::id).toList();
  }

  private void table(String query, String expected) {
    var rows = (QueryResult.Table) run(query, OptionalInt.empty()).rows();
    assertEquals(expected, rows.columns() + " " + rows.rows(), query);
  }

  private void fails(String query, String message) {
    var e = assertThrows(HeadroomException.class, () -> run(query, OptionalInt.empty()), query);
    assertEquals(ErrorCategory.INVALID, e.category());
    assertEquals(message, e.getMessage());
  }

  @Test
  void recordsAreSortedAndCut() {
    hits("\"timed out\"", "id5 id4 id3 id2 id1 id0");
    hits("* | head 2", "id5 id4");
    hits("* | sort took | head 3", "id0 id1 id2");
    hits("* | head 3 | sort -host, nested.n", "id5 id3 id4");
    hits("* | head 4 | sort @timestamp | head 1", "id2");
    hits("route:(\"/b\" OR \"/c\")", "id5 id3 id1");
    hits("took:>=30 -host:h0", "id5 id3");
  }

  @Test
  void statisticsAreComputedByGroup() {
    table("* | stats count()", "[count] [[6]]");
    table("* | stats count() by route", "[route, count] [[/a, 3], [/b, 2], [/c, 1]]");
    table("* | stats count() by route | sort count | head 2", "[route, count] [[/c, 1], [/b, 2]]");
    table(
        "* | stats avg(took) as t, max(took) by route, host | sort -t, host | fields t, host",
        "[t, host] [[30.0, h1], [30.0, h1], [20.0, h0]]");
    table("route:x | stats count(), sum(took)", "[count, sum(took)] [[0, null]]");
  }

  @Test
  void columnsThatAreNotThereAreRefused() {
    fails("* | stats count() | sort x", "there is no column x; there are count");
    fails(
        "* | stats count() by route | where c > 1", "there is no column c; there are route, count");
    fails("* | top route | stats sum(x)", "there is no column x; there are route, count, share");
    fails("* | stats count() | eval a = b", "there is no column b; there are count");
    fails(
        "* | stats count() | timechart span=1m count()",
        "there is no column _time; there are count");
    fails(
        "* | stats count() | fields - count | sort count", "there is no column count; there are ");
    table(
        "* | stats count() by route | eval a = count * 2, b = a + 1 | head 1 | fields b",
        "[b] [[7]]");
  }

  @Test
  void timesInTheFilterBecomeTheRange() {
    var unused =
        run("@timestamp:[2026-11-24T10:02 TO 2026-11-24T10:03] route:\"/a\"", OptionalInt.of(5));
    LogSearch asked = Objects.requireNonNull(store.asked);
    assertEquals(
        Instant.parse("2026-11-24T10:02:00Z"), TimeRange.instant(asked.range().fromNanos()));
    assertEquals(Instant.parse("2026-11-24T10:04:00Z"), TimeRange.instant(asked.range().toNanos()));
    assertEquals(new LogFilter.Term("route", "/a"), asked.filter());
  }

  @Test
  void pagesFollowOneAnother() {
    QueryResult first = run("*", OptionalInt.of(4));
    assertEquals(6, first.total());
    QueryResult second =
        engine.run(
            TenantId.DEFAULT,
            new LogRequest(
                PipeParser.parse("*", TimeText.at(Instant.EPOCH)),
                TimeRange.ALL,
                LogSort.NEWEST,
                OptionalInt.of(4),
                first.next(),
                true));
    assertEquals(List.of("id1", "id0"), ids((QueryResult.Hits) second.rows()));
    assertTrue(second.next().isEmpty());
  }

  @Test
  void whatIsCutIsSaid() {
    store.failPartly("2 of 3 partitions were searched");
    QueryLimits few =
        new QueryLimits(Duration.ofSeconds(5), 10, 2, 1 << 20, 1 << 20, 1, Duration.ZERO);
    engine = engine(few);
    QueryResult result = run("* | stats count() by route", OptionalInt.empty());
    assertEquals(
        List.of(
            "2 of 3 partitions were searched", "more than 2 groups; only the largest were kept"),
        result.partialReasons());
    assertEquals(2, ((QueryResult.Table) result.rows()).rows().size());
  }

  @Test
  void queriesBeyondTheLimitAreRefused() {
    QueryLimits one =
        new QueryLimits(Duration.ofSeconds(5), 10, 2, 1 << 20, 1 << 20, 1, Duration.ofMillis(1));
    var admission = new QueryAdmission(one, new SimpleMeterRegistry());
    try (QueryAdmission.Turn turn = admission.enter()) {
      assertTrue(turn.memory().tryReserve(1 << 20));
      var e = assertThrows(HeadroomException.class, admission::enter);
      assertEquals(ErrorCategory.OVERLOADED, e.category());
    }
    try (QueryAdmission.Turn turn = admission.enter()) {
      assertTrue(turn.memory().tryReserve(1 << 20));
    }
  }
}
