package dev.headroom.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.ingest.normalise.RoutingRules;
import dev.headroom.storage.model.HeadroomException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigFileTest {
  private static final Pattern EXAMPLE = Pattern.compile("(?s)```yaml\n(.*?)```");

  @TempDir Path directory;

  @Test
  void theExampleOfThePageIsRead() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "configuration.md"));
    Matcher example = EXAMPLE.matcher(page);
    assertTrue(example.find());
    HeadroomConfig config = ConfigFile.parse(Path.of("/etc/headroom.yaml"), example.group(1));
    assertEquals(Path.of("/var/lib/headroom"), config.data());
    assertTrue(config.authentication() && config.tls().isPresent());
    assertEquals(Duration.ofDays(400), config.retention().streamAges().get("audit"));
    assertNotEquals(RoutingRules.NONE, config.routes());
    assertEquals(256L << 20, config.minFreeBytes());
  }

  @Test
  void anUnknownKeyStopsTheStart() {
    var e =
        assertThrows(
            HeadroomException.class,
            () -> ConfigFile.parse(Path.of("x.yaml"), "retention:\n  defualt: 3d\n"));
    assertTrue(
        String.valueOf(e.getMessage()).startsWith("x.yaml:2: unknown key \"retention.defualt\""),
        e.getMessage());
  }

  @Test
  void recordsGoWhereTheRulesSay() {
    HeadroomConfig rules =
        ConfigFile.parse(
            Path.of("x.yaml"), "routes: [{to: payments, index: 'pay-*'}, {to: edge, service: a}]");
    HeadroomConfig plain = RunningServer.config(directory.resolve("data"));
    var config =
        new HeadroomConfig(
            plain.data(),
            plain.http(),
            plain.syslog(),
            plain.syslogZone(),
            plain.tls(),
            plain.authentication(),
            plain.insecureListen(),
            plain.hostMetrics(),
            plain.retention(),
            rules.routes(),
            plain.resources(),
            plain.prices(),
            plain.minFreeBytes(),
            plain.stayUpOnWriteFailure());
    try (RunningServer server = RunningServer.of(config)) {
      Api api = server.api();
      String bulk =
          """
          {"create":{"_index":"pay-2026.11.22"}}
          {"message":"one"}
          {"create":{"_index":"web"}}
          {"message":"two","service":"a"}
          """;
      api.post("/_bulk", Api.NDJSON, bulk).expect(200);
      api.post("/headroom/v1/logs?stream=pay-x", Api.NDJSON, "{\"message\":\"three\"}").expect(200);
      assertEquals(2, found(api, "_stream:payments"));
      assertEquals(1, found(api, "_stream:edge"));
      assertEquals(1, found(api, "_index:web"));
    }
  }

  private static int found(Api api, String query) {
    String path = "/headroom/v1/logs/search?q=" + Api.encode(query);
    return api.get(path).expect(200).json().path("hits").size();
  }
}
