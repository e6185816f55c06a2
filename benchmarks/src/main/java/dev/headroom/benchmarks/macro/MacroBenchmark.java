package dev.headroom.benchmarks.macro;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Loads the same corpus into a server, and into its peer if there is one, and prints what that cost
 * each process: MB of raw JSON per CPU second, bytes on disk per byte in, resident memory; then how
 * long the same searches take.
 *
 * <p>Arguments: {@code --home DIR} (with the launcher), {@code --peer DIR} (with OpenSearch, see
 * {@code benchmarks/peer}), {@code --megabytes N} (default 1000), {@code --connections N} (default
 * 4), {@code --batch N} records (default 1000), {@code --work DIR}, {@code --heap SIZE} and {@code
 * --flags "…"}, more JVM flags of the server that is loaded (a flight recording, say).
 */
public final class MacroBenchmark {
  /** Starts a server, or starts it again on the same data. */
  private interface Start {
    ServerProcess with(Path data, String flags) throws IOException;
  }

  private final Map<String, String> options = new LinkedHashMap<>();
  private final PrintStream out = System.out;

  public static void main(String[] args) throws Exception {
    new MacroBenchmark(args).run();
  }

  private MacroBenchmark(String[] args) {
    options.put("home", ".");
    options.put("peer", "");
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

  private String text(String option) {
    return options.getOrDefault(option, "");
  }

  private int number(String option) {
    return Integer.parseInt(text(option));
  }

  private void run() throws Exception {
    Path home = Path.of(text("home"));
    double own =
        measure("Headroom", (data, flags) -> ServerProcess.headroom(home, data, flags))
            .bytesPerCpuSecond();
    if (!text("peer").isEmpty()) {
      Path peer = Path.of(text("peer"));
      double others =
          measure("OpenSearch", (data, flags) -> ServerProcess.openSearch(peer, data, flags))
              .bytesPerCpuSecond();
      out.printf(
          Locale.ROOT,
          "%nper CPU second Headroom took %.2f times the bytes that OpenSearch did%n",
          own / others);
    }
  }

  private Load.Cost measure(String name, Start start) throws Exception {
    out.printf(Locale.ROOT, "%n== %s%n", name);
    Path data = Files.createTempDirectory(Path.of(text("work")), "headroom-macro-").resolve("data");
    String flags = "-Xmx" + text("heap");
    Load.Cost cost;
    Searches searches;
    try (ServerProcess server = start.with(data, (flags + " " + text("flags")).strip())) {
      var load =
          new Load(
              server, number("megabytes") * 1_000_000L, number("connections"), number("batch"));
      cost = load.run();
      print(cost);
      searches = new Searches(load.first, load.last, load.someTraceId);
    }
    try (ServerProcess server = start.with(data, flags)) {
      var api = new Api(server.uri());
      api.awaitFound(cost.records());
      line(
          "on disk after a stop and a start",
          "%.3f bytes per raw byte (%,d bytes)",
          (double) server.diskBytes() / cost.rawBytes(),
          server.diskBytes());
      line("resident after that", "%,d MB", server.memoryBytes("VmRSS") / 1_000_000);
      searches.run(api, out);
    }
    return cost;
  }

  private void print(Load.Cost cost) {
    line(
        "records",
        "%,d (%,d raw bytes, %d each)",
        cost.records(),
        cost.rawBytes(),
        cost.rawBytes() / cost.records());
    line(
        "acknowledged after",
        "%.1f s, found after %.1f s: %.1f MB/s",
        cost.acknowledgedSeconds(),
        cost.indexedSeconds(),
        cost.rawBytes() / 1e6 / cost.indexedSeconds());
    line(
        "durable ingest",
        "%.1f MB of raw JSON per CPU second (%.1f CPU s)",
        cost.bytesPerCpuSecond() / 1e6,
        cost.cpuSeconds());
    line(
        "the second half of it",
        "%.1f MB of raw JSON per CPU second (%.1f CPU s)",
        cost.secondHalfBytes() / 1e6 / cost.secondHalfCpuSeconds(),
        cost.secondHalfCpuSeconds());
    line("resident memory", "%,d MB at most", cost.memoryBytes() / 1_000_000);
  }

  private void line(String what, String format, Object... values) {
    out.printf(Locale.ROOT, "%-34s" + format + "%n", prepend(what, values));
  }

  private static Object[] prepend(String first, Object[] rest) {
    var all = new Object[rest.length + 1];
    all[0] = first;
    System.arraycopy(rest, 0, all, 1, rest.length);
    return all;
  }
}
