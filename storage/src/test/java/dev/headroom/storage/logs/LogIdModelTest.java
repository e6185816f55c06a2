package dev.headroom.storage.logs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.storage.logs.AppendResult.Item;
import dev.headroom.storage.logs.AppendResult.Outcome;
import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.model.LogOp;
import dev.headroom.storage.retention.RetainedPiece;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a record with an id becomes is told by memory, by old readers and by new ones, over several
 * days, restarts, merges and drops; always the same as a map tells it.
 */
final class LogIdModelTest {
  private static final int STEPS = 300;
  private static final int IDS = 25;

  @TempDir Path directory;

  /** What is known of a live id. */
  private record Known(long position, long version, String text, int daysAgo) {}

  private final Map<String, Known> live = new TreeMap<>();

  /** Versions go on where memory still has the deleted one; else they begin again. */
  private final Set<String> deleted = new HashSet<>();

  @Test
  void everyOutcomeIsThatOfAMap() throws IOException {
    long seed = Long.getLong("headroom.seed", System.nanoTime());
    var random = new Random(seed);
    EmbeddedLogStore store = LogTestStore.open(directory);
    try {
      for (int step = 0; step < STEPS; step++) {
        String what = "seed " + seed + " step " + step;
        switch (random.nextInt(60)) {
          case 0 -> {
            store.close();
            store = LogTestStore.open(directory);
          }
          case 1 -> store.checkpoint();
          case 2 -> store.seal();
          case 3 -> drop(store, random.nextInt(4));
          case 4, 5 -> checkSearch(store, what);
          default -> write(store, random, what);
        }
      }
      checkSearch(store, "seed " + seed + " in the end");
    } finally {
      store.close();
    }
  }

  private void drop(EmbeddedLogStore store, int daysAgo) throws IOException {
    long time =
        dev.headroom.storage.model.TimeRange.nanos(LogTestStore.TODAY)
            - daysAgo * LogTestStore.DAY_NANOS;
    for (RetainedPiece piece : store.pieces()) {
      if (piece.range().contains(time)) {
        store.drop(piece);
      }
    }
    live.entrySet().stream()
        .filter(entry -> entry.getValue().daysAgo() == daysAgo)
        .map(Map.Entry::getKey)
        .toList()
        .forEach(
            id -> {
              live.remove(id);
              deleted.add(id);
            });
  }

  private void checkSearch(EmbeddedLogStore store, String what) {
    Map<String, String> found = new TreeMap<>();
    for (LogHit hit : LogTestStore.search(store).hits()) {
      assertEquals(null, found.put(hit.id(), hit.sourceText()), what + ": twice " + hit.id());
    }
    Map<String, String> expected = new TreeMap<>();
    live.forEach((id, known) -> expected.put(id, known.text()));
    assertEquals(expected, found, what);
  }

  private void write(EmbeddedLogStore store, Random random, String what) {
    LogBatch.Builder batch = LogTestStore.batch();
    record Change(LogOp op, String id, String text, int daysAgo) {}
    List<Change> changes = new ArrayList<>();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      var change =
          new Change(
              LogOp.values()[random.nextInt(LogOp.values().length)],
              "id" + random.nextInt(IDS),
              what + " " + i,
              random.nextInt(4));
      changes.add(change);
      LogTestStore.add(batch, change.op(), change.id(), change.text(), change.daysAgo());
    }
    List<Item> items = store.append(batch.build(1)).items();
    for (int i = 0; i < changes.size(); i++) {
      Change change = changes.get(i);
      check(change.op(), change.id(), change.text(), change.daysAgo(), items.get(i), what);
    }
  }

  private void check(LogOp op, String id, String text, int daysAgo, Item item, String what) {
    Known before = live.get(id);
    String told = what + ": " + op + " " + id + " after " + before + " became " + item;
    Outcome expected =
        switch (op) {
          case CREATE -> before == null ? Outcome.CREATED : Outcome.CONFLICT;
          case INDEX -> before == null ? Outcome.CREATED : Outcome.UPDATED;
          case DELETE -> before == null ? Outcome.NOT_FOUND : Outcome.DELETED;
        };
    assertEquals(expected, item.outcome(), told);
    if (before != null) {
      long versions = expected == Outcome.CONFLICT ? 0 : 1;
      assertEquals(before.version() + versions, item.version(), told);
    } else {
      assertTrue(deleted.contains(id) || item.version() == 1, told);
    }
    switch (expected) {
      case CREATED, UPDATED ->
          live.put(id, new Known(item.position(), item.version(), text, daysAgo));
      case CONFLICT -> assertEquals(before == null ? -1 : before.position(), item.position(), told);
      case DELETED, NOT_FOUND -> {
        live.remove(id);
        deleted.add(id);
      }
    }
  }

  @Test
  void oneOfManyWhoCreateAnIdAtOnceIsAnswered() throws Exception {
    try (EmbeddedLogStore store = LogTestStore.open(directory);
        ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<List<Item>>> tasks = new ArrayList<>();
      for (int sender = 0; sender < 4; sender++) {
        int number = sender;
        tasks.add(() -> createAll(store, number));
      }
      int created = 0;
      for (Future<List<Item>> done : senders.invokeAll(tasks)) {
        created += (int) done.get().stream().filter(i -> i.outcome() == Outcome.CREATED).count();
      }
      assertEquals(100, created);
      assertEquals(100, LogTestStore.texts(store).size());
    }
  }

  private static List<Item> createAll(EmbeddedLogStore store, int sender) {
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      LogBatch batch = LogTestStore.one(LogOp.CREATE, "id" + i, "of " + sender + " " + i, i % 3);
      items.addAll(store.append(batch).items());
    }
    return items;
  }

  @Test
  void anAutomaticIdIsNotGivenAgain() {
    try (EmbeddedLogStore store = LogTestStore.open(directory)) {
      store.append(LogTestStore.one(LogOp.CREATE, "mine", "with an id", 0));
      String id = store.append(LogTestStore.one("without an id", 0)).items().getFirst().id();
      Item item = store.append(LogTestStore.one(LogOp.CREATE, id, "x", 0)).items().getFirst();
      assertEquals(Outcome.CONFLICT, item.outcome());
      item = store.append(LogTestStore.one(LogOp.DELETE, id, "", 0)).items().getFirst();
      assertEquals(Outcome.DELETED, item.outcome());
      item = store.append(LogTestStore.one(LogOp.CREATE, id, "new", 0)).items().getFirst();
      assertEquals(Outcome.CREATED, item.outcome());
      assertEquals(List.of("new", "with an id"), LogTestStore.texts(store));
    }
    try (EmbeddedLogStore store = LogTestStore.open(directory)) {
      assertEquals(List.of("new", "with an id"), LogTestStore.texts(store));
    }
  }
}
