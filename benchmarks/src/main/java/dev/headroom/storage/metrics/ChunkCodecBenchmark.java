package dev.headroom.storage.metrics;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Samples a second in and out of chunks, one thread. In the codec's package, which nobody else
 * needs to reach.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ChunkCodecBenchmark {
  private static final int N = ChunkCodec.MAX_SAMPLES;

  /** A counter of whole numbers, a gauge with two decimals, and doubles that no decimals fit. */
  @Param({"COUNTER", "GAUGE", "RANDOM"})
  private String shape = "";

  @Param({"HOT", "COLD"})
  private String effort = "";

  private final ChunkCodec codec = new ChunkCodec();
  private final double[] values = new double[N];
  private final double[] decoded = new double[N];
  private byte[] chunk = new byte[0];

  @Setup
  public void make() {
    var random = new SplittableRandom(1);
    double sum = 0;
    for (int i = 0; i < N; i++) {
      sum += random.nextInt(1_000);
      values[i] =
          switch (shape) {
            case "COUNTER" -> sum;
            case "GAUGE" -> random.nextInt(10_000) / 100.0;
            default -> random.nextDouble();
          };
    }
    chunk = codec.encodeValues(values, 0, N, ChunkCodec.Effort.valueOf(effort));
  }

  @Benchmark
  @OperationsPerInvocation(N)
  public byte[] encode() {
    return codec.encodeValues(values, 0, N, ChunkCodec.Effort.valueOf(effort));
  }

  @Benchmark
  @OperationsPerInvocation(N)
  public double[] decode() {
    codec.decodeValues(chunk, chunk.length, N, decoded);
    return decoded;
  }
}
