package dev.headroom.storage.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.storage.ledger.UsageHistory.FlowTotals;
import dev.headroom.storage.logs.AppendResult.Outcome;
import dev.headroom.storage.logs.EmbeddedLogStore;
import dev.headroom.storage.logs.LogListener;
import dev.headroom.storage.logs.LogStoreConfig;
import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.model.LogOp;
import dev.headroom.storage.model.SampleBatch;
import dev.headroom.storage.model.StreamAttributes;
import dev.headroom.storage.model.StreamKey;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import dev.headroom.storage.retention.RetentionPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlowLedgerTest {
  private static final long SEED = Long.getLong("headroom.seed", 20_261_120L);
  private static final TenantId TENANT = TenantId.DEFAULT;
  private static final long DAY = TimeRange.nanos(Instant.parse("2026-11-20T00:00:00Z"));
  private static final long HOUR = 3_600_000_000_000L;
  private static final long DAY_HOUR = DAY / HOUR;

  @TempDir Path root;

  private LogBatch.Builder batch(long receivedAt) {
    return new LogBatch.Builder(TENANT, "test", receivedAt);
  }

  private static LogBatch.Builder record(
      LogBatch.Builder batch, String stream, long time, int bytes) {
    byte[] source = "x".repeat(bytes).getBytes(UTF_8);
    batch.startRecord(time, stream, stream, source, 0, bytes).endRecord();
    return batch;
  }

  @Test
  void wireBytesAreSplitByDecodedBytes() {
    LogBatch.Builder request = batch(DAY + 2 * HOUR);
    record(request, "a", DAY + HOUR, 30);
    record(request, "a", DAY + HOUR + 1, 30);
    record(request, "b", DAY + 2 * HOUR, 30);
    request.reject("too_old", 10);
    try (FlowLedger flows = FlowLedger.open(root)) {
      flows.logs().committed(request.build(51), 0);
      assertEquals(
          List.of(
              new FlowEntry(TENANT, "", DAY_HOUR + 2, StockEntry.NO_HOUR, 5, 10, 0, 1),
              new FlowEntry(TENANT, "a", DAY_HOUR + 2, DAY_HOUR + 1, 31, 60, 2, 0),
              new FlowEntry(TENANT, "b", DAY_HOUR + 2, DAY_HOUR + 2, 15, 30, 1, 0)),
          entries(flows));
    }
  }

  @Test
  void samplesCountForTheirJob() {
    var batch = new SampleBatch.Builder(TENANT, "remote_write", DAY);
    Labels up = Labels.of(Map.of("__name__", "up", "job", "node"));
    batch.add(up, DAY / 1_000_000, 1).add(up, DAY / 1_000_000 + 15_000, 1);
    batch.add(Labels.of(Map.of("__name__", "up")), DAY / 1_000_000, 0);
    try (FlowLedger flows = FlowLedger.open(root)) {
      SampleBatch built = batch.build(40);
      flows.samples().committed(built, 0);
      flows.samples().rejected(built, 0, "too_old");
      assertEquals(
          List.of(
              new FlowEntry(TENANT, "metrics", DAY_HOUR, DAY_HOUR, 14, 26, 1, 0),
              new FlowEntry(TENANT, "node", DAY_HOUR, StockEntry.NO_HOUR, 0, 16, 0, 1),
              new FlowEntry(TENANT, "node", DAY_HOUR, DAY_HOUR, 26, 49, 2, 0)),
          entries(flows));
    }
  }

  @Test
  void framesAreCountedOnceWhateverCrashes() throws IOException {
    var random = new Random(SEED);
    List<LogBatch> frames = new ArrayList<>();
    List<Long> positions = new ArrayList<>();
    long position = 0;
    long expected = 0;
    FlowLedger flows = FlowLedger.open(root);
    long needed = 0;
    for (int i = 0; i < 400; i++) {
      int size = 1 + random.nextInt(4);
      LogBatch.Builder request = batch(DAY + i * HOUR / 3 + random.nextInt(1000));
      for (int k = 0; k < size; k++) {
        record(request, "s" + random.nextInt(3), DAY + random.nextInt(200) * HOUR, 10);
      }
      LogBatch frame = request.build(7);
      frames.add(frame);
      positions.add(position);
      flows.logs().committed(frame, position);
      position += size;
      expected += size;
      switch (random.nextInt(12)) {
        case 0 -> flows.checkpoint();
        case 1 -> needed = flows.logs().neededFrom(); // the store cuts its WAL
        case 2 -> {
          // A crash: what was in memory is gone, the WAL is replayed.
          flows = FlowLedger.open(root);
          for (int k = 0; k < frames.size(); k++) {
            if (positions.get(k) + frames.get(k).size() > needed) {
              flows.logs().committed(frames.get(k), positions.get(k));
            }
          }
        }
        default -> {}
      }
      FlowTotals totals = totals(flows);
      assertEquals(expected, totals.acceptedRecords(), "seed " + SEED + " step " + i);
      assertEquals(7L * (i + 1), totals.wireBytes(), "seed " + SEED + " step " + i);
    }
    flows.close();
  }

  @Test
  void positionsOfALostUnsyncedEndAreCountedAgain() {
    try (FlowLedger flows = FlowLedger.open(root)) {
      flows.logs().committed(record(batch(DAY), "a", DAY, 10).build(1), 0);
      flows.logs().committed(record(batch(DAY + 1), "a", DAY, 10).build(1), 1);
    }
    try (FlowLedger flows = FlowLedger.open(root)) {
      flows.logs().committed(record(batch(DAY), "a", DAY, 10).build(1), 0); // replayed
      flows.logs().committed(record(batch(DAY + 5), "a", DAY, 10).build(1), 1); // another frame
      assertEquals(3, totals(flows).acceptedRecords());
      assertEquals(2, flows.logs().neededFrom());
    }
  }

  @Test
  void theStoreTellsEveryFrameAndRefusal() throws IOException {
    FlowLedger flows = FlowLedger.open(root.resolve("ledger"));
    LogStoreConfig config = LogStoreConfig.of(root.resolve("logs"), root.resolve("wal"));
    EmbeddedLogStore store =
        EmbeddedLogStore.open(config, RetentionPolicy.DEFAULT, withoutCut(flows));
    store.append(record(batch(DAY), "a", DAY, 100).reject("too_old", 20).build(60));
    store.append(batch(DAY).reject("bad_json", 5).build(5)); // nothing to store
    for (int i = 0; i < 2; i++) {
      var create = batch(DAY);
      byte[] source = "{}".getBytes(UTF_8);
      create.startRecord(LogOp.CREATE, DAY, "a", "a", source, 0, 2).id("x").endRecord();
      Outcome outcome = store.append(create.build(10)).items().getFirst().outcome();
      assertEquals(i == 0 ? Outcome.CREATED : Outcome.CONFLICT, outcome);
    }
    var expected = new FlowTotals(85, 129, 2, 3);
    assertEquals(expected, totals(flows));
    flows.checkpoint();
    store.append(record(batch(DAY), "b", DAY, 1).build(1));
    store.close();
    // A crash: the last frame is in the WAL and not in the ledger's files.
    flows = FlowLedger.open(root.resolve("ledger"));
    store = EmbeddedLogStore.open(config, RetentionPolicy.DEFAULT, flows.logs());
    assertEquals(new FlowTotals(86, 130, 3, 3), totals(flows));
    store.close();
    flows.close();
  }

  /** Counts, but lets the store neither checkpoint nor cut. */
  private static LogListener withoutCut(FlowLedger flows) {
    return new LogListener() {
      @Override
      public void committed(LogBatch batch, long position) {
        flows.logs().committed(batch, position);
      }

      @Override
      public void refused(LogBatch batch) {
        flows.logs().refused(batch);
      }

      @Override
      public long neededFrom() {
        return 0;
      }
    };
  }

  @Test
  void oldDaysAreKeptWithoutHours() throws IOException {
    try (FlowLedger flows = FlowLedger.open(root)) {
      for (int hour = 0; hour < 24; hour++) {
        flows.logs().committed(record(batch(DAY + hour * HOUR), "a", DAY, 10).build(1), hour);
      }
      flows.checkpoint();
      for (int day = 400; day <= 402; day++) {
        long at = DAY + day * 24L * HOUR;
        flows.logs().committed(record(batch(at), "a", at, 10).build(1), 24 + day);
        flows.checkpoint();
      }
      flows.checkpoint();
      List<FlowEntry> old = new ArrayList<>();
      flows.forEach(DAY_HOUR / 24, DAY_HOUR / 24 + 1, old::add);
      assertEquals(List.of(new FlowEntry(TENANT, "a", DAY_HOUR, DAY_HOUR, 24, 240, 24, 0)), old);
      assertEquals(27, totals(flows).acceptedRecords());
      Map<LocalDate, FlowTotals> history = flows.history(TENANT).of("a");
      assertEquals(new FlowTotals(24, 240, 24, 0), history.get(LocalDate.parse("2026-11-20")));
    }
  }

  @Test
  void aDamagedFileIsSetAsideAndCountedAnew() throws IOException {
    LogBatch frame = record(batch(DAY), "a", DAY, 10).build(1);
    try (FlowLedger flows = FlowLedger.open(root)) {
      flows.logs().committed(frame, 0);
    }
    Path file = root.resolve("flow-2026-11-20.flow");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    try (FlowLedger flows = FlowLedger.open(root)) {
      assertEquals(0, totals(flows).acceptedRecords());
      flows.logs().committed(frame, 0);
      assertEquals(1, totals(flows).acceptedRecords());
    }
    try (Stream<Path> files = Files.list(root)) {
      assertTrue(files.anyMatch(each -> each.toString().endsWith(".damaged")));
    }
  }

  @Test
  void whatAStreamBelongsToIsRemembered() {
    var key = new StreamKey(TENANT, "a");
    try (FlowLedger flows = FlowLedger.open(root)) {
      LogBatch.Builder request = record(batch(DAY), "a", DAY, 10);
      request.streamAttributes("a", new StreamAttributes("checkout", "", "eu"));
      flows.logs().committed(request.build(1), 0);
      request = record(batch(DAY + 24 * HOUR), "a", DAY, 10);
      request.streamAttributes("a", new StreamAttributes("", "prod", ""));
      flows.logs().committed(request.build(1), 1);
    }
    try (FlowLedger flows = FlowLedger.open(root)) {
      assertEquals(new StreamAttributes("checkout", "prod", "eu"), flows.attributes(key));
    }
  }

  private static List<FlowEntry> entries(FlowLedger flows) {
    List<FlowEntry> entries = new ArrayList<>();
    flows.forEach(Long.MIN_VALUE, Long.MAX_VALUE, entries::add);
    return entries;
  }

  private static FlowTotals totals(FlowLedger flows) {
    var sum = new FlowSum();
    entries(flows).forEach(sum::add);
    return sum.totals();
  }
}
