package dev.headroom.storage.logs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.storage.logs.AppendResult.Outcome;
import dev.headroom.storage.model.BatchId;
import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.model.LogOp;
import dev.headroom.storage.model.MemoryPermit;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import dev.headroom.storage.retention.RetentionPolicy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedLogStoreTest {
  private static final TenantId TENANT = TenantId.DEFAULT;
  private static final long DAY = TimeRange.nanos(Instant.parse("2026-11-20T00:00:00Z"));
  private static final long SECOND = 1_000_000_000L;
  private static final MemoryPermit.Pool MEMORY = new MemoryPermit.Pool(1 << 28, 1 << 26);

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private EmbeddedLogStore store;

  @BeforeEach
  void open() {
    store =
        EmbeddedLogStore.open(
            LogStoreConfig.of(directory.resolve("logs"), directory.resolve("wal")),
            RetentionPolicy.DEFAULT);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void reopen() {
    store.close();
    open();
  }

  @Test
  void acknowledgedRecordsAreFoundAtOnceAndAfterARestart() {
    add(DAY + 1 * SECOND, "checkout", "payment timed out", 504);
    add(DAY + 2 * SECOND, "checkout", "payment accepted", 200);
    add(DAY - 5 * SECOND, "search", "slow query", 200); // the day before
    assertEquals(
        List.of("payment accepted", "payment timed out", "slow query"), bodies(LogFilter.ALL));
    reopen();
    assertEquals(
        List.of("payment accepted", "payment timed out", "slow query"), bodies(LogFilter.ALL));
    assertEquals(0, store.replayedRecords(), "an orderly close leaves nothing to replay");
  }

  @Test
  void filtersFindWhatTheySay() {
    add(DAY + 1 * SECOND, "checkout", "Payment timed out after 30s", 504);
    add(DAY + 2 * SECOND, "checkout", "payment accepted", 200);
    add(DAY + 3 * SECOND, "search", "größere Anfrage", 200);
    String timedOut = "Payment timed out after 30s";
    check(new LogFilter.Term("message", "payment"), "payment accepted", timedOut);
    check(new LogFilter.Term("", "TIMED"), timedOut);
    check(new LogFilter.Term("", "checkout"), "payment accepted", timedOut);
    check(new LogFilter.Phrase("", "timed out", 0), timedOut);
    check(new LogFilter.Phrase("message", "out timed", 0));
    check(new LogFilter.PhrasePrefix("message", "Payment tim", 0), timedOut);
    check(new LogFilter.PhrasePrefix("message", "payment a", 0), "payment accepted");
    check(new LogFilter.PhrasePrefix("message", "payment out a", 0));
    check(new LogFilter.PhrasePrefix("message", "payment ou", 1), timedOut);
    check(new LogFilter.PhrasePrefix("service", "sea", 0), "größere Anfrage");
    check(new LogFilter.PhrasePrefix("message", "payment x", 0));
    check(new LogFilter.Prefix("message", "ACC"), "payment accepted");
    check(new LogFilter.Wildcard("service", "che*t"), "payment accepted", timedOut);
    check(new LogFilter.Wildcard("message", "gr*ere"), "größere Anfrage");
    check(new LogFilter.Regex("service", "s[e]arch"), "größere Anfrage");
    check(new LogFilter.Term("status", "504"), timedOut);
    check(new LogFilter.Term("status", "504.0"), timedOut);
    check(new LogFilter.Range("status", "500", true, null, false), timedOut);
    check(new LogFilter.Range("status", "200", false, "504", false));
    check(
        new LogFilter.Range("status", "199.5", true, "200.5", true),
        "größere Anfrage",
        "payment accepted");
    check(new LogFilter.Terms("service", List.of("search", "x")), "größere Anfrage");
    check(new LogFilter.Exists("status"), "größere Anfrage", "payment accepted", timedOut);
    check(new LogFilter.Exists("nothing"));
    check(new LogFilter.Not(new LogFilter.Term("service", "checkout")), "größere Anfrage");
    check(new LogFilter.Term("service.keyword", "search"), "größere Anfrage");
    check(
        new LogFilter.Term("trace_id", "4BF92F3577B34DA6A3CE929D0E0E4736"),
        "größere Anfrage",
        "payment accepted",
        timedOut);
    check(
        LogFilter.and(
            new LogFilter.Term("service", "checkout"), new LogFilter.Term("status", "200")),
        "payment accepted");
  }

  @Test
  void badRegularExpressionIsTheAskersError() {
    add(DAY, "a", "b", 1);
    var bomb = new LogFilter.Regex("service", "(.*a){200}.{500}");
    assertThrows(HeadroomException.class, () -> bodies(bomb));
  }

  @Test
  void pagesByCursorVisitEverythingOnce() {
    var random = new Random(7);
    Set<Long> written = new HashSet<>();
    for (int i = 0; i < 300; i++) {
      written.add(add(DAY + random.nextInt(50) * SECOND, "s", "m" + i, i).getFirst().position());
    }
    for (boolean descending : new boolean[] {true, false}) {
      Set<Long> seen = new HashSet<>();
      Optional<LogCursor> after = Optional.empty();
      long last = descending ? Long.MAX_VALUE : Long.MIN_VALUE;
      while (true) {
        LogAnswer page = search(LogFilter.ALL, new LogSort("@timestamp", descending), 7, after);
        if (page.hits().isEmpty()) {
          break;
        }
        for (LogHit hit : page.hits()) {
          assertTrue(seen.add(hit.position()), "twice: " + hit.position());
          assertTrue(descending ? hit.eventTimeNanos() <= last : hit.eventTimeNanos() >= last);
          last = hit.eventTimeNanos();
        }
        after = Optional.of(page.hits().getLast().sort());
      }
      assertEquals(written, seen);
    }
  }

  @Test
  void aggregatesCountByTimeAndValue() {
    for (int i = 0; i < 90; i++) {
      add(DAY + i * 60L * SECOND, i % 3 == 0 ? "a" : "b", "m", i);
    }
    LogAnswer answer =
        store.search(
            TENANT,
            LogSearch.aggregate(
                LogFilter.ALL,
                TimeRange.ALL,
                List.of(
                    new LogAggregate.DateHistogram(
                        "h", 3600 * SECOND, 0, List.of(new LogAggregate.Stats("st", "status"))),
                    new LogAggregate.Terms(
                        "t", "service", 1, LogAggregate.Order.COUNT_DESCENDING, List.of()))),
            Deadline.after(Duration.ofSeconds(10)),
            MEMORY.open());
    assertEquals(90, answer.totalHits());
    var histogram = (LogAggregateResult.Buckets) answer.aggregates().get(0);
    assertEquals(List.of(60L, 30L), histogram.buckets().stream().map(b -> b.count()).toList());
    var stats = (LogAggregateResult.Stats) histogram.buckets().get(1).children().getFirst();
    assertEquals(60, stats.min());
    assertEquals(89, stats.max());
    var terms = (LogAggregateResult.Buckets) answer.aggregates().get(1);
    assertEquals("b", terms.buckets().getFirst().key());
    assertEquals(60, terms.buckets().getFirst().count());
    assertEquals(30, terms.otherCount());
  }

  @Test
  void idsCreateReplaceAndDelete() {
    assertEquals(Outcome.CREATED, one(LogOp.CREATE, "x", "first", DAY).outcome());
    assertEquals(Outcome.CONFLICT, one(LogOp.CREATE, "x", "second", DAY).outcome());
    AppendResult.Item updated = one(LogOp.INDEX, "x", "third", DAY + 86_400 * SECOND);
    assertEquals(Outcome.UPDATED, updated.outcome());
    assertEquals(2, updated.version());
    assertEquals(List.of("third"), bodies(LogFilter.ALL));
    reopen();
    assertEquals(List.of("third"), bodies(LogFilter.ALL));
    assertEquals("third", body(store.get(TENANT, "orders", "x").orElseThrow()));
    assertEquals(Outcome.DELETED, one(LogOp.DELETE, "x", "", DAY).outcome());
    assertEquals(Outcome.NOT_FOUND, one(LogOp.DELETE, "x", "", DAY).outcome());
    assertEquals(List.of(), bodies(LogFilter.ALL));
    assertEquals(Outcome.CREATED, one(LogOp.CREATE, "x", "again", DAY).outcome());
    reopen();
    assertEquals(List.of("again"), bodies(LogFilter.ALL));
  }

  @Test
  void automaticIdFindsItsRecord() {
    AppendResult.Item item = add(DAY, "s", "hello", 1).getFirst();
    assertEquals("hello", body(store.get(TENANT, "s", item.id()).orElseThrow()));
    assertEquals(Optional.empty(), store.get(TENANT, "other", item.id()));
  }

  @Test
  void aBatchIdIsStoredOnce() {
    var id = new BatchId(1, 2, 3, 4);
    LogBatch batch = batch(DAY, "s", "once", 1).batchId(id).build(10);
    AppendResult first = store.append(batch);
    AppendResult second = store.append(batch);
    assertTrue(second.repeated());
    assertEquals(first.items(), second.items());
    LogBatch other = batch(DAY, "s", "other", 1).batchId(new BatchId(1, 2, 9, 9)).build(10);
    assertThrows(HeadroomException.class, () -> store.append(other));
    assertEquals(List.of("once"), bodies(LogFilter.ALL));
  }

  @Test
  void manyPartitionsShareAFewWriters() {
    store.close();
    var config =
        LogStoreConfig.of(directory.resolve("logs"), directory.resolve("wal"))
            .withCommits(1 << 12, Duration.ofSeconds(30))
            .withPartitions(PartitionLimits.DEFAULT.withBuffer(1 << 20).withOpenFiles(3, 4));
    store = EmbeddedLogStore.open(config, RetentionPolicy.DEFAULT);
    var random = new Random(3);
    for (int i = 0; i < 60; i++) {
      add(DAY - random.nextInt(8) * 86_400L * SECOND, "s", "m" + i, i);
    }
    assertEquals(60, search(LogFilter.ALL, LogSort.NEWEST, 10, Optional.empty()).totalHits());
    reopen();
    assertEquals(60, search(LogFilter.ALL, LogSort.NEWEST, 10, Optional.empty()).totalHits());
  }

  private void check(LogFilter filter, String... expected) {
    assertEquals(List.of(expected), bodies(filter), filter.toString());
  }

  private List<AppendResult.Item> add(long time, String service, String message, int status) {
    return store.append(batch(time, service, message, status).build(100)).items();
  }

  private static LogBatch.Builder batch(long time, String service, String message, int status) {
    byte[] source = message.getBytes(StandardCharsets.UTF_8);
    var builder = new LogBatch.Builder(TENANT, "test", time);
    builder
        .startRecord(time, service, service, source, 0, source.length)
        .addSourceText("message", 0, source.length)
        .addText("service", service)
        .addText("trace_id", "4bf92f3577b34da6a3ce929d0e0e4736")
        .addLong("status", status)
        .endRecord();
    return builder;
  }

  private AppendResult.Item one(LogOp op, String id, String message, long time) {
    byte[] source = message.getBytes(StandardCharsets.UTF_8);
    var builder = new LogBatch.Builder(TENANT, "test", time);
    builder.startRecord(op, time, "orders", "orders", source, 0, source.length).id(id).endRecord();
    return store.append(builder.build(10)).items().getFirst();
  }

  private LogAnswer search(LogFilter filter, LogSort sort, int limit, Optional<LogCursor> after) {
    var search =
        new LogSearch(
            filter, TimeRange.ALL, Set.of(), List.of(), sort, limit, after, true, List.of());
    try (MemoryPermit permit = MEMORY.open()) {
      return store.search(TENANT, search, Deadline.after(Duration.ofSeconds(10)), permit);
    }
  }

  private List<String> bodies(LogFilter filter) {
    List<String> bodies = new ArrayList<>();
    for (LogHit hit : search(filter, LogSort.NEWEST, 1000, Optional.empty()).hits()) {
      bodies.add(body(hit));
    }
    return bodies;
  }

  private static String body(LogHit hit) {
    return hit.sourceText();
  }
}
