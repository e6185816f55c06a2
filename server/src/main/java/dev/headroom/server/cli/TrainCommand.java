package dev.headroom.server.cli;

import dev.headroom.server.HeadroomConfig;
import dev.headroom.server.HeadroomServer;
import dev.headroom.server.HostPort;
import dev.headroom.server.demo.FleetFeed;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;

/**
 * The run in which the launcher records the AOT cache: a start, some records and samples, a search,
 * an orderly stop. What it loads is what a start no longer has to.
 */
@Command(name = "train", hidden = true, description = "Record a fast start.")
final class TrainCommand implements Runnable {
  @Override
  public void run() {
    Path directory = TemporaryFolder.create("headroom-train-");
    try (HeadroomServer server = ServeCommand.start(configuration(directory))) {
      FleetFeed.run(
          server.uri(),
          server.syslogAddress().orElseThrow(),
          Instant.now(),
          Duration.ofHours(2),
          new PrintWriter(Writer.nullWriter()));
      try (var client =
          new ApiClient(server.uri(), Optional.empty(), Optional.empty(), Optional.empty())) {
        client.get("/headroom/v1/logs/search", Map.of("q", "log.level:error", "start", "now-1d"));
        client.get("/headroom/v1/logs/histogram", Map.of("q", "*", "start", "now-1d"));
        client.get("/api/v1/query", Map.of("query", "sum(rate(http_requests_total[1h]))"));
        client.get("/metrics", Map.of());
      }
    } finally {
      TemporaryFolder.delete(directory);
    }
  }

  private static HeadroomConfig configuration(Path directory) {
    var anyPort = new HostPort("127.0.0.1", 0);
    return HeadroomConfig.defaults(directory).withListeners(anyPort, Optional.of(anyPort), false);
  }
}
