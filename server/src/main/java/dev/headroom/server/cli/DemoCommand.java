package dev.headroom.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headroom.query.lang.Json;
import dev.headroom.server.HeadroomConfig;
import dev.headroom.server.HeadroomServer;
import dev.headroom.server.HostPort;
import dev.headroom.server.demo.FleetFeed;
import dev.headroom.storage.file.DurableFiles;
import dev.headroom.storage.model.AllowForbidden;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code headroom demo}: the whole product on a simulated fleet, in about a minute. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Start a server on a fresh data directory, feed it 120 days of a simulated fleet through its"
          + " own receivers, and show a search, a capacity report and a cost report."
    })
final class DemoCommand implements Callable<Integer> {
  private static final Duration RETENTION = Duration.ofDays(180);
  private static final Duration ARRIVAL = Duration.ofMinutes(2);
  private static final String QUERY = "service.name:checkout log.level:error";

  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--exit", description = "Stop after printing.")
  private boolean exit;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "7420",
      description = "Port for HTTP on 127.0.0.1; 0 takes a free one (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "New or empty data directory, kept (default: a temporary one, deleted).")
  private @Nullable Path data;

  @Override
  public Integer call() {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    Path directory = data == null ? TemporaryFolder.create("headroom-demo-") : checkedEmpty(data);
    Path settings = TemporaryFolder.create("headroom-demo-prices-");
    try (HeadroomServer server = ServeCommand.start(configuration(directory, prices(settings)))) {
      out.println("Headroom is ready: " + server.uri() + "  (data in " + directory + ")");
      Instant end = Instant.now();
      FleetFeed.Sent sent =
          FleetFeed.run(
              server.uri(), server.syslogAddress().orElseThrow(), end, FleetFeed.WHOLE, out);
      try (var client =
          new ApiClient(server.uri(), Optional.empty(), Optional.empty(), Optional.empty())) {
        awaitArrival(client, sent);
        client.post("/headroom/v1/flush"); // else samples of the last minutes belong to no stream
        new Tour(client, out).show(sent);
      }
      if (!exit) {
        out.println("\nThe server stays up; stop it with Ctrl-C.");
        out.flush();
        server.awaitStop();
      }
    } finally {
      TemporaryFolder.delete(settings);
      if (data == null) {
        TemporaryFolder.delete(directory);
      }
    }
    return 0;
  }

  /** Beside the prices nothing is set that a user would not get. */
  private HeadroomConfig configuration(Path directory, Path prices) {
    return HeadroomConfig.defaults(directory)
        .withListeners(
            new HostPort("127.0.0.1", port), Optional.of(new HostPort("127.0.0.1", 0)), false)
        .withRetention(RETENTION)
        .withPrices(prices);
  }

  private static Path prices(Path folder) {
    Path file = folder.resolve("prices.yaml");
    try (InputStream in = DemoCommand.class.getResourceAsStream("demo-prices.yaml")) {
      Files.write(file, Objects.requireNonNull(in, "demo-prices.yaml").readAllBytes());
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path checkedEmpty(Path directory) {
    try {
      DurableFiles.createDirectories(directory.toAbsolutePath());
      try (Stream<Path> children = Files.list(directory)) {
        if (children.findAny().isPresent()) {
          throw HeadroomException.invalid(
              "--data " + directory + " is not empty; the demo wants a directory of its own");
        }
      }
      return directory;
    } catch (IOException e) {
      throw HeadroomException.invalid("cannot use --data " + directory + ": " + e.getMessage());
    }
  }

  /** Syslog has no answer, so the last lines may still be on their way. */
  @AllowForbidden(reason = "waits for what is on its way, as a person would")
  private static void awaitArrival(ApiClient client, FleetFeed.Sent sent) {
    long giveUp = System.nanoTime() + ARRIVAL.toNanos();
    while (count(client) < sent.lines()) {
      if (System.nanoTime() > giveUp) {
        throw new HeadroomException(
            ErrorCategory.INTERNAL,
            count(client) + " of " + sent.lines() + " log lines arrived within " + ARRIVAL);
      }
      try {
        Thread.sleep(100);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new HeadroomException(ErrorCategory.UNAVAILABLE, "interrupted", e);
      }
    }
  }

  private static long count(ApiClient client) {
    byte[] answer =
        client.get("/headroom/v1/logs/search", Map.of("q", "*", "start", "now-130d", "limit", "0"));
    Map<String, Json> fields = SearchCommand.members(Json.read(answer, 0, answer.length));
    return Long.parseLong(SearchCommand.text(fields.get("total")));
  }

  /** What is shown, each with where to find it. */
  private record Tour(ApiClient client, PrintWriter out) {
    private void show(FleetFeed.Sent sent) {
      out.printf(
          Locale.ROOT,
          "%nstored %,d log lines (%,.1f MB) and %,d samples%n",
          sent.lines(),
          sent.lineBytes() / 1e6,
          sent.samples());
      search();
      report("Capacity", "/headroom/v1/capacity/report", Map.of("horizon", "90d"));
      report("Cost", "/headroom/v1/cost/report", Map.of("months", "3"));
      heading("More", client.uri("/headroom/v1/ledger", Map.of("by", "stream")).toString());
      out.println(
          "  "
              + client.uri(
                  "/headroom/v1/forecast",
                  Map.of(
                      "query",
                      "node_filesystem_avail_bytes{instance=\"db-2\",mountpoint=\"/var\"}",
                      "format",
                      "html")));
      out.println(
          "  "
              + client.uri("/api/v1/query", Map.of("query", "sum(rate(http_requests_total[1h]))")));
    }

    private void heading(String title, String uri) {
      out.println();
      out.println("── " + title + " " + "─".repeat(Math.max(3, 60 - title.length())));
      out.println("  " + uri);
      out.println();
    }

    private void search() {
      var parameters = new LinkedHashMap<String, String>();
      parameters.put("q", QUERY);
      parameters.put("start", "now-120d");
      String path = "/headroom/v1/logs/search";
      heading("Search: " + QUERY, client.uri(path, parameters).toString());
      var buckets = new LinkedHashMap<>(parameters);
      buckets.put("interval", "5d");
      SearchCommand.printHistogram(client.get("/headroom/v1/logs/histogram", buckets), out);
      out.println();
      parameters.put("limit", "5");
      byte[] answer = client.get(path, parameters);
      SearchCommand.print(SearchCommand.members(Json.read(answer, 0, answer.length)), out, out);
    }

    private void report(String title, String path, Map<String, String> what) {
      var parameters = new LinkedHashMap<>(what);
      parameters.put("format", "html");
      heading(title, client.uri(path, parameters).toString());
      parameters.put("format", "text");
      parameters.put("width", Integer.toString(Terminal.columns()));
      out.println(new String(client.get(path, parameters), UTF_8).stripTrailing());
    }
  }
}
