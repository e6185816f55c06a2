package dev.headroom.benchmarks.storage.wal;

import dev.headroom.storage.wal.SyncPolicy;
import dev.headroom.storage.wal.WalConfig;
import dev.headroom.storage.wal.WriteAheadLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;

/**
 * How many frames a second are made durable, when several senders wait for their own and share
 * forces.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class WalAppendBenchmark {
  @Param({"4096", "262144"})
  private int frameBytes;

  @Param({"FSYNC", "OS"})
  @SuppressWarnings("NullAway.Init")
  private SyncPolicy sync;

  private Path directory = Path.of("");
  private byte[] frame = new byte[0];

  @SuppressWarnings("NullAway.Init")
  private WriteAheadLog wal;

  @Setup(Level.Iteration)
  public void open() throws IOException {
    directory = Files.createTempDirectory("wal-append-");
    frame = new byte[frameBytes];
    new SplittableRandom(1).nextBytes(frame);
    wal = WriteAheadLog.open(WalConfig.of("benchmark", directory), (_, _, _, _, _) -> {});
  }

  @TearDown(Level.Iteration)
  public void close() throws IOException {
    wal.close();
    try (var files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }

  @Benchmark
  @Threads(4)
  public long append() {
    var ticket = wal.append(frame, 0, frame.length, 1, sync);
    ticket.await();
    if (ticket.position() % 10_000 == 0) {
      wal.truncateBefore(ticket.position());
    }
    return ticket.position();
  }
}
