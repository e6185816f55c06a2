package dev.headroom.storage.logs;

import static dev.headroom.storage.logs.LogTestStore.TENANT;
import static dev.headroom.storage.logs.LogTestStore.one;
import static dev.headroom.storage.logs.LogTestStore.texts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.storage.model.LogOp;
import dev.headroom.storage.model.TimeRange;
import dev.headroom.storage.retention.RetainedPiece;
import dev.headroom.storage.retention.RetentionPolicy;
import dev.headroom.storage.retention.RetentionSweep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.store.NIOFSDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartitionLifecycleTest {
  @TempDir Path directory;

  private Path day(String day) {
    return directory.resolve("logs").resolve("default").resolve("d30").resolve(day);
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }

  @Test
  void aDayThatIsOverIsSealedAndMergedOnceAndLateDataOpensANewGeneration() throws IOException {
    Path yesterday = day("2026-11-19");
    try (EmbeddedLogStore store = LogTestStore.open(directory)) {
      for (int i = 0; i < 5; i++) {
        store.append(one("y" + i, 1));
        store.append(one("t" + i, 0));
        store.checkpoint();
      }
      store.seal();
      LogManifest sealed = LogManifest.read(yesterday.resolve("0"));
      assertTrue(sealed.state().isSealed() && sealed.state().merged());
      assertEquals(5, sealed.records());
      assertEquals(10, sealed.state().rawBytes(), "five texts of two bytes");
      assertEquals(List.of("orders"), sealed.streams());
      assertEquals(
          TimeRange.nanos(LogTestStore.TODAY) - LogTestStore.DAY_NANOS,
          sealed.state().minTimeNanos());
      assertEquals(1, segments(yesterday.resolve("0")));
      assertFalse(LogManifest.read(day("2026-11-20").resolve("0")).state().isSealed());
      store.append(one("late", 1));
      assertEquals(11, texts(store).size());
      store.checkpoint();
      assertEquals(List.of("0", "1"), names(yesterday));
    }
    try (EmbeddedLogStore store = LogTestStore.open(directory)) {
      assertEquals(11, texts(store).size());
      store.append(one("later", 1));
      store.checkpoint();
      assertEquals(List.of("0", "1"), names(yesterday), "goes on with the open generation");
      assertEquals(List.of(), store.damage());
    }
  }

  private static int segments(Path folder) throws IOException {
    try (var index = new NIOFSDirectory(folder);
        DirectoryReader reader = DirectoryReader.open(index)) {
      return reader.leaves().size();
    }
  }

  @Test
  void recordsOfASealedPartitionCanStillBeReplacedAndDeleted() throws IOException {
    try (EmbeddedLogStore store = LogTestStore.open(directory)) {
      store.append(one(LogOp.INDEX, "a", "old a", 1));
      store.append(one(LogOp.INDEX, "b", "old b", 1));
      store.append(one(LogOp.INDEX, "c", "old c", 1));
      store.seal();
      store.append(one(LogOp.INDEX, "a", "new a", 1));
      store.append(one(LogOp.DELETE, "b", "", 1));
      assertEquals(List.of("new a", "old c"), texts(store));
    }
    try (EmbeddedLogStore store = LogTestStore.open(directory)) {
      assertEquals(List.of("new a", "old c"), texts(store));
      assertEquals(1, LogManifest.read(day("2026-11-19").resolve("0")).records());
    }
  }

  @Test
  void partitionsWithoutIdsAreNotOpenedToLookForOne() {
    try (EmbeddedLogStore store = LogTestStore.open(directory)) {
      for (int day = 1; day < 8; day++) {
        store.append(one("plain " + day, day));
      }
      store.append(one(LogOp.INDEX, "a", "with id", 9));
    }
    try (EmbeddedLogStore store = LogTestStore.open(directory)) {
      AppendResult.Item plain = store.append(one("plain 0", 0)).items().getFirst();
      assertEquals(
          AppendResult.Outcome.CONFLICT,
          store.append(one(LogOp.CREATE, "a", "again", 0)).items().getFirst().outcome());
      assertTrue(store.get(TENANT, "orders", plain.id()).isPresent());
      assertTrue(store.get(TENANT, "orders", "a").isPresent());
      long opened = store.partitions().all().stream().filter(p -> p.readers.isOpen()).count();
      assertTrue(opened <= 2, opened + " readers");
    }
  }

  @Test
  void aLargePartitionIsSealedWhileItsDayRuns() throws IOException {
    LogStoreConfig config =
        LogTestStore.config(directory)
            .withPartitions(PartitionLimits.DEFAULT.withSealing(Duration.ofHours(2), 50));
    try (EmbeddedLogStore store =
        EmbeddedLogStore.open(
            config,
            RetentionPolicy.DEFAULT,
            LogListener.NONE,
            LogTestStore.ROOM,
            InstantSource.fixed(LogTestStore.TODAY))) {
      for (int i = 0; i < 12; i++) {
        store.append(one("ten bytes" + i % 10, 0));
        store.seal();
      }
      assertEquals(List.of("0", "1", "2"), names(day("2026-11-20")));
      assertEquals(12, texts(store).size());
    }
  }

  @Test
  void aDayIsNotSealedWhileItIsWrittenToOrYoung() throws IOException {
    LogStoreConfig config =
        LogTestStore.config(directory)
            .withPartitions(PartitionLimits.DEFAULT.withSealing(Duration.ofHours(2), 1 << 20));
    Instant[] now = {Instant.parse("2026-11-21T01:59:00Z")};
    try (EmbeddedLogStore store =
        EmbeddedLogStore.open(
            config, RetentionPolicy.DEFAULT, LogListener.NONE, LogTestStore.ROOM, () -> now[0])) {
      store.append(one("x", 0));
      store.seal();
      assertFalse(LogManifest.read(openDay(store)).state().isSealed(), "within the grace");
      now[0] = now[0].plus(Duration.ofDays(3));
      store.seal();
      assertFalse(LogManifest.read(openDay(store)).state().isSealed(), "written to just now");
    }
  }

  private Path openDay(EmbeddedLogStore store) {
    store.checkpoint();
    return day("2026-11-20").resolve("0");
  }

  @Test
  void retentionDropsWholePartitionsAndNothingComesBack() throws IOException {
    var policy =
        new RetentionPolicy(
            Duration.ofDays(30), Map.of("orders", Duration.ofDays(2)), Duration.ofDays(400), 0);
    try (EmbeddedLogStore store = LogTestStore.open(directory, policy)) {
      for (int day = 0; day < 6; day++) {
        store.append(one("day " + day, day));
      }
      RetainedPiece oldest = store.pieces().getFirst();
      assertEquals("log_partition", oldest.kind());
      assertEquals("default/d2/2026-11-15/0", oldest.name());
      assertEquals(1, oldest.records());
      var sweep =
          new RetentionSweep(
              List.of(store), policy, InstantSource.fixed(LogTestStore.TODAY), () -> 0);
      assertEquals(3, sweep.run().dropped().size());
      assertEquals(List.of("day 0", "day 1", "day 2"), texts(store));
      assertEquals(3, store.pieces().size());
      assertEquals(0, sweep.run().dropped().size());
      store.drop(oldest); // gone already
    }
    try (EmbeddedLogStore store = LogTestStore.open(directory, policy)) {
      assertEquals(List.of("day 0", "day 1", "day 2"), texts(store));
      store.append(one("late", 4));
      store.drop(store.pieces().getFirst());
      assertEquals(List.of("day 0", "day 1", "day 2"), texts(store));
    }
  }

  @Test
  void aSearchThatRunsKeepsWhatItReads() throws IOException {
    try (EmbeddedLogStore store = LogTestStore.open(directory)) {
      store.append(one("x", 3));
      store.checkpoint();
      Path folder = day("2026-11-17");
      // A reader as a search holds it.
      LogPartition partition = partition(store);
      DirectoryReader reader = java.util.Objects.requireNonNull(partition.readers.acquire());
      store.drop(store.pieces().getFirst());
      assertEquals(List.of(), texts(store), "new searches do not see it");
      assertEquals(List.of("0.dropped"), names(folder));
      assertEquals(1, reader.numDocs());
      reader.decRef();
      assertEquals(List.of(), names(folder), "its files go with its last reader");
    }
  }

  private static LogPartition partition(EmbeddedLogStore store) {
    return store.partitions().all().getFirst();
  }

  @Test
  void aDropThatAStopCutShortIsFinishedAtTheNextStart() throws IOException {
    Path folder = day("2026-11-17");
    try (EmbeddedLogStore store = LogTestStore.open(directory)) {
      store.append(one("x", 3));
    }
    Files.move(folder.resolve("0"), folder.resolve("0.dropped"));
    try (EmbeddedLogStore store = LogTestStore.open(directory)) {
      assertEquals(List.of(), texts(store));
      assertEquals(List.of(), names(folder));
      store.append(one("y", 3));
      store.checkpoint();
      assertEquals(List.of("1"), names(folder), "no name is used twice");
    }
  }

  @Test
  void fewWritersAndReadersAreOpenHoweverManyPartitions() {
    try (EmbeddedLogStore store = LogTestStore.open(directory)) {
      for (int day = 0; day < 20; day++) {
        store.append(one("day " + day, day));
      }
      assertEquals(20, texts(store).size());
      List<LogPartition> all = store.partitions().all();
      assertTrue(all.stream().filter(LogPartition::isWriterOpen).count() <= 2);
      assertTrue(all.stream().filter(p -> p.readers.isOpen()).count() <= 3);
    }
  }

  @Test
  void fiveHundredPartitionsOpenAtOnceWithoutReadingThem() throws IOException {
    try (EmbeddedLogStore store = LogTestStore.open(directory)) {
      store.append(one("x", 0));
    }
    Path first = day("2026-11-20").resolve("0");
    IntStream.range(1, 500)
        .forEach(
            i ->
                copy(
                    first,
                    day(LogTestStore.TODAY.minus(Duration.ofDays(i)).toString().substring(0, 10))));
    long before = System.nanoTime();
    try (EmbeddedLogStore store = LogTestStore.open(directory)) {
      long millis = Duration.ofNanos(System.nanoTime() - before).toMillis();
      System.getLogger("test").log(System.Logger.Level.INFO, "500 partitions in " + millis + " ms");
      assertEquals(500, store.pieces().size());
      assertTrue(store.partitions().all().stream().noneMatch(p -> p.readers.isOpen()));
      assertEquals(List.of(), store.damage());
      assertEquals(List.of(TENANT), store.tenants());
    }
  }

  private static void copy(Path from, Path day) {
    try {
      Path to = Files.createDirectories(day.resolve("0"));
      for (String name : names(from)) {
        Files.copy(from.resolve(name), to.resolve(name));
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
