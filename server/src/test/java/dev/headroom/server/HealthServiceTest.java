package dev.headroom.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import dev.headroom.storage.wal.ReplayProgress;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a probe is told while a server starts. */
final class HealthServiceTest {
  @Test
  void aStartTellsHowFarItsReplayIs() {
    var health = new HealthService();
    var opening = new HealthService.State(false, "recovering", "opening the stores");
    var now = new ReplayProgress.Now("logs", 25, 200);
    ServerBuilder builder = Server.builder().http(0);
    health.mount(builder);
    try (Server server = builder.build();
        HttpClient http = HttpClient.newHttpClient()) {
      server.start().join();
      var api = Api.of(http, URI.create("http://127.0.0.1:" + server.activeLocalPort()));
      health.set(opening);
      assertEquals(
          "{\"ready\":false,\"status\":\"recovering\",\"detail\":\"opening the stores\"}",
          api.get("/health/ready").expect(503).text());
      health.follow(() -> opening.during(Optional.of(now)));
      assertEquals(
          "{\"ready\":false,\"status\":\"recovering\","
              + "\"detail\":\"replaying the WAL of the logs: 12 %\","
              + "\"replay\":{\"store\":\"logs\",\"wal_bytes_replayed\":25,\"wal_bytes\":200,"
              + "\"percent\":12}}",
          api.get("/health/ready").expect(503).text());
      health.follow(() -> opening.during(Optional.empty()));
      assertEquals(
          "{\"ready\":false,\"status\":\"recovering\",\"detail\":\"opening the stores\"}",
          api.get("/health/ready").expect(503).text());
    }
  }
}
