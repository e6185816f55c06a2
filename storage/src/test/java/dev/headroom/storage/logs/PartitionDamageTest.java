package dev.headroom.storage.logs;

import static dev.headroom.storage.logs.LogTestStore.one;
import static dev.headroom.storage.logs.LogTestStore.texts;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.storage.file.CorruptFileException;
import dev.headroom.storage.file.Damage;
import dev.headroom.storage.file.DurableFiles;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.LogOp;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each file of a partition torn, flipped, missing or of an older day. */
class PartitionDamageTest {
  private static final List<String> ALL =
      List.of("today 1", "today 2", "yesterday 2", "yesterday 3");
  private static final List<String> TODAY_ONLY = List.of("today 1", "today 2");

  private static final List<String> NAMED =
      List.of("partition_unreadable default/d30/2026-11-19/0");

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private Path yesterday;

  @BeforeEach
  void fill() throws IOException {
    try (EmbeddedLogStore store = LogTestStore.open(directory)) {
      store.append(one(LogOp.INDEX, "y1", "yesterday 1", 1));
      store.append(one("yesterday 2", 1));
      store.append(one("today 1", 0));
      store.checkpoint();
      store.append(one(LogOp.DELETE, "y1", "", 1)); // a file of deleted documents
      store.append(one("yesterday 3", 1));
      store.append(one("today 2", 0));
    }
    yesterday = directory.resolve("logs/default/d30/2026-11-19/0");
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(yesterday)) {
      return files.filter(file -> !file.endsWith("write.lock")).sorted().toList();
    }
  }

  @Test
  void thereAreFilesOfEachKind() throws IOException {
    String names = files().toString();
    for (String kind : List.of("manifest", "segments_", ".cfs", ".cfe", ".si", ".liv", ".ledger")) {
      assertTrue(names.contains(kind), kind + " in " + names);
    }
  }

  @Test
  void anyFileCutAtAnyByteOfItsTailIsFoundAtOpen() throws IOException {
    for (Path file : files()) {
      byte[] bytes = Files.readAllBytes(file);
      for (int cut = Math.max(0, bytes.length - 40); cut < bytes.length; cut++) {
        Files.write(file, Arrays.copyOf(bytes, cut));
        assertFound(file, "cut at " + cut);
      }
      Files.delete(file);
      assertFound(file, "missing");
      Files.write(file, bytes);
    }
    assertEquals(Optional.empty(), load().orElseThrow().note());
  }

  /** Damaged, or (of the manifest alone) mended and told. */
  private void assertFound(Path file, String what) throws IOException {
    try {
      PartitionFiles.Found found = load().orElseThrow();
      assertTrue(file.endsWith(LogManifest.FILE_NAME), file + " " + what);
      assertTrue(found.note().isPresent(), file + " " + what);
      assertEquals(2, found.manifest().records());
    } catch (CorruptFileException e) {
      assertFalse(file.endsWith(LogManifest.FILE_NAME), file + " " + what + ": " + e);
    }
  }

  private Optional<PartitionFiles.Found> load() throws IOException {
    return PartitionFiles.load(yesterday);
  }

  @Test
  void aFlippedBitAnywhereIsFoundByReadingThrough() throws IOException {
    long seed = Long.getLong("headroom.seed", System.nanoTime());
    var random = new Random(seed);
    for (Path file : files()) {
      byte[] bytes = Files.readAllBytes(file);
      for (int i = 0; i < 300; i++) {
        int at = bytes.length <= 300 ? i % bytes.length : random.nextInt(bytes.length);
        byte[] flipped = bytes.clone();
        flipped[at] ^= (byte) (1 << random.nextInt(8));
        Files.write(file, flipped);
        String what = file.getFileName() + " at " + at + ", seed " + seed;
        if (file.endsWith(LogManifest.FILE_NAME)) {
          assertTrue(load().orElseThrow().note().isPresent(), what);
        } else {
          assertThrows(CorruptFileException.class, this::loadAndReadThrough, what);
        }
      }
      Files.write(file, bytes);
    }
    loadAndReadThrough();
  }

  private void loadAndReadThrough() throws IOException {
    PartitionFiles.verify(yesterday, load().orElseThrow().manifest());
  }

  @Test
  void aDamagedPartitionIsSetAsideAndTheOthersGoOn() throws IOException {
    Path commit =
        files().stream().filter(f -> f.toString().contains("segments_")).findFirst().orElseThrow();
    Files.write(commit, Arrays.copyOf(Files.readAllBytes(commit), 20));
    try (EmbeddedLogStore store = LogTestStore.open(directory)) {
      assertEquals(TODAY_ONLY, texts(store));
      Damage damage = store.damage().getFirst();
      assertEquals("logs/default/d30/2026-11-19/0", damage.item());
      assertEquals(2, damage.records());
      assertTrue(damage.bytes() > 1000, damage.toString());
      assertTrue(damage.range().isPresent());
      store.append(one("yesterday 4", 1)); // a new generation
      assertEquals(List.of("today 1", "today 2", "yesterday 4"), texts(store));
    }
    assertTrue(Files.isDirectory(yesterday.resolveSibling("0.damaged")));
    try (EmbeddedLogStore store = LogTestStore.open(directory)) {
      assertEquals(List.of("today 1", "today 2", "yesterday 4"), texts(store));
      assertEquals(1, store.damage().size(), "told until somebody has seen to it");
    }
  }

  @Test
  void aLostManifestIsMadeAnew() throws IOException {
    Files.delete(yesterday.resolve(LogManifest.FILE_NAME));
    try (EmbeddedLogStore store = LogTestStore.open(directory)) {
      assertEquals(ALL, texts(store));
      assertTrue(store.damage().getFirst().problem().contains("made anew"));
    }
    try (EmbeddedLogStore store = LogTestStore.open(directory)) {
      assertEquals(List.of(), store.damage());
      assertEquals(List.of("orders"), LogManifest.read(yesterday).streams());
    }
  }

  @Test
  void aScrubSetsAsideWhatSearchesWouldNotNotice() throws IOException {
    Path data =
        files().stream().filter(f -> f.toString().endsWith(".cfs")).findFirst().orElseThrow();
    byte[] bytes = Files.readAllBytes(data);
    for (int at = 100; at < bytes.length; at += bytes.length / 7) {
      byte[] flipped = bytes.clone();
      flipped[at] ^= 4;
      Files.write(data, flipped);
      try (EmbeddedLogStore store = LogTestStore.open(directory)) {
        ScrubReport report = store.scrub(() -> true);
        assertEquals(1, report.damage().size(), "at " + at);
        assertEquals(2, report.partitions());
        assertEquals(TODAY_ONLY, texts(store));
        assertFalse(LogTestStore.search(store).isPartial());
      }
      Path aside = yesterday.resolveSibling("0.damaged");
      Files.move(aside, yesterday);
      Files.write(data, bytes);
    }
    try (EmbeddedLogStore store = LogTestStore.open(directory)) {
      assertEquals(0, store.scrub(() -> true).damage().size());
      assertEquals(ALL, texts(store));
    }
  }

  @Test
  void damageThatASearchMeetsIsSetAsideAndSaid() throws IOException {
    try (EmbeddedLogStore store = LogTestStore.open(directory)) {
      for (Path file : files()) {
        if (file.toString().endsWith(".si")) {
          Files.write(file, new byte[(int) Files.size(file)]); // behind the store's back
        }
      }
      LogAnswer answer = LogTestStore.search(store);
      assertEquals(2, answer.totalHits());
      assertTrue(answer.isPartial());
      assertEquals(NAMED, answer.partialReasons());
      await().until(() -> store.damage().size() == 1);
      assertFalse(LogTestStore.search(store).isPartial());
    }
  }

  @Test
  void aFlippedByteThatASearchMeetsLeavesTheOtherPartitionsToAnswer() throws IOException {
    Path data =
        files().stream().filter(f -> f.toString().endsWith(".cfs")).findFirst().orElseThrow();
    try (EmbeddedLogStore store = LogTestStore.open(directory)) {
      assertEquals(ALL, texts(store));
      LogAnswer answer = LogTestStore.search(store);
      long size = Files.size(data);
      for (long at = 0; at < size && !answer.isPartial(); at++) {
        flip(data, at);
        answer = LogTestStore.search(store);
        if (!answer.isPartial()) {
          flip(data, at);
        }
      }
      assertEquals(NAMED, answer.partialReasons());
      assertEquals(2, answer.totalHits());
      assertEquals(TODAY_ONLY, texts(store));
      await().until(() -> store.damage().size() == 1);
      assertEquals("logs/default/d30/2026-11-19/0", store.damage().getFirst().item());
      assertFalse(LogTestStore.search(store).isPartial());
    }
  }

  @Test
  void aDamagedPartitionThatIsWrittenToLosesOnlyWhatIsInItsFiles() throws IOException {
    try (EmbeddedLogStore store = LogTestStore.open(directory)) {
      store.append(one("yesterday 4", 1));
      assertTrue(texts(store).contains("yesterday 4"));
      for (Path file : files()) {
        if (file.toString().endsWith(".cfs")) {
          for (long at = 40; at < Files.size(file) - 40; at++) {
            flip(file, at);
          }
        }
      }
      await()
          .until(
              () -> {
                LogAnswer answer = LogTestStore.search(store);
                return !answer.isPartial() && store.damage().size() == 1;
              });
      assertEquals(List.of("today 1", "today 2", "yesterday 4"), texts(store));
      await()
          .ignoreException(HeadroomException.class)
          .until(() -> !store.append(one("yesterday 5", 1)).items().isEmpty());
      assertEquals(List.of("today 1", "today 2", "yesterday 4", "yesterday 5"), texts(store));
    }
  }

  /** In place, as the file is mapped. */
  private static void flip(Path file, long at) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      var one = ByteBuffer.allocate(1);
      channel.read(one, at);
      one.put(0, (byte) ~one.get(0)).rewind();
      channel.write(one, at);
    }
  }

  @Test
  void aNewerFormatIsRefusedAndNothingIsTouched() throws IOException {
    Path file = yesterday.resolve(LogManifest.FILE_NAME);
    DurableFiles.write(file, "log-manifest", 7, new byte[3]);
    byte[] before = Files.readAllBytes(file);
    var error = assertThrows(HeadroomException.class, () -> LogTestStore.open(directory));
    assertTrue(
        String.valueOf(error.getMessage())
            .endsWith(
                "has version 7 of log-manifest, this program knows up to 1; start the newer"
                    + " program"),
        error.getMessage());
    assertArrayEquals(before, Files.readAllBytes(file));
    assertTrue(Files.exists(yesterday.resolveSibling("0")));
  }

  @Test
  void aDamagedCheckpointIsToldAndTheWalIsReadAgain() throws IOException {
    Path checkpoint = directory.resolve("wal/logs/checkpoint");
    byte[] bytes = Files.readAllBytes(checkpoint);
    bytes[bytes.length / 2] ^= 1;
    Files.write(checkpoint, bytes);
    try (EmbeddedLogStore store = LogTestStore.open(directory)) {
      assertEquals(ALL, texts(store));
      assertEquals("wal/logs/checkpoint", store.damage().getFirst().item());
    }
    try (EmbeddedLogStore store = LogTestStore.open(directory)) {
      assertEquals(List.of(), store.damage());
    }
  }
}
