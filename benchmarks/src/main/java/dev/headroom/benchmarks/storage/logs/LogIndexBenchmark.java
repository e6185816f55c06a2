package dev.headroom.benchmarks.storage.logs;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headroom.benchmarks.Corpus;
import dev.headroom.ingest.normalise.LogAssembler;
import dev.headroom.ingest.normalise.Normaliser;
import dev.headroom.ingest.normalise.StreamRouter;
import dev.headroom.storage.logs.EmbeddedLogStore;
import dev.headroom.storage.logs.LogStoreConfig;
import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.retention.RetentionPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Records a second from decoded batches to a committed Lucene partition, the WAL between them. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 3)
public class LogIndexBenchmark {
  private static final int RECORDS = 200_000;
  private static final int BATCH = 1_000;
  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

  private final List<LogBatch> batches = new ArrayList<>();
  private Path directory = Path.of("");

  @SuppressWarnings("NullAway.Init")
  private EmbeddedLogStore store;

  @Setup(Level.Trial)
  public void make() {
    InstantSource clock = InstantSource.fixed(NOW);
    var normaliser =
        new Normaliser(RetentionPolicy.DEFAULT, new StreamRouter(_ -> List.of(), clock), clock);
    var corpus = new Corpus(1, NOW.minusSeconds(3_600), 10_000_000);
    for (int i = 0; i < RECORDS / BATCH; i++) {
      LogAssembler assembler = normaliser.assembler(TenantId.DEFAULT, "benchmark");
      for (int j = 0; j < BATCH; j++) {
        byte[] record = corpus.next().getBytes(UTF_8);
        assembler.addToIndex("shop", assembler.wantNew(), record, 0, record.length);
      }
      batches.add(assembler.take(0));
    }
  }

  @Setup(Level.Iteration)
  public void open() throws IOException {
    directory = Files.createTempDirectory("log-index-");
    store =
        EmbeddedLogStore.open(
            LogStoreConfig.of(directory.resolve("logs"), directory.resolve("wal")),
            RetentionPolicy.DEFAULT);
  }

  @TearDown(Level.Iteration)
  public void delete() throws IOException {
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Per record; closing commits what is indexed. */
  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public void index() {
    batches.forEach(store::append);
    store.close();
  }
}
