package dev.headroom.storage.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.storage.file.StoreLayout;
import dev.headroom.storage.ledger.FlowLedger;
import dev.headroom.storage.logs.EmbeddedLogStore;
import dev.headroom.storage.logs.LogStoreConfig;
import dev.headroom.storage.metrics.EmbeddedMetricStore;
import dev.headroom.storage.metrics.MetricStoreConfig;
import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.model.SampleBatch;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.retention.RetentionPolicy;
import dev.headroom.storage.tenant.ApiKeys;
import dev.headroom.storage.tenant.Role;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreVerifierTest {
  private static final TenantId TENANT = TenantId.DEFAULT;
  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

  @TempDir Path root;
  private StoreLayout layout = new StoreLayout(Path.of(""));

  @BeforeEach
  void fill() {
    layout = new StoreLayout(root);
    new ApiKeys(layout.keys()).create("k", TENANT, Set.of(Role.READ), NOW);
    try (FlowLedger flows = FlowLedger.open(layout.ledger());
        EmbeddedLogStore logs =
            EmbeddedLogStore.open(
                LogStoreConfig.of(layout.logs(), layout.logWal()),
                RetentionPolicy.DEFAULT,
                flows.logs());
        EmbeddedMetricStore metrics =
            EmbeddedMetricStore.open(
                MetricStoreConfig.of(layout.metrics(), layout.metricWal()),
                RetentionPolicy.DEFAULT,
                InstantSource.fixed(NOW),
                flows.samples())) {
      long nanos = NOW.getEpochSecond() * 1_000_000_000L;
      var batch = new LogBatch.Builder(TENANT, "test", nanos);
      for (int i = 0; i < 200; i++) {
        byte[] source = ("{\"message\":\"number " + i + "\"}").getBytes(StandardCharsets.UTF_8);
        batch.startRecord(nanos + i, "s", "s", source, 0, source.length);
        batch.addSourceText("message", 12, source.length - 14).endRecord();
      }
      logs.append(batch.build(10_000));
      var samples = new SampleBatch.Builder(TENANT, "test", nanos);
      for (int i = 0; i < 500; i++) {
        samples.add(
            Labels.of(Labels.METRIC_NAME, "m", "job", "j"), NOW.toEpochMilli() - i * 15_000L, i);
      }
      metrics.append(samples.build(100));
    }
  }

  @Test
  void whatWasWrittenIsSound() throws IOException {
    VerifyReport report = StoreVerifier.verify(layout);
    assertEquals(List.of(), report.problems());
    assertEquals(List.of(), report.notes());
    assertTrue(report.files() > 6, report.toString());
  }

  /** Of every file that holds anything: in the middle, where no structure is simple to see. */
  @Test
  void aFlippedBitIsFoundInEveryFile() throws IOException {
    for (Path file : files()) {
      byte[] good = Files.readAllBytes(file);
      int written = writtenBytes(good);
      if (written == 0) {
        continue; // lock files
      }
      byte[] bad = good.clone();
      bad[written / 2] ^= 0x10;
      Files.write(file, bad);
      VerifyReport report = StoreVerifier.verify(layout);
      assertFalse(
          report.isSound() && report.notes().isEmpty(), "not found in " + root.relativize(file));
      Files.write(file, good);
    }
    assertTrue(StoreVerifier.verify(layout).isSound());
  }

  @Test
  void aMissingFileIsFound() throws IOException {
    for (Path file : files()) {
      String name = file.toString();
      if (name.endsWith(".cfs") || name.endsWith(".arrow")) {
        byte[] good = Files.readAllBytes(file);
        Files.delete(file);
        assertFalse(StoreVerifier.verify(layout).isSound(), name);
        Files.write(file, good);
      }
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** Up to the last byte that is not zero: WAL files are longer than what was written. */
  private static int writtenBytes(byte[] bytes) {
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] == 0) {
      end--;
    }
    return end;
  }
}
