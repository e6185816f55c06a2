package dev.headroom.benchmarks.storage.logs;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headroom.storage.logs.EmbeddedLogStore;
import dev.headroom.storage.logs.LogStoreConfig;
import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.model.LogOp;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import dev.headroom.storage.retention.RetentionPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Acknowledged records a second, and CPU a record, of four senders that give each record an id of
 * their own, in small batches; the store holds ids of several days already.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 5)
@Measurement(iterations = 3, time = 5)
@Threads(4)
public class LogIdBenchmark {
  private static final int DAYS = 5;
  private static final int BATCHES_BEFORE = 100;
  private static final int RECORDS_BEFORE = 100;
  private static final int FILLER_BYTES = 200;

  @Param({"10", "100"})
  public int batchRecords;

  private final AtomicLong nextId = new AtomicLong();
  private final String filler = "x".repeat(FILLER_BYTES);
  private Path directory = Path.of("");
  private long cpuNanosBefore;
  private long idsBefore;

  @SuppressWarnings("NullAway.Init")
  private EmbeddedLogStore store;

  /** What a thread had acknowledged. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Acknowledged {
    public long records;
  }

  @Setup(Level.Trial)
  public void open() throws IOException {
    directory = Files.createTempDirectory("log-id-");
    store =
        EmbeddedLogStore.open(
            LogStoreConfig.of(directory.resolve("logs"), directory.resolve("wal")),
            RetentionPolicy.DEFAULT);
    for (int i = 0; i < BATCHES_BEFORE * DAYS; i++) {
      store.append(batch(RECORDS_BEFORE, i % DAYS));
    }
    store.checkpoint();
  }

  private LogBatch batch(int records, int daysAgo) {
    long now = TimeRange.nanos(Instant.now());
    long time = now - TimeUnit.DAYS.toNanos(daysAgo);
    var batch = new LogBatch.Builder(TenantId.DEFAULT, "benchmark", now);
    for (int i = 0; i < records; i++) {
      long id = nextId.incrementAndGet();
      byte[] source = ("record " + id + " " + filler).getBytes(UTF_8);
      batch.startRecord(LogOp.CREATE, time, "shop", "shop", source, 0, source.length);
      batch.id("order-" + id).addSourceText("message", 0, source.length);
      batch.addText("service", "shop").endRecord();
    }
    return batch.build(1);
  }

  @Setup(Level.Iteration)
  public void startClock() {
    idsBefore = nextId.get();
    cpuNanosBefore = cpuNanos();
  }

  @TearDown(Level.Iteration)
  public void printCpu() {
    long records = Math.max(1, nextId.get() - idsBefore);
    System.out.printf(
        Locale.ROOT,
        "%nCPU %.1f microseconds a record%n",
        (cpuNanos() - cpuNanosBefore) / 1e3 / records);
  }

  private static long cpuNanos() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
  }

  @TearDown(Level.Trial)
  public void delete() throws IOException {
    store.close();
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Benchmark
  public int createWithIds(Acknowledged acknowledged) {
    int records = store.append(batch(batchRecords, 0)).items().size();
    acknowledged.records += records;
    return records;
  }
}
