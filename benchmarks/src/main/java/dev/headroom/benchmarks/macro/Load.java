package dev.headroom.benchmarks.macro;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headroom.benchmarks.Corpus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Loads a corpus made from a seed through {@code _bulk}, every batch on the disk when it is
 * answered, and waits until all of it is found and merged as far as the server does by itself.
 */
final class Load {
  /** What one load cost. */
  record Cost(
      long records,
      long rawBytes,
      double acknowledgedSeconds,
      double indexedSeconds,
      double cpuSeconds,
      long secondHalfBytes,
      double secondHalfCpuSeconds,
      long memoryBytes) {
    double bytesPerCpuSecond() {
      return rawBytes / cpuSeconds;
    }
  }

  static final String INDEX = "shop";
  private static final String ACTION = "{\"create\":{\"_index\":\"" + INDEX + "\"}}\n";
  private static final long SEED = 1;

  /** The fields' types are told, so that no server must guess them. */
  private static final String MAPPING =
      """
      {"mappings":{"dynamic":"false","properties":{
        "@timestamp":{"type":"date"},"log.level":{"type":"keyword"},
        "service.name":{"type":"keyword"},"host.name":{"type":"keyword"},
        "cloud.region":{"type":"keyword"},"trace.id":{"type":"keyword"},
        "http.method":{"type":"keyword"},"http.route":{"type":"keyword"},
        "status":{"type":"integer"},"duration_ms":{"type":"double"},
        "bytes":{"type":"integer"},"message":{"type":"text"}}}}
      """;

  private final ServerProcess server;
  private final Api api;
  private final long wanted;
  private final int connections;
  private final int batch;
  private long rawBytes;
  private long halfBytes;
  private double halfCpu;
  private volatile IOException failure = new IOException("none");
  private volatile boolean failed;

  /** Event times. */
  final Instant first = Instant.now().minus(3, ChronoUnit.HOURS);

  final Instant last = first.plus(3, ChronoUnit.HOURS);
  final String someTraceId;
  private final Corpus corpus;

  Load(ServerProcess server, long wanted, int connections, int batch) {
    this.server = server;
    this.api = new Api(server.uri());
    this.wanted = wanted;
    this.connections = connections;
    this.batch = batch;
    long step = 3 * 3_600_000_000_000L / Math.max(1, wanted / 359);
    this.corpus = new Corpus(SEED, first, step);
    String record = new Corpus(SEED, first, step).next();
    int id = record.indexOf("\"trace.id\":\"") + 12;
    this.someTraceId = record.substring(id, record.indexOf('"', id));
  }

  Cost run() throws Exception {
    api.ask("PUT", "/" + INDEX, MAPPING.getBytes(UTF_8));
    double before = server.cpuSeconds();
    BlockingQueue<byte[]> bodies = new ArrayBlockingQueue<>(8);
    var senders = new ArrayList<Thread>();
    for (int i = 0; i < connections; i++) {
      senders.add(Thread.ofPlatform().name("sender-" + i).start(() -> send(bodies)));
    }
    long start = System.nanoTime();
    make(bodies);
    for (Thread _ : senders) {
      bodies.put(new byte[0]);
    }
    for (Thread sender : senders) {
      sender.join();
    }
    if (failed) {
      throw failure;
    }
    double acknowledged = (System.nanoTime() - start) / 1e9;
    api.ask("POST", "/" + INDEX + "/_refresh", new byte[0]);
    api.awaitFound(corpus.written());
    double indexed = (System.nanoTime() - start) / 1e9;
    server.awaitIdle();
    double cpu = server.cpuSeconds();
    return new Cost(
        corpus.written(),
        rawBytes,
        acknowledged,
        indexed,
        cpu - before,
        rawBytes - halfBytes,
        cpu - halfCpu,
        server.memoryBytes("VmHWM"));
  }

  private void make(BlockingQueue<byte[]> bodies) throws Exception {
    while (rawBytes < wanted && !failed) {
      byte[] body = corpus.bulkBody(batch, INDEX);
      rawBytes += body.length - (long) batch * (ACTION.length() + 1);
      bodies.put(body);
      if (halfBytes == 0 && rawBytes >= wanted / 2) {
        halfBytes = rawBytes;
        halfCpu = server.cpuSeconds();
      }
    }
  }

  private void send(BlockingQueue<byte[]> bodies) {
    try {
      for (byte[] body = bodies.take(); body.length > 0; body = bodies.take()) {
        if (!failed) {
          post(body);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void post(byte[] body) throws InterruptedException {
    try {
      String answer = api.ask("POST", "/_bulk", body);
      if (answer.contains("\"errors\":true")) {
        throw new IOException("bulk answered " + answer);
      }
    } catch (IOException | UncheckedIOException e) {
      failure = new IOException(e);
      failed = true;
    }
  }
}
