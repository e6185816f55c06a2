package dev.headroom.storage.logs;

import static dev.headroom.storage.logs.LogTestStore.one;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.headroom.storage.file.DiskGuard;
import dev.headroom.storage.file.DiskLimits;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.model.LogOp;
import dev.headroom.storage.retention.RetentionPolicy;
import dev.headroom.storage.wal.WalConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real disk of 64 MiB that is filled to the last byte; needs the right to mount one. */
class DiskFullTest {
  private static final long MIB = 1L << 20;
  private static final int RECORDS_PER_BATCH = 50;

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private Path disk;

  private final Set<String> acknowledged = new HashSet<>();
  private final Random random = new Random(5);
  private int written;

  @BeforeEach
  void mount() throws IOException {
    disk = Files.createDirectory(directory.resolve("disk"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", disk.toString()),
        "may not mount a file system here");
  }

  @AfterEach
  void unmount() {
    run("umount", "-l", disk.toString());
  }

  private static boolean run(String... command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private EmbeddedLogStore open(long minFree) {
    Path wal = disk.resolve("wal").resolve("logs");
    LogStoreConfig config =
        LogStoreConfig.of(disk.resolve("logs"), wal)
            .withWal(new WalConfig("logs", wal, 4 * MIB, MIB, 16 * MIB))
            .withMaxUnindexed(2 * MIB)
            .withCommits(2 * MIB, Duration.ofSeconds(30))
            .withPartitions(PartitionLimits.DEFAULT.withBuffer(4 * MIB));
    return EmbeddedLogStore.open(
        config,
        RetentionPolicy.DEFAULT,
        LogListener.NONE,
        DiskGuard.of(disk, DiskLimits.minFree(minFree)),
        InstantSource.fixed(LogTestStore.TODAY));
  }

  private LogBatch batch(Set<String> texts) {
    LogBatch.Builder batch = LogTestStore.batch();
    for (int i = 0; i < RECORDS_PER_BATCH; i++) {
      var text = new StringBuilder("r").append(written++);
      for (int word = 0; word < 60; word++) { // words that do not compress
        text.append(' ').append(Long.toString(random.nextLong(), 36));
      }
      texts.add(text.toString());
      LogTestStore.add(batch, LogOp.INDEX, "", text.toString(), 0);
    }
    return batch.build(1);
  }

  private void append(EmbeddedLogStore store) {
    Set<String> texts = new HashSet<>();
    store.append(batch(texts));
    acknowledged.addAll(texts);
  }

  private HeadroomException appendUntilRefused(EmbeddedLogStore store) {
    while (true) {
      assertTrue(written < 1_000_000, "it must end some time");
      try {
        append(store);
      } catch (HeadroomException e) {
        return e;
      }
    }
  }

  /** Takes every byte that is left, as another program may. */
  private Path fillUp() throws IOException {
    Path foreign = disk.resolve("foreign");
    var bytes = new byte[4096];
    try (OutputStream out = Files.newOutputStream(foreign)) {
      while (true) {
        out.write(bytes);
      }
    } catch (IOException e) {
      assertTrue(String.valueOf(e.getMessage()).contains("No space"), e.toString());
    }
    return foreign;
  }

  private static long count(LogStore store) {
    return LogTestStore.search(store).totalHits();
  }

  private void checkAll(EmbeddedLogStore store) {
    LogAnswer answer = LogTestStore.search(store);
    assertTrue(!answer.isPartial(), answer.partialReasons().toString());
    Set<String> found = new HashSet<>();
    answer.hits().forEach(hit -> assertTrue(found.add(hit.sourceText()), "twice"));
    assertEquals(Math.min(10_000, acknowledged.size()), found.size());
    assertTrue(acknowledged.containsAll(found));
    assertEquals(acknowledged.size(), answer.totalHits());
  }

  private void awaitAccepting(EmbeddedLogStore store) {
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreException(HeadroomException.class)
        .until(
            () -> {
              append(store);
              return true;
            });
    // Partitions are tried again one by one; until then a search says what it misses.
    await().atMost(Duration.ofSeconds(60)).until(() -> !LogTestStore.search(store).isPartial());
  }

  @Test
  void belowTheMinimumItRefusesReadsRestartsAndGoesOnWhenThereIsRoom() throws IOException {
    EmbeddedLogStore store = open(12 * MIB);
    HeadroomException refusal = appendUntilRefused(store);
    assertEquals(ErrorCategory.UNAVAILABLE, refusal.category());
    assertTrue(String.valueOf(refusal.getMessage()).contains("bytes free"), refusal.getMessage());
    assertTrue(store.stalled().isPresent());
    assertTrue(store.failure().isEmpty(), "it will go on by itself");
    checkAll(store);
    Path foreign = fillUp();
    checkAll(store);
    store.close();
    store = open(12 * MIB);
    try {
      assertEquals(java.util.List.of(), store.damage());
      assertTrue(count(store) <= acknowledged.size());
      EmbeddedLogStore full = store;
      assertThrows(HeadroomException.class, () -> full.append(one("x", 0)));
      Files.delete(foreign);
      makeRoom();
      awaitAccepting(store);
      checkAll(store);
    } finally {
      store.close();
    }
    try (EmbeddedLogStore again = open(0)) {
      checkAll(again);
    }
  }

  /** As an operator does who makes the disk larger. */
  private void makeRoom() {
    assertTrue(run("mount", "-o", "remount,size=96m", disk.toString()));
  }

  @Test
  void withoutAnyMarginNothingAcknowledgedIsLostAndItGoesOnWhenThereIsRoom() throws IOException {
    EmbeddedLogStore store = open(0);
    Path reserve = disk.resolve("reserve");
    Files.write(reserve, new byte[(int) (20 * MIB)]);
    for (int round = 0; round < 3; round++) {
      appendUntilRefused(store);
    }
    assertTrue(store.failure().isEmpty(), store.failure().toString());
    assertTrue(count(store) <= acknowledged.size());
    store.close();
    store = open(0); // while it is full
    try {
      assertEquals(java.util.List.of(), store.damage());
      assertTrue(count(store) <= acknowledged.size());
      Files.delete(reserve);
      awaitAccepting(store);
      checkAll(store);
    } finally {
      store.close();
    }
    try (EmbeddedLogStore again = open(0)) {
      checkAll(again);
    }
  }
}
