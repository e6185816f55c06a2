package dev.headroom.storage.logs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.storage.file.PowerCutFileSystem;
import dev.headroom.storage.logs.AppendResult.Item;
import dev.headroom.storage.logs.AppendResult.Outcome;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.model.LogOp;
import dev.headroom.storage.retention.RetentionPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random changes with and without ids, over several days, partitions and retention classes, against
 * a map; the power is cut again and again, also while a start reads the WAL.
 */
class LogCrashModelTest {
  private static final List<RetentionPolicy> POLICIES =
      List.of(
          RetentionPolicy.DEFAULT,
          new RetentionPolicy(
              Duration.ofDays(7), Map.of("orders", Duration.ofDays(3)), Duration.ofDays(9), 0));

  @TempDir Path directory;

  private record Change(LogOp op, String id, String text, int daysAgo) {}

  private final Map<String, String> model = new TreeMap<>();
  private List<Change> inFlight = List.of();
  private int written;

  @Test
  void everyAcknowledgedChangeCountsExactlyOnce() throws IOException {
    run(2, Long.getLong("headroom.seed", System.nanoTime()));
  }

  @Test
  @Tag("slow")
  void everyAcknowledgedChangeCountsExactlyOnceManyTimes() throws IOException {
    run(100, Long.getLong("headroom.seed", System.nanoTime()));
  }

  private void run(int rounds, long seed) throws IOException {
    var random = new Random(seed);
    for (int round = 0; round < rounds; round++) {
      model.clear();
      Path disk = Files.createDirectory(directory.resolve("r" + round + "-0"));
      for (int cut = 1; cut <= 12; cut++) {
        Path next = directory.resolve("r" + round + "-" + cut);
        disk = runUntilCut(disk, next, random, "seed " + seed + " round " + round + " cut " + cut);
      }
    }
  }

  private Path runUntilCut(Path disk, Path next, Random random, String what) throws IOException {
    var power = new PowerCutFileSystem(disk, 5 + random.nextInt(400), next, random);
    RetentionPolicy policy = POLICIES.get(random.nextInt(POLICIES.size()));
    try {
      EmbeddedLogStore store = LogTestStore.open(power.folder(), policy);
      try {
        check(store, what);
        change(store, power, random, what);
      } finally {
        LogTestStore.closeAnyhow(store);
      }
    } catch (HeadroomException e) {
      assertTrue(power.isCut(), what + ": " + e);
    }
    return power.image();
  }

  private void check(EmbeddedLogStore store, String what) {
    LogAnswer answer = LogTestStore.search(store);
    if (answer.isPartial()) {
      return; // the power went while it was read
    }
    Map<String, String> found = new TreeMap<>();
    for (LogHit hit : answer.hits()) {
      String text = hit.sourceText();
      String key = text.startsWith("anonymous") ? text : hit.id();
      assertEquals(null, found.put(key, text), what + ": twice " + key);
    }
    if (!found.equals(model)) {
      apply(inFlight); // not acknowledged, but written: all of the batch or nothing
      assertEquals(model, found, what + ", in flight " + inFlight);
    }
    inFlight = List.of();
    assertEquals(List.of(), store.damage(), what);
  }

  private void apply(List<Change> changes) {
    for (Change change : changes) {
      if (change.id.isEmpty()) {
        model.put(change.text, change.text);
      } else if (change.op == LogOp.DELETE) {
        model.remove(change.id);
      } else if (change.op != LogOp.CREATE || !model.containsKey(change.id)) {
        model.put(change.id, change.text);
      }
    }
  }

  private void change(
      EmbeddedLogStore store, PowerCutFileSystem power, Random random, String what) {
    try {
      while (!power.isCut()) {
        switch (random.nextInt(20)) {
          case 0 -> store.checkpoint();
          case 1 -> store.seal();
          case 2 -> assertEquals(model.size(), LogTestStore.search(store).totalHits(), what);
          default -> append(store, random, what);
        }
      }
    } catch (HeadroomException e) {
      assertTrue(power.isCut(), what + ": " + e);
    } catch (AssertionError e) {
      if (!power.isCut()) {
        throw e;
      }
    }
  }

  private void append(EmbeddedLogStore store, Random random, String what) {
    List<Change> changes = new ArrayList<>();
    LogBatch.Builder batch = LogTestStore.batch();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      LogOp op = LogOp.values()[random.nextInt(3)];
      String id = random.nextInt(4) == 0 ? "" : "id" + random.nextInt(8);
      String text = (id.isEmpty() ? "anonymous " : "text ") + written++;
      var change = new Change(id.isEmpty() ? LogOp.INDEX : op, id, text, random.nextInt(4));
      changes.add(change);
      LogTestStore.add(batch, change.op, change.id, change.text, change.daysAgo);
    }
    inFlight = changes;
    List<Item> items = store.append(batch.build(1)).items();
    for (int i = 0; i < changes.size(); i++) {
      checkOutcome(changes.get(i), items.get(i), what);
    }
    inFlight = List.of();
  }

  private void checkOutcome(Change change, Item item, String what) {
    boolean exists = model.containsKey(change.id);
    Outcome expected =
        change.id.isEmpty()
            ? Outcome.CREATED
            : switch (change.op) {
              case CREATE -> exists ? Outcome.CONFLICT : Outcome.CREATED;
              case INDEX -> exists ? Outcome.UPDATED : Outcome.CREATED;
              case DELETE -> exists ? Outcome.DELETED : Outcome.NOT_FOUND;
            };
    assertEquals(expected, item.outcome(), what + ": " + change);
    apply(List.of(change));
  }

  @Test
  void aPartialCommitOfAReplacedRecordIsReadOnce() throws IOException {
    // The old version's partition commits (its writer is evicted) before the new one's does.
    Path disk = Files.createDirectory(directory.resolve("a"));
    var power = new PowerCutFileSystem(disk, Long.MAX_VALUE, directory.resolve("b"), new Random(1));
    EmbeddedLogStore store = LogTestStore.open(power.folder());
    store.append(LogTestStore.one(LogOp.INDEX, "x", "old", 3));
    for (int day = 0; day < 3; day++) {
      store.append(LogTestStore.one("filler " + day, day));
    }
    store.append(LogTestStore.one(LogOp.INDEX, "x", "new", 0));
    assertEquals(4, LogTestStore.texts(store).size());
    Path image = power.image();
    LogTestStore.closeAnyhow(store);
    try (EmbeddedLogStore again = LogTestStore.open(image)) {
      assertEquals(List.of("filler 0", "filler 1", "filler 2", "new"), LogTestStore.texts(again));
    }
  }
}
