package dev.headroom.benchmarks.ingest.decode;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headroom.benchmarks.Corpus;
import dev.headroom.ingest.normalise.LogAssembler;
import dev.headroom.ingest.normalise.Normaliser;
import dev.headroom.ingest.normalise.StreamRouter;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.retention.RetentionPolicy;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Records a second from JSON text to a batch that is ready for the WAL, one thread. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class JsonDecodeBenchmark {
  private static final int RECORDS = 1_000;
  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

  private final byte[][] records = new byte[RECORDS][];
  private final InstantSource clock = InstantSource.fixed(NOW);
  private final Normaliser normaliser =
      new Normaliser(RetentionPolicy.DEFAULT, new StreamRouter(_ -> List.of(), clock), clock);

  @Setup
  public void make() {
    var corpus = new Corpus(1, NOW.minusSeconds(60), 1_000_000);
    for (int i = 0; i < RECORDS; i++) {
      records[i] = corpus.next().getBytes(UTF_8);
    }
  }

  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public int decode() {
    LogAssembler assembler = normaliser.assembler(TenantId.DEFAULT, "benchmark");
    for (byte[] record : records) {
      assembler.addToIndex("shop", assembler.wantNew(), record, 0, record.length);
    }
    return assembler.take(0).size();
  }
}
