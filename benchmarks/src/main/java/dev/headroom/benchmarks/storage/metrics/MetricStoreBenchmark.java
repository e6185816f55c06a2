package dev.headroom.benchmarks.storage.metrics;

import dev.headroom.storage.metrics.EmbeddedMetricStore;
import dev.headroom.storage.metrics.LabelMatcher;
import dev.headroom.storage.metrics.MetricStoreConfig;
import dev.headroom.storage.metrics.SeriesSamples;
import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.MemoryPermit;
import dev.headroom.storage.model.SampleBatch;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.retention.RetentionPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** How many samples a second are stored durably, and how many are selected out of blocks. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class MetricStoreBenchmark {
  private static final Instant NOW = Instant.parse("2026-11-22T00:00:00Z");
  private static final int SERIES = 5_000;
  private static final int STORED_SERIES = 100;
  private static final int STORED_STEPS = 5_760; // a day at 15 s
  private static final int STORED = STORED_SERIES * STORED_STEPS;

  private final SplittableRandom random = new SplittableRandom(1);
  private final MemoryPermit.Pool memory = new MemoryPermit.Pool(1L << 30, 1L << 30);
  private Path directory = Path.of("");
  private long time;

  @SuppressWarnings("NullAway.Init")
  private EmbeddedMetricStore store;

  @Setup(Level.Trial)
  public void open() throws IOException {
    directory = Files.createTempDirectory("metric-store-");
    store =
        EmbeddedMetricStore.open(
            MetricStoreConfig.of(directory.resolve("metrics"), directory.resolve("wal")),
            RetentionPolicy.DEFAULT,
            InstantSource.fixed(NOW));
    for (int series = 0; series < STORED_SERIES; series++) {
      var batch = new SampleBatch.Builder(TenantId.DEFAULT, "benchmark", 0);
      int ordinal = batch.series(labels("stored", series));
      for (int step = 0; step < STORED_STEPS; step++) {
        long at = NOW.minus(Duration.ofDays(3)).toEpochMilli() + step * 15_000L;
        batch.add(ordinal, at, random.nextInt(10_000) / 100.0);
      }
      store.append(batch.build(0));
    }
    store.flushNow();
    time = NOW.minus(Duration.ofDays(2)).toEpochMilli();
  }

  @TearDown(Level.Trial)
  public void close() throws IOException {
    store.close();
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static Labels labels(String name, int series) {
    return Labels.of(
        "__name__", name + "_" + series % 100, "job", name, "instance", "host-" + series / 100);
  }

  /** A scrape: one sample each of many series. */
  @Benchmark
  @OperationsPerInvocation(SERIES)
  public long append() {
    time += 1;
    var batch = new SampleBatch.Builder(TenantId.DEFAULT, "benchmark", 0);
    for (int series = 0; series < SERIES; series++) {
      batch.add(labels("scraped", series), time, series + (time & 0xffff));
    }
    return store.append(batch.build(0)).accepted();
  }

  @Benchmark
  @OperationsPerInvocation(STORED)
  public int select() {
    try (MemoryPermit permit = memory.open()) {
      List<SeriesSamples> found =
          store.select(
              TenantId.DEFAULT,
              List.of(LabelMatcher.equal("job", "stored")),
              0,
              Long.MAX_VALUE,
              Deadline.after(Duration.ofMinutes(1)),
              permit);
      int samples = found.stream().mapToInt(SeriesSamples::size).sum();
      if (samples != STORED) {
        throw new IllegalStateException(samples + " samples selected of " + STORED);
      }
      return samples;
    }
  }
}
