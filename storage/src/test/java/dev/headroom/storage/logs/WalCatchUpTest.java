package dev.headroom.storage.logs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.storage.logs.AppendResult.Outcome;
import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.model.LogOp;
import dev.headroom.storage.retention.RetentionPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that opens on a WAL whose records are in no partition takes batches at once. */
final class WalCatchUpTest {
  private static final int RECORDS = 4_000;

  @TempDir Path directory;

  private final List<String> acknowledged = new ArrayList<>();

  /** What a crash leaves when nothing was committed: the WAL. */
  @BeforeEach
  void crash() throws IOException {
    Path running = directory.resolve("running");
    try (EmbeddedLogStore store = open(running)) {
      for (int i = 0; i < RECORDS; i += 100) {
        LogBatch.Builder batch = LogTestStore.batch();
        for (int j = i; j < i + 100; j++) {
          String text = "record " + j;
          LogTestStore.add(batch, LogOp.INDEX, j % 10 == 0 ? "id-" + j : "", text, j % 3);
          acknowledged.add(text);
        }
        store.append(batch.build(10));
      }
      copy(running.resolve("wal"), directory.resolve("crashed").resolve("wal"));
    }
  }

  @Test
  void takesBatchesAtOnceAndASearchWaitsForAll() {
    try (EmbeddedLogStore store = openCrashed()) {
      assertEquals(RECORDS, store.replayedRecords());
      append(store, "first after the start");
      assertEquals(acknowledged.stream().sorted().toList(), LogTestStore.texts(store));
      assertEquals(0, store.recordsBehind());
      append(store, "second after the start");
      assertEquals(acknowledged.stream().sorted().toList(), LogTestStore.texts(store));
    }
  }

  /** The index stands still until it is told to go on. */
  @Test
  void batchesAndIdsDoNotWaitForTheIndex() {
    var goOn = new CountDownLatch(1);
    try (EmbeddedLogStore store = open(directory.resolve("crashed"), held(goOn))) {
      append(store, "while the index is behind");
      AppendResult again = store.append(LogTestStore.one(LogOp.CREATE, "id-3990", "again", 0));
      assertEquals(Outcome.CONFLICT, again.items().getFirst().outcome());
      assertEquals(RECORDS + 1, store.recordsBehind());
      goOn.countDown();
      assertEquals(acknowledged.stream().sorted().toList(), LogTestStore.texts(store));
    } finally {
      goOn.countDown();
    }
  }

  /** Asked by the indexing thread when it has committed what it read. */
  private static LogListener held(CountDownLatch goOn) {
    return new LogListener() {
      @Override
      public void committed(LogBatch batch, long position) {}

      @Override
      public long neededFrom() {
        try {
          goOn.await();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        return Long.MAX_VALUE;
      }
    };
  }

  @Test
  void idsThatAreOnlyInTheWalAreKnown() {
    try (EmbeddedLogStore store = openCrashed()) {
      AppendResult again = store.append(LogTestStore.one(LogOp.CREATE, "id-3990", "again", 0));
      assertEquals(Outcome.CONFLICT, again.items().getFirst().outcome());
      AppendResult gone = store.append(LogTestStore.one(LogOp.DELETE, "id-10", "", 0));
      assertEquals(Outcome.DELETED, gone.items().getFirst().outcome());
      assertEquals(RECORDS - 1, LogTestStore.texts(store).size());
    }
  }

  @Test
  void aStopMeanwhileLosesNothing() {
    for (int i = 0; i < 3; i++) {
      try (EmbeddedLogStore store = openCrashed()) {
        append(store, "after start " + i);
      }
    }
    try (EmbeddedLogStore store = openCrashed()) {
      assertEquals(acknowledged.stream().sorted().toList(), LogTestStore.texts(store));
    }
  }

  @Test
  void streamsAreToldWithoutWaiting() {
    try (EmbeddedLogStore store = openCrashed()) {
      List<StreamInfo> early = store.indexedStreams(LogTestStore.TENANT);
      assertTrue(early.size() <= 1, early.toString());
      assertEquals(1, store.streams(LogTestStore.TENANT).size());
      assertEquals(1, store.indexedStreams(LogTestStore.TENANT).size());
    }
  }

  private void append(EmbeddedLogStore store, String text) {
    store.append(LogTestStore.one(text, 0));
    acknowledged.add(text);
  }

  private EmbeddedLogStore openCrashed() {
    return open(directory.resolve("crashed"));
  }

  /** Commits so rarely that the WAL keeps everything. */
  private static EmbeddedLogStore open(Path folder) {
    return open(folder, LogListener.NONE);
  }

  private static EmbeddedLogStore open(Path folder, LogListener listener) {
    return EmbeddedLogStore.open(
        LogTestStore.config(folder)
            .withCommits(1 << 30, Duration.ofHours(1))
            .withPartitions(new PartitionLimits(1 << 30, 8, 8, Duration.ofDays(30), 64 << 20)),
        RetentionPolicy.DEFAULT,
        listener,
        LogTestStore.ROOM,
        InstantSource.fixed(LogTestStore.TODAY));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }
}
