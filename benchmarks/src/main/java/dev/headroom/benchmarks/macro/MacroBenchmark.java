package dev.headroom.benchmarks.macro;

import dev.headroom.benchmarks.Corpus;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes a corpus from a seed, loads it through {@code _bulk} (every batch is on the disk when it is
 * answered), and prints what that cost the server's process: MB of raw JSON per CPU second, bytes
 * on disk per byte in, resident memory; then how long queries take.
 *
 * <p>Arguments: {@code --home DIR} (with the launcher), {@code --megabytes N} (default 1000),
 * {@code --connections N} (default 4), {@code --batch N} records (default 1000), {@code --work
 * DIR}, {@code --heap SIZE} and {@code --flags "…"}, more JVM flags of the server that is loaded (a
 * flight recording, say).
 */
public final class MacroBenchmark {
  private static final long SEED = 1;
  private static final int QUERY_ROUNDS = 100;

  private final Map<String, String> options = new LinkedHashMap<>();
  // As nearly every sender of bulk requests speaks, and Elasticsearch itself.
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final PrintStream out = System.out;
  private long rawBytes;
  private long halfBytes;
  private double halfCpu;
  private long records;
  private String someTraceId = "";
  private Instant first = Instant.EPOCH;
  private Instant last = Instant.EPOCH;

  public static void main(String[] args) throws Exception {
    new MacroBenchmark(args).run();
  }

  private MacroBenchmark(String[] args) {
    options.put("home", ".");
    options.put("megabytes", "1000");
    options.put("connections", "4");
    options.put("batch", "1000");
    options.put("work", System.getProperty("java.io.tmpdir"));
    options.put("heap", "1g");
    options.put("flags", "");
    for (int i = 0; i + 1 < args.length; i += 2) {
      String name = args[i].replaceFirst("^--", "");
      if (options.put(name, args[i + 1]) == null) {
        throw new IllegalArgumentException("unknown option " + args[i]);
      }
    }
  }

  private int number(String option) {
    return Integer.parseInt(options.getOrDefault(option, ""));
  }

  private void run() throws Exception {
    Path home = Path.of(options.getOrDefault("home", ""));
    Path data =
        Files.createTempDirectory(Path.of(options.getOrDefault("work", "")), "headroom-macro-")
            .resolve("data");
    String flags = "-Xmx" + options.get("heap");
    try (ServerProcess server =
        ServerProcess.start(home, data, flags + " " + options.get("flags"))) {
      load(server);
    }
    try (ServerProcess server = ServerProcess.start(home, data, flags)) {
      out.printf(
          Locale.ROOT,
          "on disk after a stop and a start  %.3f bytes per raw byte (%,d bytes)%n",
          (double) server.diskBytes() / rawBytes,
          server.diskBytes());
      out.printf(
          Locale.ROOT,
          "resident when idle                %,d MB%n",
          server.memoryBytes("VmRSS") / 1_000_000);
      ask(server);
    }
  }

  private void load(ServerProcess server) throws Exception {
    double before = server.cpuSeconds();
    BlockingQueue<byte[]> bodies = new ArrayBlockingQueue<>(8);
    var senders = new ArrayList<Thread>();
    var sent = new AtomicLong();
    for (int i = 0; i < number("connections"); i++) {
      senders.add(Thread.ofPlatform().name("sender-" + i).start(() -> send(server, bodies, sent)));
    }
    long start = System.nanoTime();
    make(bodies, server);
    for (Thread _ : senders) {
      bodies.put(new byte[0]);
    }
    for (Thread sender : senders) {
      sender.join();
    }
    double acknowledged = (System.nanoTime() - start) / 1e9;
    while (count(server) < records) {
      Thread.onSpinWait();
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    double cpu = server.cpuSeconds() - before;
    double warm = server.cpuSeconds() - halfCpu;
    out.printf(
        Locale.ROOT,
        "records                           %,d (%,d raw bytes, %d each)%n",
        records,
        rawBytes,
        rawBytes / records);
    out.printf(
        Locale.ROOT,
        "acknowledged after                %.1f s, indexed after %.1f s: %.1f MB/s%n",
        acknowledged,
        seconds,
        rawBytes / 1e6 / seconds);
    out.printf(
        Locale.ROOT,
        "durable ingest                    %.1f MB of raw JSON per CPU second (%.1f CPU s)%n",
        rawBytes / 1e6 / cpu,
        cpu);
    out.printf(
        Locale.ROOT,
        "the second half of it             %.1f MB of raw JSON per CPU second (%.1f CPU s)%n",
        (rawBytes - halfBytes) / 1e6 / warm,
        warm);
    out.printf(
        Locale.ROOT,
        "resident memory                   %,d MB at most%n",
        server.memoryBytes("VmHWM") / 1_000_000);
  }

  private void make(BlockingQueue<byte[]> bodies, ServerProcess server) throws Exception {
    long wanted = number("megabytes") * 1_000_000L;
    first = Instant.now().minus(3, ChronoUnit.HOURS);
    long step = 3 * 3_600_000_000_000L / Math.max(1, wanted / 370);
    var corpus = new Corpus(SEED, first, step);
    int batch = number("batch");
    while (rawBytes < wanted) {
      byte[] body = corpus.bulkBody(batch, "shop");
      rawBytes +=
          body.length - (long) batch * ("{\"create\":{\"_index\":\"shop\"}}\n".length() + 1);
      bodies.put(body);
      if (halfBytes == 0 && rawBytes >= wanted / 2) {
        halfBytes = rawBytes;
        halfCpu = server.cpuSeconds();
      }
    }
    records = corpus.written();
    String record = corpus.next();
    last = Instant.parse(field(record, "@timestamp"));
    someTraceId = field(new Corpus(SEED, first, step).next(), "trace.id");
  }

  private static String field(String record, String name) {
    int start = record.indexOf("\"" + name + "\":\"") + name.length() + 4;
    return record.substring(start, record.indexOf('"', start));
  }

  private void send(ServerProcess server, BlockingQueue<byte[]> bodies, AtomicLong sent) {
    try {
      for (byte[] body = bodies.take(); body.length > 0; body = bodies.take()) {
        HttpRequest request =
            HttpRequest.newBuilder(server.uri().resolve("/_bulk"))
                .header("content-type", "application/x-ndjson")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200 || answer.body().contains("\"errors\":true")) {
          throw new IOException("bulk answered " + answer.statusCode() + " " + answer.body());
        }
        sent.addAndGet(body.length);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private long count(ServerProcess server) throws Exception {
    String answer = get(server, "/headroom/v1/logs/search?limit=0&start=now-1d&q=*");
    int at = answer.indexOf("\"total\":") + 8;
    return Long.parseLong(answer.substring(at, answer.indexOf(',', at)));
  }

  private void ask(ServerProcess server) throws Exception {
    long span = last.toEpochMilli() - first.toEpochMilli();
    String tenth =
        "&start=" + first.plusMillis(span * 4 / 10) + "&end=" + first.plusMillis(span * 5 / 10);
    String search = "/headroom/v1/logs/search?limit=100";
    String all = "&start=now-1d";
    out.printf(
        Locale.ROOT, "%n%-44s %9s %9s%n", "query (over HTTP, one at a time)", "p50 ms", "p99 ms");
    time(server, "newest 100 of everything", search + all + q("*"));
    time(
        server,
        "newest 100 of a term in a tenth of the time",
        search + tenth + q("log.level:error"));
    time(server, "newest 100 of a frequent word", search + all + q("payment"));
    time(server, "phrase", search + all + q("\"payment provider timed out\""));
    time(
        server,
        "and",
        search + all + q("service.name:checkout AND log.level:error AND status:500"));
    time(server, "prefix", search + all + q("host.name:node-1*"));
    time(server, "id", search + all + q("trace.id:" + someTraceId));
    time(
        server,
        "histogram of everything",
        "/headroom/v1/logs/histogram?interval=5m" + all + q("*"));
    time(
        server,
        "top 10 values",
        search + all + q("* | stats count() by http.route | sort -count | head 10"));
    time(
        server,
        "sum of a number by a term",
        search + all + q("log.level:error | stats sum(bytes) by service.name"));
  }

  private static String q(String query) {
    return "&q=" + URLEncoder.encode(query, StandardCharsets.UTF_8);
  }

  private void time(ServerProcess server, String name, String path) throws Exception {
    double[] millis = new double[QUERY_ROUNDS];
    for (int i = -QUERY_ROUNDS; i < QUERY_ROUNDS; i++) {
      long start = System.nanoTime();
      get(server, path);
      if (i >= 0) {
        millis[i] = (System.nanoTime() - start) / 1e6;
      }
    }
    Arrays.sort(millis);
    out.printf(
        Locale.ROOT,
        "%-44s %9.1f %9.1f%n",
        name,
        millis[QUERY_ROUNDS / 2],
        millis[QUERY_ROUNDS - 1]);
  }

  private String get(ServerProcess server, String path) throws Exception {
    URI uri = server.uri().resolve(path);
    HttpResponse<String> answer =
        http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(uri + " answered " + answer.statusCode() + " " + answer.body());
    }
    return answer.body();
  }
}
