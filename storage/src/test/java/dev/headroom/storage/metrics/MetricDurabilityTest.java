package dev.headroom.storage.metrics;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.storage.file.DurableFiles;
import dev.headroom.storage.file.FaultyFileSystem;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.SampleBatch;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.retention.RetentionPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricDurabilityTest {
  private static final TenantId TENANT = TenantId.DEFAULT;
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final long T = NOW.toEpochMilli();
  private static final long DAY = 86_400_000L;
  private static final LabelMatcher UP = LabelMatcher.equal("__name__", "up");

  @TempDir Path directory;

  private EmbeddedMetricStore open(Path at) {
    return open(MetricStores.config(at));
  }

  private EmbeddedMetricStore open(MetricStoreConfig config) {
    return EmbeddedMetricStore.open(config, RetentionPolicy.DEFAULT, InstantSource.fixed(NOW));
  }

  private static void add(EmbeddedMetricStore store, long time, double... values) {
    var batch = new SampleBatch.Builder(TENANT, "test", 0);
    for (int i = 0; i < values.length; i++) {
      batch.add(Labels.of("__name__", "up", "job", "a"), time + i, values[i]);
    }
    store.append(batch.build(10));
  }

  private static double[] values(EmbeddedMetricStore store) {
    List<SeriesSamples> found =
        MetricStores.select(store, TENANT, Long.MIN_VALUE, Long.MAX_VALUE, UP);
    return found.isEmpty() ? new double[0] : found.getFirst().values();
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

  private static Map<String, String> content(Path folder) throws IOException {
    Map<String, String> content = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        content.put(
            folder.relativize(file).toString(), new String(Files.readAllBytes(file), ISO_8859_1));
      }
    }
    return content;
  }

  private static List<Path> blocks(Path directory) throws IOException {
    return BlockCatalog.blockFolders(directory.resolve("metrics"));
  }

  private static void flip(Path file, int at, int bit) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[at] ^= (byte) (1 << bit);
    Files.write(file, bytes);
  }

  @Test
  void aTailTornAtAnyByteOfTheLastFrameLosesThatFrameOnly() throws IOException {
    Path running = directory.resolve("running");
    Path wal = running.resolve("wal").resolve("00000000000000000000.wal");
    try (EmbeddedMetricStore store = open(running)) {
      add(store, T - 1, 1);
      byte[] before = Files.readAllBytes(wal);
      add(store, T, 2);
      byte[] after = Files.readAllBytes(wal);
      int start = Arrays.mismatch(before, after);
      int end = after.length;
      while (after[end - 1] == 0) {
        end--;
      }
      for (int cut = start; cut < end; cut++) {
        Path copy = directory.resolve("cut" + cut);
        copy(running, copy);
        byte[] torn = after.clone();
        Arrays.fill(torn, cut, torn.length, (byte) 0);
        Files.write(copy.resolve("wal").resolve(wal.getFileName()), torn);
        try (EmbeddedMetricStore recovered = open(copy)) {
          assertArrayEquals(new double[] {1}, values(recovered));
          assertEquals(List.of(), recovered.damage());
          add(recovered, T, 3);
          assertArrayEquals(new double[] {1, 3}, values(recovered));
        }
      }
      assertTrue(end - start > 30, "the last frame is found in the file");
    }
  }

  @Test
  void everyBitOfABlockIsCoveredByAChecksum() throws IOException {
    try (EmbeddedMetricStore store = open(directory)) {
      add(store, T, 1, 2, 2.5, 7);
    }
    Path block = blocks(directory).getFirst();
    assertEquals(List.of(), MetricBlock.verify(block));
    assertEquals(List.of(), EmbeddedMetricStore.verify(directory.resolve("metrics")));
    try (Stream<Path> files = Files.list(block)) {
      for (Path file : files.toList()) {
        byte[] bytes = Files.readAllBytes(file);
        for (int at = 0; at < bytes.length; at++) {
          flip(file, at, at % 8);
          assertNotEquals(List.of(), MetricBlock.verify(block), file + " at " + at);
          Files.write(file, bytes);
        }
      }
    }
    assertEquals(List.of(), MetricBlock.verify(block));
  }

  @Test
  void aDamagedManifestOrAShortFileSetsTheBlockAsideOnce() throws IOException {
    for (String name : List.of("manifest", "chunks.arrow", "series.arrow", "labels.arrow")) {
      Path at = directory.resolve(name);
      try (EmbeddedMetricStore store = open(at)) {
        add(store, T - 2 * DAY, 1);
        add(store, T, 2);
      }
      Path file = blocks(at).getFirst().resolve(name);
      byte[] bytes = Files.readAllBytes(file);
      Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
      try (EmbeddedMetricStore store = open(at)) {
        assertArrayEquals(new double[] {2}, values(store));
        assertEquals(1, store.damagedBlocks().size());
        BlockDamage damage = store.damagedBlocks().getFirst();
        assertTrue(damage.block().startsWith("default/d400/2026-11-20/"), damage.block());
        assertTrue(damage.problem().contains(name), damage.problem());
        assertTrue(damage.fromMillis() <= T - 2 * DAY && damage.toMillis() >= T - 2 * DAY);
        add(store, T - 2 * DAY, 3);
        assertArrayEquals(new double[] {3, 2}, values(store));
      }
      try (EmbeddedMetricStore store = open(at)) {
        assertEquals(List.of(), store.damagedBlocks());
        assertArrayEquals(new double[] {3, 2}, values(store));
      }
    }
  }

  @Test
  void aFlippedBitInABodyIsAnErrorOrHarmlessUntilAScrubSetsTheBlockAside() throws IOException {
    var random = new Random(Long.getLong("headroom.seed", 5));
    try (EmbeddedMetricStore store = open(directory)) {
      add(store, T - DAY, 1, 2, 3.5);
      add(store, T, 4);
      store.flushNow();
    }
    Path block = blocks(directory).getFirst();
    for (int round = 0; round < 60; round++) {
      Path file =
          block.resolve(List.of("chunks.arrow", "series.arrow", "labels.arrow").get(round % 3));
      byte[] bytes = Files.readAllBytes(file);
      flip(file, random.nextInt(bytes.length), random.nextInt(8));
      try (EmbeddedMetricStore store = open(directory)) {
        try {
          values(store);
          store.labelNames(TENANT, List.of(), 0, T);
          store.stock();
        } catch (HeadroomException e) {
          assertEquals(ErrorCategory.INTERNAL, e.category());
        }
        if (round == 59) {
          assertEquals(1, store.scrub().size());
          assertArrayEquals(new double[] {4}, values(store));
          assertEquals(List.of(), store.scrub());
          assertEquals(3, store.damagedBlocks().getFirst().samples());
        }
      }
      if (round < 59) {
        Files.write(file, bytes);
      }
    }
  }

  @Test
  void aNewerFormatIsRefusedAndNothingIsTouched() throws IOException {
    try (EmbeddedMetricStore store = open(directory)) {
      add(store, T - DAY, 1);
      add(store, T, 2);
    }
    Path leftover = blocks(directory).getFirst().resolveSibling("000000000007-000000000007.tmp");
    Files.createDirectory(leftover);
    Files.write(blocks(directory).getLast().resolve("series.arrow"), new byte[] {1});
    Path manifest = blocks(directory).getFirst().resolve("manifest");
    byte[] body = DurableFiles.read(manifest, "metric-block", 1);
    DurableFiles.write(manifest, "metric-block", 2, body);
    Map<String, String> before = content(directory);
    HeadroomException e = assertThrows(HeadroomException.class, () -> open(directory));
    assertEquals(ErrorCategory.UNAVAILABLE, e.category());
    assertTrue(String.valueOf(e.getMessage()).contains("start the newer program"), e.getMessage());
    assertEquals(before, content(directory));
    assertTrue(Files.exists(leftover));
  }

  @Test
  void parentsThatACrashLeftBesideTheirCompactionAreDeleted() throws IOException {
    Path saved = directory.resolve("saved");
    Path at = directory.resolve("store");
    try (EmbeddedMetricStore store = open(at)) {
      // Three are too few to be joined in the background while their day gets samples.
      for (int i = 0; i < 3; i++) {
        add(store, T - 3 * DAY + i, i);
        store.flushNow();
      }
      copy(at, saved);
      store.flushNow();
      store.compactNow();
      assertEquals(1, store.pieces().size());
    }
    for (Path parent : blocks(saved)) {
      copy(parent, at.resolve(saved.relativize(parent).toString()));
    }
    assertTrue(blocks(at).size() > 1);
    try (EmbeddedMetricStore store = open(at)) {
      assertArrayEquals(new double[] {0, 1, 2}, values(store));
      assertEquals(1, blocks(at).size());
      assertEquals(List.of(), store.damagedBlocks());
    }
  }

  @Test
  void afterTheWalWasLostNewSamplesAreReplayedAllTheSame() throws IOException {
    Path at = directory.resolve("store");
    try (EmbeddedMetricStore store = open(at)) {
      add(store, T - 100, 1, 2, 3, 4, 5);
    }
    try (Stream<Path> files = Files.list(at.resolve("wal"))) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Path crashed = directory.resolve("crashed");
    try (EmbeddedMetricStore store = open(at)) {
      add(store, T, 6, 7, 8, 9, 10, 11);
      copy(at, crashed);
    }
    try (EmbeddedMetricStore store = open(crashed)) {
      assertArrayEquals(new double[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, values(store));
    }
  }

  @Test
  void aFailedForcePoisonsTheWalAndReadsGoOn() {
    var faulty = new FaultyFileSystem();
    try (EmbeddedMetricStore store = open(faulty.path(directory))) {
      add(store, T - 1, 1);
      faulty.failForces(path -> path.endsWith(".wal"));
      for (int i = 0; i < 2; i++) {
        HeadroomException e = assertThrows(HeadroomException.class, () -> add(store, T, 2));
        assertEquals(ErrorCategory.UNAVAILABLE, e.category());
        faulty.repair(); // too late: a second force may lie
      }
      assertArrayEquals(new double[] {1}, values(store));
      assertTrue(store.failure().isPresent());
    }
    try (EmbeddedMetricStore store = open(directory)) {
      assertEquals(1, values(store)[0], "what was acknowledged is there");
      assertTrue(store.failure().isEmpty());
    }
  }

  @Test
  void aFlushThatFailedLeavesNothingAndIsDoneAgain() throws IOException {
    var faulty = new FaultyFileSystem();
    for (String file : List.of("chunks.arrow", "series.arrow", "labels.arrow", "manifest.tmp")) {
      Path at = directory.resolve(file);
      try (EmbeddedMetricStore store = open(faulty.path(at))) {
        add(store, T - DAY, 1);
        add(store, T, 2);
        faulty.failWrites(path -> path.endsWith(file));
        assertThrows(HeadroomException.class, store::flushNow);
        assertArrayEquals(new double[] {1, 2}, values(store));
        assertEquals(List.of(), blocks(at));
        add(store, T + 1, 3);
        faulty.failWrites(path -> path.endsWith("CHECKPOINT.tmp"));
        assertThrows(HeadroomException.class, store::flushNow);
        assertEquals(List.of(), blocks(at), "nothing is left of the blocks that were in place");
        faulty.repair();
        store.flushNow();
        assertEquals(2, blocks(at).size());
        assertArrayEquals(new double[] {1, 2, 3}, values(store));
      }
      try (EmbeddedMetricStore store = open(at)) {
        assertArrayEquals(new double[] {1, 2, 3}, values(store));
        assertEquals(0, store.replayedSamples());
      }
    }
  }

  @Test
  void whileBlocksCannotBeWrittenBatchesAreRefusedAndThenTakenAgain() {
    var faulty = new FaultyFileSystem();
    MetricStoreConfig config =
        MetricStores.withLimits(MetricStores.config(faulty.path(directory)), 1, 1 << 20);
    faulty.failWrites(path -> path.endsWith(".arrow"));
    try (EmbeddedMetricStore store = open(config)) {
      add(store, T, 1);
      Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> store.failure().isPresent());
      HeadroomException e = assertThrows(HeadroomException.class, () -> add(store, T + 1, 2));
      assertEquals(ErrorCategory.UNAVAILABLE, e.category());
      assertArrayEquals(new double[] {1}, values(store));
      faulty.repair();
      Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> store.failure().isEmpty());
      add(store, T + 1, 2);
      assertArrayEquals(new double[] {1, 2}, values(store));
    }
  }

  @Test
  void theWalIsCutBehindTheBlocksAndAReplayKeepsToItsMemory() throws IOException {
    Path running = directory.resolve("running");
    Path crashed = directory.resolve("crashed");
    var batch = new double[2000];
    Arrays.setAll(batch, i -> i * 0.1);
    try (EmbeddedMetricStore store = open(running)) {
      for (int i = 0; i < 50; i++) {
        add(store, T - DAY + i * 10_000L, batch);
      }
      copy(running, crashed);
      assertTrue(files(running.resolve("wal")) > 10);
      store.flushNow();
      assertEquals(1, files(running.resolve("wal")));
    }
    long limit = 500_000; // 100,000 samples take more
    MetricStoreConfig small = MetricStores.withLimits(MetricStores.config(crashed), 1 << 30, limit);
    try (EmbeddedMetricStore store = open(small)) {
      assertEquals(100_000, store.replayedSamples());
      assertTrue(store.headBytes() < limit, () -> store.headBytes() + " bytes in the head");
      assertTrue(blocks(crashed).size() > 1);
      assertEquals(100_000, values(store).length);
    }
  }

  private static long files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.count();
    }
  }
}
