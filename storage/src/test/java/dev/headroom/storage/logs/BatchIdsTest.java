package dev.headroom.storage.logs;

import static dev.headroom.storage.logs.LogTestStore.add;
import static dev.headroom.storage.logs.LogTestStore.one;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.storage.logs.AppendResult.Item;
import dev.headroom.storage.logs.AppendResult.Outcome;
import dev.headroom.storage.model.BatchId;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.model.LogOp;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import dev.headroom.storage.wal.SyncPolicy;
import dev.headroom.storage.wal.WalConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchIdsTest {
  private static final BatchIds.Limits SMALL =
      new BatchIds.Limits(100, 40, 10, Duration.ofHours(24));

  @TempDir Path directory;

  private Instant now = LogTestStore.TODAY;

  private BatchIds ids(BatchIds.Limits limits) {
    return BatchIds.open(
        new WalConfig("logs", directory, 4096, 1 << 20, 1 << 20), limits, () -> now);
  }

  private LogBatch batch(TenantId tenant, long key, String text) {
    var batch =
        new LogBatch.Builder(tenant, "test", TimeRange.nanos(now))
            .batchId(new BatchId(key * 31, key, text.hashCode(), 0));
    add(batch, LogOp.INDEX, "", text, 0);
    return batch.build(1);
  }

  private static AppendResult stored(BatchIds ids, LogBatch batch, long position) {
    return ids.once(
        batch,
        () -> {
          ids.committed(batch, position);
          return new AppendResult(
              List.of(new Item(Outcome.CREATED, position, 1, AutomaticId.of(position))),
              SyncPolicy.FSYNC,
              false);
        });
  }

  @Test
  void aRepeatOfAnyKindOfBatchGetsTheFirstAnswerAlsoWhenTheWalIsCut() {
    LogBatch.Builder mixed = LogTestStore.batch().batchId(new BatchId(1, 2, 3, 4));
    add(mixed, LogOp.CREATE, "there", "conflict", 0);
    add(mixed, LogOp.INDEX, "there", "update", 0);
    add(mixed, LogOp.INDEX, "", "plain", 0);
    add(mixed, LogOp.DELETE, "absent", "", 0);
    add(mixed, LogOp.CREATE, "new", "create", 0);
    add(mixed, LogOp.DELETE, "new", "", 0);
    LogBatch batch = mixed.build(1);
    LogBatch plain = one("just text", 0, 77);
    LogBatch.Builder refusing = LogTestStore.batch().batchId(new BatchId(5, 5, 5, 5));
    add(refusing, LogOp.DELETE, "never", "", 0);
    LogBatch refused = refusing.build(1);
    List<AppendResult> first = new ArrayList<>();
    try (EmbeddedLogStore store = LogTestStore.open(directory)) {
      store.append(one(LogOp.INDEX, "there", "old", 0));
      for (LogBatch each : List.of(batch, plain, refused)) {
        first.add(store.append(each));
      }
      assertEquals(
          List.of(
              Outcome.CONFLICT,
              Outcome.UPDATED,
              Outcome.CREATED,
              Outcome.NOT_FOUND,
              Outcome.CREATED,
              Outcome.DELETED),
          first.getFirst().items().stream().map(Item::outcome).toList());
      checkRepeats(store, first, batch, plain, refused);
      store.checkpoint();
      for (int i = 0; i < 200; i++) {
        store.append(one("filler " + i, 0)); // the first files of the WAL go
      }
      store.checkpoint();
      checkRepeats(store, first, batch, plain, refused);
    }
    for (int restart = 0; restart < 2; restart++) {
      try (EmbeddedLogStore store = LogTestStore.open(directory)) {
        checkRepeats(store, first, batch, plain);
      }
    }
  }

  private static void checkRepeats(
      EmbeddedLogStore store, List<AppendResult> first, LogBatch... batches) {
    long before = LogTestStore.search(store).totalHits();
    for (int i = 0; i < batches.length; i++) {
      AppendResult again = store.append(batches[i]);
      assertTrue(again.repeated());
      assertEquals(first.get(i).items(), again.items());
    }
    assertEquals(before, LogTestStore.search(store).totalHits());
  }

  @Test
  void anotherBodyUnderTheSameKeyIsAConflictForEver() throws IOException {
    try (BatchIds ids = ids(SMALL)) {
      stored(ids, batch(TenantId.DEFAULT, 1, "a"), 3);
      ids.checkpoint();
    }
    try (BatchIds ids = ids(SMALL)) {
      var error =
          assertThrows(
              HeadroomException.class, () -> stored(ids, batch(TenantId.DEFAULT, 1, "b"), 4));
      assertEquals(ErrorCategory.CONFLICT, error.category());
      assertTrue(stored(ids, batch(TenantId.DEFAULT, 1, "a"), 9).repeated());
    }
  }

  @Test
  void aBatchThatFailedMayBeSentAgainAndOneThatIsDurableMayNot() {
    try (BatchIds ids = ids(SMALL)) {
      LogBatch batch = batch(TenantId.DEFAULT, 1, "a");
      assertThrows(
          HeadroomException.class,
          () ->
              ids.once(
                  batch,
                  () -> {
                    throw new HeadroomException(ErrorCategory.UNAVAILABLE, "disk full");
                  }));
      assertThrows(
          HeadroomException.class,
          () ->
              ids.once(
                  batch,
                  () -> {
                    ids.committed(batch, 8); // durable, but its sender was interrupted
                    throw new HeadroomException(ErrorCategory.UNAVAILABLE, "interrupted");
                  }));
      AppendResult again = stored(ids, batch, 99);
      assertTrue(again.repeated());
      assertEquals(8, again.items().getFirst().position());
    }
  }

  @Test
  void aConcurrentRepeatWaitsForTheFirst() throws InterruptedException {
    try (BatchIds ids = ids(SMALL)) {
      LogBatch batch = batch(TenantId.DEFAULT, 1, "a");
      var stores = new AtomicInteger();
      List<Thread> senders = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        senders.add(
            Thread.ofVirtual()
                .start(
                    () ->
                        ids.once(
                            batch,
                            () -> {
                              ids.committed(batch, stores.incrementAndGet());
                              return new AppendResult(
                                  List.of(new Item(Outcome.CREATED, 1, 1, AutomaticId.of(1))),
                                  SyncPolicy.FSYNC,
                                  false);
                            })));
      }
      for (Thread sender : senders) {
        sender.join();
      }
      assertEquals(1, stores.get());
    }
  }

  @Test
  void anIdIsForgottenAfterADayAndItsFilesGo() throws IOException {
    try (BatchIds ids = ids(SMALL)) {
      for (int i = 0; i < 90; i++) {
        stored(ids, batch(new TenantId("t" + i % 5), i, "a"), i);
        ids.checkpoint();
      }
      assertEquals(90, ids.size());
      long before = files();
      assertTrue(before > 1, "several files: " + before);
      now = now.plus(Duration.ofHours(23));
      stored(ids, batch(TenantId.DEFAULT, 1000, "young"), 1000);
      ids.checkpoint();
      assertTrue(stored(ids, batch(new TenantId("t1"), 1, "a"), 2000).repeated());
      now = now.plus(Duration.ofHours(3));
      ids.checkpoint();
      assertFalse(stored(ids, batch(new TenantId("t1"), 1, "a"), 2001).repeated());
      assertTrue(stored(ids, batch(TenantId.DEFAULT, 1000, "young"), 2002).repeated());
      assertEquals(0, ids.cutShort(), "they were old enough");
      assertTrue(files() < before, "old files are deleted");
    }
    try (BatchIds ids = ids(SMALL)) {
      assertEquals(2, ids.size() + 1, "the one of after the last checkpoint is the log WAL's");
    }
  }

  private long files() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("batches"))) {
      return files.count();
    }
  }

  @Test
  void tooManyAreCutShortOldestFirstAndCounted() throws IOException {
    try (BatchIds ids = ids(SMALL)) {
      for (int i = 0; i < 300; i++) {
        stored(ids, batch(new TenantId("t" + i % 5), i, "a"), i);
        ids.checkpoint();
      }
      assertTrue(ids.size() <= 110, "of " + ids.size());
      assertTrue(ids.cutShort() >= 190, "of " + ids.cutShort());
      assertTrue(stored(ids, batch(new TenantId("t4"), 299, "a"), 1000).repeated());
      assertFalse(stored(ids, batch(new TenantId("t0"), 0, "a"), 1001).repeated());
    }
  }

  @Test
  void aTenantWithManyForgetsItsOwnOnly() throws IOException {
    TenantId busy = new TenantId("busy");
    TenantId calm = new TenantId("calm");
    try (BatchIds ids = ids(SMALL)) {
      stored(ids, batch(calm, 7, "a"), 1);
      for (int i = 0; i < 90; i++) {
        stored(ids, batch(busy, 1000 + i, "a"), i);
        ids.checkpoint();
      }
      assertTrue(stored(ids, batch(calm, 7, "a"), 500).repeated());
      assertFalse(stored(ids, batch(busy, 1000, "a"), 501).repeated());
      assertTrue(stored(ids, batch(busy, 1089, "a"), 502).repeated());
      assertTrue(ids.cutShort() >= 40, "of " + ids.cutShort());
    }
  }

  @Test
  void randomRepeatsAndRestartsAgreeWithAMap() throws IOException {
    long seed = Long.getLong("headroom.seed", System.nanoTime());
    var random = new Random(seed);
    var limits = new BatchIds.Limits(100_000, 100_000, 16, Duration.ofHours(24));
    Map<Long, Long> model = new HashMap<>();
    BatchIds ids = ids(limits);
    try {
      for (int i = 0; i < 2000; i++) {
        long key = random.nextInt(400);
        AppendResult result = stored(ids, batch(TenantId.DEFAULT, key, "a"), i);
        Long before = model.putIfAbsent(key, (long) i);
        String what = "seed " + seed + " step " + i + " key " + key;
        assertEquals(before != null, result.repeated(), what);
        assertEquals(model.get(key), result.items().getFirst().position(), what);
        if (random.nextInt(20) == 0) {
          ids.checkpoint();
        }
        if (random.nextInt(100) == 0) {
          ids.checkpoint();
          ids.close();
          ids = ids(limits);
          assertEquals(model.size(), ids.size(), what);
        }
      }
    } finally {
      ids.close();
    }
  }

  @Test
  void theLimitsAreTheDocumentedOnesWhereTheHeapAllows() {
    assertEquals(8_000_000, BatchIds.Limits.forHeap(8L << 30).maxEntries());
    assertEquals(2_000_000, BatchIds.Limits.forHeap(8L << 30).maxPerTenant());
    assertEquals(1 << 20, BatchIds.Limits.forHeap(512L << 20).maxEntries());
  }
}
