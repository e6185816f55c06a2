package dev.headroom.storage.logs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.storage.file.PowerCutFileSystem;
import dev.headroom.storage.logs.AppendResult.Outcome;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.model.LogOp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The power is cut at a random change of the disk while several senders write. What was
 * acknowledged is there exactly once; what was not is sent again as senders do, and is then there
 * exactly once if it had an id of its own or of its batch.
 */
class PowerCutTest {
  private static final int SENDERS = 3;

  @TempDir Path directory;

  /** Texts by what the senders know of them. */
  private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();

  private final Set<String> unsure = ConcurrentHashMap.newKeySet();
  private final Map<String, LogBatch> toRepeat = new ConcurrentHashMap<>();

  @Test
  void nothingAcknowledgedIsLostAndNothingIsThereTwice() throws IOException {
    cut(200, Long.getLong("headroom.seed", System.nanoTime()));
  }

  @Test
  @Tag("slow")
  void nothingAcknowledgedIsLostInManyCuts() throws IOException {
    cut(5000, Long.getLong("headroom.seed", System.nanoTime()));
  }

  private void cut(int cuts, long seed) throws IOException {
    var random = new Random(seed);
    Path disk = Files.createDirectory(directory.resolve("0"));
    for (int cut = 1; cut <= cuts; cut++) {
      if (cut % 25 == 0) { // a new store, so that it stays quick
        acknowledged.clear();
        unsure.clear();
        toRepeat.clear();
        disk = Files.createDirectory(directory.resolve("new" + cut));
      }
      Path next = directory.resolve(Integer.toString(cut));
      var power = new PowerCutFileSystem(disk, random.nextInt(200), next, random);
      String what = "seed " + seed + " cut " + cut;
      try {
        EmbeddedLogStore store = LogTestStore.open(power.folder());
        try {
          check(store, what);
          send(store, cut, what);
        } finally {
          LogTestStore.closeAnyhow(store);
        }
      } catch (HeadroomException e) {
        assertTrue(power.isCut(), what + ": " + e);
      }
      disk = power.image();
    }
  }

  private void check(EmbeddedLogStore store, String what) {
    assertEquals(List.of(), store.damage(), what);
    toRepeat.forEach((text, batch) -> repeat(store, text, batch, what));
    LogAnswer answer = LogTestStore.search(store);
    if (answer.isPartial()) {
      return; // cut while it was read
    }
    Map<String, Integer> found = new HashMap<>();
    answer.hits().forEach(hit -> found.merge(hit.sourceText(), 1, Integer::sum));
    found.forEach((text, times) -> assertEquals(1, times, what + ": " + text));
    Set<String> missing = new HashSet<>(acknowledged);
    missing.removeAll(found.keySet());
    assertEquals(Set.of(), missing, what + ": lost");
    Set<String> unknown = new HashSet<>(found.keySet());
    unknown.removeAll(acknowledged);
    unknown.removeAll(unsure);
    assertEquals(Set.of(), unknown, what + ": never sent");
  }

  private void repeat(EmbeddedLogStore store, String text, LogBatch batch, String what) {
    try {
      AppendResult result = store.append(batch);
      Outcome outcome = result.items().getFirst().outcome();
      assertTrue(
          outcome == Outcome.CREATED || outcome == Outcome.CONFLICT && !result.repeated(), what);
      toRepeat.remove(text);
      acknowledged.add(text);
    } catch (HeadroomException _) {
      // cut again
    }
  }

  private void send(EmbeddedLogStore store, int cut, String what) {
    List<Thread> senders = new ArrayList<>();
    Set<Throwable> failures = ConcurrentHashMap.newKeySet();
    for (int sender = 0; sender < SENDERS; sender++) {
      int number = sender;
      senders.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      sendUntilCut(store, number, cut);
                    } catch (RuntimeException | AssertionError e) {
                      failures.add(e);
                    }
                  }));
    }
    for (Thread sender : senders) {
      try {
        sender.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    assertEquals(Set.of(), failures, what);
  }

  private void sendUntilCut(EmbeddedLogStore store, int sender, int cut) {
    for (int i = 0; i < 12; i++) {
      String text = cut + "-" + sender + "-" + i;
      LogBatch batch =
          switch (sender) {
            case 0 -> LogTestStore.one(LogOp.CREATE, "id" + text, text, i % 2);
            case 1 -> LogTestStore.one(text, i % 3, text.hashCode());
            default -> LogTestStore.one(text, i % 2);
          };
      unsure.add(text);
      try {
        store.append(batch);
        acknowledged.add(text);
      } catch (HeadroomException _) {
        if (sender < 2) {
          toRepeat.put(text, batch);
        }
        return;
      }
    }
  }
}
