package dev.headroom.storage.logs;

import static dev.headroom.storage.logs.LogTestStore.one;
import static dev.headroom.storage.logs.LogTestStore.texts;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.storage.file.FaultyFileSystem;
import dev.headroom.storage.file.ObservedFileSystem.Change;
import dev.headroom.storage.logs.AppendResult.Outcome;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.model.LogOp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The n-th write or force of a short run fails, for every n. */
class LogFaultTest {
  private static final int RECORDS = 12;

  @TempDir Path directory;
  private final FaultyFileSystem faulty = new FaultyFileSystem();
  private int runs;

  /** What a run was told. */
  private record Told(List<String> acknowledged, List<String> refused) {}

  private Path newFolder() throws IOException {
    return Files.createDirectory(directory.resolve("run" + runs++));
  }

  private static Told write(EmbeddedLogStore store, int count) {
    var told = new Told(new ArrayList<>(), new ArrayList<>());
    for (int i = 0; i < count; i++) {
      String text = "record " + i;
      try {
        LogBatch batch = i % 3 == 0 ? one(LogOp.CREATE, "id" + i, text, i % 3) : one(text, i % 3);
        if (store.append(batch).items().getFirst().outcome() == Outcome.CREATED) {
          told.acknowledged.add(text);
        }
      } catch (HeadroomException e) {
        assertEquals(ErrorCategory.UNAVAILABLE, e.category(), e.toString());
        assertTrue(e.category().isRetryable());
        told.refused.add(text);
      }
    }
    return told;
  }

  private static void checkExactlyOnce(List<String> found, Told told, String what) {
    Set<String> once = new HashSet<>(found);
    assertEquals(once.size(), found.size(), what + ": something twice in " + found);
    assertTrue(once.containsAll(told.acknowledged), what + ": lost of " + told + " in " + found);
    once.removeAll(told.acknowledged);
    once.removeAll(told.refused);
    assertEquals(Set.of(), once, what + ": never sent");
  }

  private static boolean isWalFile(String path) {
    return path.endsWith(".wal");
  }

  @Test
  void aFailedForceOfTheWalPoisonsItForEveryN() throws IOException {
    poison(Change.FORCE);
  }

  @Test
  void aFailedWriteOfTheWalPoisonsItForEveryN() throws IOException {
    poison(Change.WRITE);
  }

  private void poison(Change kind) throws IOException {
    int failed = RECORDS;
    for (int n = 1; failed > 0; n++) {
      Path real = newFolder();
      String what = kind + " " + n;
      Told told;
      try (EmbeddedLogStore store = LogTestStore.open(faulty.path(real))) {
        faulty.failOnce(n, (change, path) -> change == kind && isWalFile(path), "EIO");
        told = write(store, RECORDS);
        failed = faulty.failures();
        faulty.repair();
        if (failed > 0) {
          assertTrue(store.failure().orElseThrow().contains("EIO"), what);
          assertEquals(RECORDS - n + 1, told.refused.size(), what + ": no more acknowledgements");
          assertThrows(HeadroomException.class, () -> store.append(one("after", 0)), what);
          checkExactlyOnce(texts(store), told, what + ", reads go on");
        }
      }
      try (EmbeddedLogStore store = LogTestStore.open(real)) {
        checkExactlyOnce(texts(store), told, what + ", restarted");
        assertEquals(List.of(), store.damage(), what);
        store.append(one("after", 0));
      }
    }
    assertTrue(runs >= RECORDS, "every append forces: " + runs);
  }

  @Test
  void aDiskThatFailsAnyChangeOnceCostsNothingAcknowledged() throws IOException {
    var random = new Random(Long.getLong("headroom.seed", System.nanoTime()));
    failAny(1 + random.nextInt(31), 31);
  }

  @Test
  @Tag("slow")
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void aDiskThatFailsAnyChangeOnceCostsNothingAcknowledgedForEveryN() throws IOException {
    failAny(1, 1);
  }

  private void failAny(int first, int step) throws IOException {
    for (int n = first; ; n += step) {
      Path real = newFolder();
      String what = "change " + n;
      Told told;
      EmbeddedLogStore store = LogTestStore.open(faulty.path(real));
      faulty.failOnce(n, (change, path) -> true, "EIO");
      told = write(store, RECORDS);
      LogTestStore.closeAnyhow(store);
      int failed = faulty.failures();
      faulty.repair();
      try (EmbeddedLogStore again = LogTestStore.open(real)) {
        checkExactlyOnce(texts(again), told, what);
        assertEquals(List.of(), again.damage(), what);
      }
      if (failed == 0) {
        break;
      }
    }
    assertTrue(runs > 5, "a run has many changes: " + runs);
  }

  @Test
  void anIndexThatCannotBeWrittenStallsAndCatchesUpByItself() throws IOException {
    for (int n = 1; n <= 40; n += 4) {
      Path real = newFolder();
      String what = "index change " + n;
      Told told;
      try (EmbeddedLogStore store = LogTestStore.open(faulty.path(real))) {
        faulty.failOnce(n, LogFaultTest::isOfIndex, "No space left on device");
        told = write(store, RECORDS);
        await()
            .atMost(Duration.ofSeconds(60))
            .ignoreException(HeadroomException.class)
            .until(() -> !store.append(one("after " + runs, 0)).items().isEmpty());
        told.acknowledged.add("after " + runs);
        checkExactlyOnce(texts(store), told, what);
        assertTrue(!LogTestStore.search(store).isPartial(), what);
        assertTrue(store.failure().isEmpty() && store.stalled().isEmpty(), what);
        assertEquals(List.of(), store.damage(), what);
      }
      try (EmbeddedLogStore store = LogTestStore.open(real)) {
        checkExactlyOnce(texts(store), told, what + ", restarted");
      }
      faulty.repair();
    }
  }

  private static boolean isOfIndex(Change change, String path) {
    return path.contains("/logs/default/");
  }

  @Test
  void aDiskFullForALongTimeAnswersAndForgetsNothing() throws IOException {
    Path real = newFolder();
    EmbeddedLogStore store = LogTestStore.open(faulty.path(real));
    Told told = write(store, RECORDS);
    faulty.failFrom(1, LogFaultTest::isOfIndex, "No space left on device");
    Told more = write(store, 40);
    told.acknowledged.addAll(more.acknowledged.stream().map(text -> text).toList());
    await().until(() -> store.stalled().isPresent());
    LogAnswer answer = LogTestStore.search(store);
    assertTrue(answer.isPartial() && answer.partialReasons().contains("indexing_stalled"));
    assertTrue(store.failure().isEmpty());
    assertThrows(HeadroomException.class, () -> store.append(one("x", 0)));
    LogTestStore.closeAnyhow(store);
    try (EmbeddedLogStore again = LogTestStore.open(faulty.path(real))) { // still full
      assertTrue(LogTestStore.search(again).isPartial());
      assertThrows(HeadroomException.class, () -> again.append(one("x", 0)));
      faulty.repair();
      await()
          .atMost(Duration.ofSeconds(60))
          .ignoreException(HeadroomException.class)
          .until(() -> !again.append(one("after", 0)).items().isEmpty());
      List<String> found = texts(again);
      assertEquals(told.acknowledged.size() + 1, found.size(), "of " + found);
    }
  }
}
