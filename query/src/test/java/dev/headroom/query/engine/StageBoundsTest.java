package dev.headroom.query.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.query.lang.PipeParser;
import dev.headroom.query.lang.TimeText;
import dev.headroom.storage.logs.LogSort;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What is answered when a bound of a query is met. */
class StageBoundsTest extends StageCases {
  private static QueryLimits few(int groups, long memory, int scanned) {
    return new QueryLimits(
        Duration.ofSeconds(30), 1000, groups, 4 * memory, memory, 4, Duration.ZERO, scanned);
  }

  @Test
  void boundsMakeAnswersPartial() {
    for (int i = 0; i < 3000; i++) {
      add(i % 60, "{'n':" + i + ",'message':'request number " + i + "'}");
    }
    limits = few(500, 1 << 20, 1000);
    QueryResult counted = run("* | eval a = 1 | stats count()");
    assertEquals("count | 1000", print(counted.rows()));
    assertEquals(
        List.of("scanned 1000 records; narrow the filter or the time range"),
        counted.partialReasons());
    QueryResult grouped = run("* | eval a = n * 2 | stats count() by a");
    assertTrue(
        grouped.partialReasons().contains("more than 500 groups; only the first found were kept"));
    assertEquals(500, ((QueryResult.Table) grouped.rows()).rows().size());
    limits = few(100_000, 100_000, 100_000);
    QueryResult held = run("* | eval a = concat(n, message) | stats count() by a");
    assertEquals(List.of("memory"), held.partialReasons());
    limits = few(100_000, 400_000, 100_000);
    assertEquals(List.of("memory"), run("* | eval a = n | sort a | tail 1").partialReasons());
    assertEquals(List.of(), run("* | eval a = n | sort a | head 10").partialReasons());
    assertEquals(List.of(), run("* | eval a = n | tail 10").partialReasons());
  }

  @Test
  void whatTheStoreFoundUntilTheDeadlineIsGiven() {
    requests();
    store.searching =
        deadline -> {
          while (!deadline.isExpired()) {
            Thread.onSpinWait();
          }
        };
    limits =
        new QueryLimits(
            Duration.ofMillis(50), 1000, 1000, 1 << 20, 1 << 20, 4, Duration.ZERO, 1000);
    assertEquals("n=4 | n=3 | n=2 | n=1", print(run("* | fields n").rows()));
    assertEquals(
        "route count | /a 2 | /b 1 | /c 1", print(run("* | stats count() by route").rows()));
  }

  @Test
  void hostileExpressionsEndAtTheDeadline() {
    for (int i = 0; i < 3; i++) {
      add(i, "{'message':'" + "a".repeat(60_000) + "'}");
    }
    limits =
        new QueryLimits(
            Duration.ofMillis(300), 1000, 1000, 1 << 24, 1 << 24, 4, Duration.ZERO, 1000);
    String slow = "matches(message, /(a{0,40}a{0,40}){0,40}b/)";
    String all = String.join(" or ", java.util.Collections.nCopies(6, slow));
    for (String stage : List.of("where " + all, "eval x = " + all)) {
      QueryResult result =
          assertTimeoutPreemptively(Duration.ofSeconds(60), () -> run("* | " + stage));
      assertEquals(List.of("timed_out"), result.partialReasons());
    }
    String pattern = "extract /(?<x>(a{0,40}a{0,40}){0,40}b)/";
    String many = String.join(" | ", java.util.Collections.nCopies(6, pattern));
    assertEquals(
        List.of("timed_out"),
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> run("* | " + many))
            .partialReasons());
  }

  @Test
  void aSearchThatStopsEarlyGoesOnWhereItStopped() {
    for (int i = 0; i < 1000; i++) {
      add(i % 60, "{'n':" + i + "}");
    }
    limits = few(1000, 1 << 20, 300);
    int found = 0;
    int asked = 0;
    Optional<dev.headroom.storage.logs.LogCursor> after = Optional.empty();
    do {
      QueryResult page =
          new LogEngine(store, new QueryAdmission(limits, new SimpleMeterRegistry()))
              .run(
                  TenantId.DEFAULT,
                  new LogRequest(
                      PipeParser.parse("* | where n % 100 + 0 = 7", TimeText.at(Instant.EPOCH)),
                      TimeRange.ALL,
                      LogSort.NEWEST,
                      OptionalInt.of(2),
                      after,
                      false));
      found += ((QueryResult.Hits) page.rows()).rows().size();
      after = page.next();
      asked++;
    } while (after.isPresent());
    assertEquals(10, found);
    assertTrue(asked >= 5 && asked < 20, asked + " pages");
  }
}
