package dev.headroom.storage.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.storage.file.DataDirectory;
import dev.headroom.storage.file.DiskGuard;
import dev.headroom.storage.file.StoreLayout;
import dev.headroom.storage.logs.EmbeddedLogStore;
import dev.headroom.storage.logs.LogStoreConfig;
import dev.headroom.storage.logs.PartitionLimits;
import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.model.LogOp;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import dev.headroom.storage.retention.RetainedPiece;
import dev.headroom.storage.retention.RetentionPolicy;
import dev.headroom.storage.wal.SyncPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is stored plus what is overhead is what lies on the disk, to the byte, always. */
class LedgerReconciliationTest {
  private static final long SEED = Long.getLong("headroom.seed", 20_261_120L);
  private static final long DAY = TimeRange.nanos(Instant.parse("2026-11-20T00:00:00Z"));
  private static final Instant MORNING = Instant.parse("2026-11-20T08:00:00Z");
  private static final Instant EVENING = Instant.parse("2026-11-25T20:00:00Z");
  private static final long HOUR = 3_600_000_000_000L;
  private static final List<TenantId> TENANTS = List.of(new TenantId("acme"), new TenantId("zeta"));

  @TempDir Path root;

  private final List<AutoCloseable> open = new ArrayList<>();

  @SuppressWarnings("NullAway.Init")
  private EmbeddedLogStore store;

  @SuppressWarnings("NullAway.Init")
  private Ledger ledger;

  private final Random random = new Random(SEED);
  private int records;
  private int hours = 72;
  private volatile Instant now = MORNING;

  private void open() throws IOException {
    DataDirectory data = DataDirectory.open(root);
    open.add(data);
    StoreLayout layout = data.layout();
    FlowLedger flows = FlowLedger.open(layout.ledger());
    open.add(flows);
    store =
        EmbeddedLogStore.open(
            LogStoreConfig.of(layout.logs(), layout.logWal())
                .withSync(SyncPolicy.OS)
                .withCommits(1 << 16, Duration.ofSeconds(30))
                .withPartitions(
                    PartitionLimits.DEFAULT
                        .withBuffer(1 << 20)
                        .withOpenFiles(3, 512)
                        .withSealing(Duration.ZERO, 1 << 18)),
            RetentionPolicy.DEFAULT,
            flows.logs(),
            DiskGuard.of(root),
            () -> now);
    open.add(store);
    ledger =
        new Ledger(
            layout,
            List.of(new StockOwner("logs", store, List.of(layout.logs(), layout.logWal()))),
            flows);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
    open.clear();
  }

  @Test
  void everySequenceOfWritesAddsUpToTheDisk() throws Exception {
    run(12);
  }

  @Test
  @Tag("slow")
  void everyLongSequenceOfWritesAddsUpToTheDisk() throws Exception {
    run(60);
  }

  private void run(int steps) throws Exception {
    open();
    for (int step = 0; step < steps; step++) {
      String what = step(random.nextInt(10));
      store.checkpoint();
      check("seed " + SEED + " step " + step + " " + what);
    }
    close();
    open();
    check("seed " + SEED + " after the last restart");
  }

  private String step(int choice) throws Exception {
    switch (choice) {
      case 0 -> {
        close();
        open();
        return "restart";
      }
      case 1, 2 -> {
        hours = 1; // one partition, so that it has enough to merge
        for (int i = 0; i < 12; i++) {
          write(1 + random.nextInt(5), true);
          store.checkpoint();
        }
        hours = 72;
        return "many small segments";
      }
      case 4 -> {
        now = EVENING;
        store.seal();
        now = MORNING;
        return "seal every partition";
      }
      case 5 -> {
        List<RetainedPiece> pieces = store.pieces();
        if (!pieces.isEmpty()) {
          store.drop(pieces.get(random.nextInt(pieces.size())));
        }
        return "drop a partition";
      }
      case 3 -> {
        write(2000, false);
        return "a large batch";
      }
      default -> {
        write(1 + random.nextInt(200), random.nextBoolean());
        return "a batch";
      }
    }
  }

  private void write(int count, boolean withIds) {
    TenantId tenant = TENANTS.get(random.nextInt(TENANTS.size()));
    var batch = new LogBatch.Builder(tenant, "test", DAY + HOUR * random.nextInt(24));
    for (int i = 0; i < count; i++) {
      addRecord(batch, withIds);
    }
    store.append(batch.build(1000));
  }

  private void addRecord(LogBatch.Builder batch, boolean withIds) {
    int kind = random.nextInt(10);
    String id = "id-" + random.nextInt(150);
    String stream = "stream-" + random.nextInt(5);
    long time = DAY + HOUR * random.nextInt(hours) + random.nextInt(1_000_000);
    String text = "request " + records++ + " took " + random.nextInt(900) + " ms größer " + kind;
    byte[] source = ("{\"message\":\"" + text + "\"}").getBytes(UTF_8);
    LogOp op = withIds && kind == 0 ? LogOp.DELETE : LogOp.INDEX;
    batch.startRecord(op, time, stream, stream, source, 0, source.length);
    if (withIds) {
      batch.id(id);
    }
    batch.addText("message", text).addText("level", kind < 8 ? "info" : "error");
    batch.addLong("status", 200 + kind).addDouble("took", random.nextDouble());
    batch.addBoolean("ok", kind < 5).addText("trace_id", hex(32)).addLong("status", kind);
    if (kind == 3) {
      batch.addText("only." + stream, "x".repeat(1 + random.nextInt(2000)));
    }
    if (kind == 4) {
      batch.addText("status", "text now");
    }
    batch.endRecord();
  }

  private String hex(int length) {
    var text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append(Character.forDigit(random.nextInt(16), 16));
    }
    return text.toString();
  }

  private void check(String when) throws IOException {
    Reconciliation reconciliation = ledger.reconcile();
    assertTrue(reconciliation.agrees(), when + ": " + reconciliation);
    assertEquals(diskBytes(), reconciliation.ledgerBytes(), when);
    long full = 0;
    for (StockEntry entry : StockSource.collect(store, StockDetail.FULL)) {
      assertTrue(entry.structure() != Structure.OTHER, when + ": " + entry);
      assertTrue(entry.bytes() >= 0, when + ": " + entry);
      full += entry.bytes();
    }
    long daily = 0;
    for (StockEntry entry : StockSource.collect(store, StockDetail.DAILY)) {
      daily += entry.bytes();
    }
    assertEquals(full, daily, when);
    for (TenantId tenant : TENANTS) {
      checkSums(when, tenant);
    }
  }

  /** Whatever the breakdown, rows add up to the same, and finer rows to coarser ones. */
  private void checkSums(String when, TenantId tenant) {
    StockAnswer total = ledger.stock(LedgerQuery.of(tenant));
    Map<Structure, Long> structures = new TreeMap<>();
    for (StockAnswer.Row row : ledger.stock(LedgerQuery.of(tenant, Dimension.STRUCTURE)).rows()) {
      structures.put(row.structure().orElseThrow(), row.bytes());
    }
    Map<Structure, Long> added = new TreeMap<>();
    StockAnswer fine =
        ledger.stock(
            LedgerQuery.of(
                tenant, Dimension.STREAM, Dimension.FIELD, Dimension.STRUCTURE, Dimension.HOUR));
    fine.rows().forEach(r -> added.merge(r.structure().orElseThrow(), r.bytes(), Long::sum));
    assertEquals(structures, added, when);
    assertEquals(total.totalBytes(), fine.totalBytes(), when);
    assertEquals(total.overhead(), fine.overhead(), when);
  }

  private long diskBytes() throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      long bytes = 0;
      for (Path file : (Iterable<Path>) files::iterator) {
        bytes += Files.isRegularFile(file) ? Files.size(file) : 0;
      }
      return bytes;
    }
  }

  @Test
  void aSingleStreamHasEverything() throws Exception {
    open();
    for (int i = 0; i < 500; i++) {
      add(TENANTS.getFirst(), "only", i, DAY + i);
    }
    store.checkpoint();
    StockAnswer answer = ledger.stock(LedgerQuery.of(TENANTS.getFirst(), Dimension.STREAM));
    assertEquals(List.of("only"), answer.rows().stream().map(row -> row.stream()).toList());
    StockAnswer.Row row = answer.rows().getFirst();
    assertEquals(answer.totalBytes(), row.bytes());
    assertEquals(StockEntry.Basis.MEASURED, row.basis());
  }

  @Test
  void identicalStreamsGetTheSameBytes() throws Exception {
    open();
    for (int i = 0; i < 1000; i++) {
      add(TENANTS.getFirst(), i % 2 == 0 ? "left" : "more", i / 2, DAY + i / 2);
    }
    store.checkpoint();
    Map<String, Long> left = new HashMap<>();
    Map<String, Long> more = new HashMap<>();
    for (StockAnswer.Row row :
        ledger
            .stock(
                LedgerQuery.of(
                    TENANTS.getFirst(), Dimension.STREAM, Dimension.FIELD, Dimension.STRUCTURE))
            .rows()) {
      String part = row.field() + " " + row.structure().orElseThrow();
      (row.stream().equals("left") ? left : more).put(part, row.bytes());
      assertEquals(StockEntry.Basis.ALLOCATED, row.basis());
    }
    assertEquals(left.keySet(), more.keySet());
    left.forEach(
        (part, bytes) ->
            assertTrue(
                Math.abs(bytes - more.getOrDefault(part, 0L)) <= 1, part + ": " + left + more));
  }

  @Test
  void whatStreamsOfDifferentSizeGetFollowsTheirBytes() throws Exception {
    open();
    for (int i = 0; i < 1000; i++) {
      add(TENANTS.getFirst(), i % 10 == 0 ? "small" : "large", i, DAY + i);
    }
    store.checkpoint();
    Map<String, Long> bytes = new HashMap<>();
    ledger
        .stock(LedgerQuery.of(TENANTS.getFirst(), Dimension.STREAM))
        .rows()
        .forEach(row -> bytes.put(row.stream(), row.bytes()));
    double ratio = (double) bytes.getOrDefault("large", 0L) / bytes.getOrDefault("small", 0L);
    assertTrue(ratio > 8.5 && ratio < 9.5, "nine times as many records: " + bytes);
  }

  @Test
  void fieldsThatFewRecordsHaveBelongToTheirStream() throws Exception {
    open();
    for (int i = 0; i < 300; i++) {
      var batch = new LogBatch.Builder(TENANTS.getFirst(), "test", DAY);
      byte[] source = ("{\"i\":" + i + "}").getBytes(UTF_8);
      batch.startRecord(DAY + i, i % 3 == 0 ? "rich" : "poor", "x", source, 0, source.length);
      batch.addLong("i", i);
      if (i % 3 == 0) {
        batch.addText("extra", "value " + i).addDouble("weight", i / 7.0);
      }
      batch.endRecord();
      store.append(batch.build(10));
    }
    store.checkpoint();
    StockAnswer answer =
        ledger.stock(LedgerQuery.of(TENANTS.getFirst(), Dimension.FIELD, Dimension.STREAM));
    for (String field : List.of("extra", "weight")) {
      List<String> streams =
          answer.rows().stream()
              .filter(row -> row.field().equals(field))
              .map(StockAnswer.Row::stream)
              .toList();
      assertEquals(List.of("rich"), streams, field);
    }
    assertTrue(
        answer.rows().stream()
            .map(StockAnswer.Row::field)
            .toList()
            .containsAll(List.of("_source", "_stream", "_index", "_position", "@timestamp", "i")));
  }

  @Test
  void deletedRecordsShowUntilAMergeFreesThem() throws Exception {
    open();
    TenantId tenant = TENANTS.getFirst();
    var batch = new LogBatch.Builder(tenant, "test", DAY);
    for (int i = 0; i < 100; i++) { // one segment, whose deleted records wait for a merge
      addWithId(batch, LogOp.INDEX, "s", "id-" + i, i);
    }
    store.append(batch.build(100));
    store.checkpoint();
    assertEquals(0, deletedBytes(tenant));
    for (int i = 0; i < 50; i++) {
      addWithId(tenant, LogOp.DELETE, "s", "id-" + i, i);
    }
    store.checkpoint();
    long deleted = deletedBytes(tenant);
    long all = ledger.stock(LedgerQuery.of(tenant)).totalBytes();
    assertTrue(deleted > all / 4 && deleted < all * 2 / 3, deleted + " of " + all);
    check("seed " + SEED + " after deletes");
    close();
    open();
    assertEquals(deleted, deletedBytes(tenant));
    for (int i = 0; i < 25; i++) { // enough small segments for a merge
      addWithId(tenant, LogOp.INDEX, "t", "other-" + i, i);
      store.checkpoint();
    }
    assertTrue(deletedBytes(tenant) < deleted, "a merge leaves them out");
    check("seed " + SEED + " after merges");
  }

  /** What is weighed when records are deleted is what was weighed when they were written. */
  @Test
  void aStreamWhoseRecordsAreAllDeletedHasOnlyDeletedBytes() throws Exception {
    open();
    TenantId tenant = TENANTS.getFirst();
    for (LogOp op : List.of(LogOp.INDEX, LogOp.DELETE)) {
      var batch = new LogBatch.Builder(tenant, "test", DAY);
      for (int i = 0; i < 300; i++) {
        byte[] source = ("{\"message\":\"line number " + i + "\"}").getBytes(UTF_8);
        String stream = i % 3 == 0 ? "kept" : "gone";
        if (op == LogOp.DELETE && stream.equals("kept")) {
          continue;
        }
        batch.startRecord(op, DAY + i * HOUR / 100, stream, "x", source, 0, source.length);
        batch.id("id-" + i).addText("message", "line größer line " + i).addLong("n", i);
        batch.addLong("n", i + 1).addBoolean("b", true).addText("k", "value " + i % 9).endRecord();
      }
      store.append(batch.build(1000));
      store.checkpoint();
    }
    for (StockAnswer.Row row :
        ledger
            .stock(LedgerQuery.of(tenant, Dimension.STREAM, Dimension.FIELD, Dimension.STRUCTURE))
            .rows()) {
      assertEquals(
          row.stream().equals("gone"),
          row.structure().orElseThrow() == Structure.DELETED,
          "" + row);
    }
    check("all deleted");
  }

  private long deletedBytes(TenantId tenant) {
    return ledger.stock(LedgerQuery.of(tenant, Dimension.STRUCTURE)).rows().stream()
        .filter(row -> row.structure().orElseThrow() == Structure.DELETED)
        .mapToLong(StockAnswer.Row::bytes)
        .sum();
  }

  @Test
  void aMergedSegmentSharesAsItsPartsDid() throws Exception {
    open();
    TenantId tenant = TENANTS.getFirst();
    for (int i = 0; i < 37; i++) {
      add(tenant, i % 4 == 0 ? "a" : "b", i, DAY + i * HOUR / 10);
      store.checkpoint();
    }
    Map<String, Long> bytes = new TreeMap<>();
    ledger
        .stock(LedgerQuery.of(tenant, Dimension.STREAM))
        .rows()
        .forEach(row -> bytes.put(row.stream(), row.bytes()));
    assertEquals(List.of("a", "b"), List.copyOf(bytes.keySet()));
    double ratio = (double) bytes.getOrDefault("b", 0L) / bytes.getOrDefault("a", 0L);
    assertTrue(ratio > 2.4 && ratio < 3.2, "2.7 times as many records: " + bytes);
    check("merged");
  }

  @Test
  void aSealedPartitionHasNoDeletedBytesLeft() throws Exception {
    open();
    TenantId tenant = TENANTS.getFirst();
    for (LogOp op : List.of(LogOp.INDEX, LogOp.DELETE)) {
      for (int i = 0; i < 30; i++) {
        if (op == LogOp.INDEX || i % 3 == 0) {
          addWithId(tenant, op, "s", "id-" + i, i);
        }
      }
      store.checkpoint();
    }
    assertTrue(deletedBytes(tenant) > 0);
    now = EVENING;
    store.seal();
    assertEquals(0, deletedBytes(tenant));
    check("sealed");
    addWithId(tenant, LogOp.DELETE, "s", "id-1", 1);
    store.checkpoint();
    assertTrue(deletedBytes(tenant) > 0, "removed from a sealed partition");
    check("removed");
  }

  @Test
  void aDroppedPartitionIsGoneFromTheLedger() throws Exception {
    open();
    TenantId tenant = TENANTS.getFirst();
    for (int day = 0; day < 3; day++) {
      add(tenant, "s", day, DAY + day * 24L * HOUR);
    }
    store.checkpoint();
    assertEquals(3, ledger.storedByEventDay(tenant, "s").size());
    store.drop(store.pieces().getFirst());
    assertEquals(2, ledger.storedByEventDay(tenant, "s").size());
    check("dropped");
  }

  @Test
  void aFileOfNobodyIsADifference() throws Exception {
    open();
    Files.writeString(root.resolve("notes.txt"), "hello");
    Reconciliation reconciliation = ledger.reconcile();
    assertEquals(
        List.of(new Reconciliation.Difference("notes.txt", 0, 5)), reconciliation.differences());
  }

  private void add(TenantId tenant, String stream, int i, long time) {
    var batch = new LogBatch.Builder(tenant, "test", DAY);
    byte[] source = ("{\"message\":\"line number " + i + "\"}").getBytes(UTF_8);
    batch
        .startRecord(time, stream, stream, source, 0, source.length)
        .addText("message", "line number " + i)
        .addLong("status", i % 7)
        .addText("level", "info")
        .endRecord();
    store.append(batch.build(source.length));
  }

  private void addWithId(TenantId tenant, LogOp op, String stream, String id, int i) {
    var batch = new LogBatch.Builder(tenant, "test", DAY);
    addWithId(batch, op, stream, id, i);
    store.append(batch.build(30));
  }

  private static void addWithId(LogBatch.Builder batch, LogOp op, String stream, String id, int i) {
    byte[] source = ("{\"message\":\"line number " + i + "\"}").getBytes(UTF_8);
    batch
        .startRecord(op, DAY + i, stream, stream, source, 0, source.length)
        .id(id)
        .addText("message", "line number " + i)
        .addLong("status", i % 7)
        .endRecord();
  }
}
