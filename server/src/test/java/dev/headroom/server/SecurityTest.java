package dev.headroom.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.tenant.Role;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may do what, over HTTP, while authentication is on. */
final class SecurityTest {
  @TempDir Path directory;

  /** A line of {@code routes.txt}: a mounted route and the role that it needs. */
  private record Route(String method, String pattern, String role) {
    static Stream<Route> parse(String line) {
      String[] words = line.strip().split("\\s+", -1);
      assertEquals(3, words.length, line);
      return Stream.of(words[0].split(",", -1))
          .map(method -> new Route(method, words[1], words[2]));
    }

    String name() {
      return method + " " + pattern;
    }

    String path() {
      return pattern.replaceAll("[:*][a-z]*", "some");
    }
  }

  private static List<Route> table() throws IOException {
    try (var in = SecurityTest.class.getResourceAsStream("/routes.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .flatMap(Route::parse)
          .toList();
    }
  }

  @Test
  void tableHasEveryRoute() throws IOException {
    try (RunningServer server = RunningServer.open(directory)) {
      Set<String> listed =
          table().stream().map(Route::name).collect(Collectors.toCollection(TreeSet::new));
      Set<String> unlisted = new TreeSet<>(server.server.routes());
      unlisted.removeAll(listed);
      assertEquals(Set.of(), unlisted, "say in src/test/resources/routes.txt which role it needs");
      listed.removeAll(server.server.routes());
      assertEquals(Set.of(), listed, "no longer mounted");
    }
  }

  @Test
  void eachRouteAsksForItsRole() throws IOException {
    try (RunningServer server = RunningServer.withKeys(directory)) {
      var asked = new Asking(server);
      List<String> wrong = new ArrayList<>();
      for (Route route : table()) {
        asked.check(route, wrong);
      }
      assertEquals(List.of(), wrong);
    }
  }

  /** Asks each route as everyone. */
  private static final class Asking {
    private final Api api;
    private final String ingest;
    private final String read;
    private final String ingestAndRead;
    private final String admin;
    private final String revoked;

    Asking(RunningServer server) {
      this.api = server.api();
      this.ingest = server.key("acme", Role.INGEST);
      this.read = server.key("acme", Role.READ);
      this.ingestAndRead = server.key("acme", Role.INGEST, Role.READ);
      this.admin = server.key("acme", Role.ADMIN);
      this.revoked = revokedKey(server);
    }

    private static String revokedKey(RunningServer server) {
      String key = server.key("acme", Role.ADMIN);
      server.keys.revoke(server.keys.list().getLast().id());
      Awaitility.await("a revoked key is refused")
          .atMost(Duration.ofSeconds(20))
          .until(() -> server.api().as(key).get("/").status() == 401);
      return key;
    }

    void check(Route route, List<String> wrong) {
      if (route.role().equals("open")) {
        expect(route, Optional.empty(), "no key", Set.of(200), wrong);
        return;
      }
      expect(route, Optional.empty(), "no key", Set.of(401), wrong);
      expect(route, Optional.of("hr_00000000_guess"), "a wrong key", Set.of(401), wrong);
      expect(route, Optional.of(revoked), "a revoked key", Set.of(401), wrong);
      switch (route.role()) {
        case "any" -> {
          allow(route, ingest, "an ingest key", wrong);
          allow(route, read, "a read key", wrong);
        }
        case "ingest" -> {
          expect(route, Optional.of(read), "a read key", Set.of(403), wrong);
          allow(route, ingest, "an ingest key", wrong);
        }
        case "read" -> {
          expect(route, Optional.of(ingest), "an ingest key", Set.of(403), wrong);
          allow(route, read, "a read key", wrong);
        }
        case "admin" -> {
          expect(route, Optional.of(ingestAndRead), "an ingest and read key", Set.of(403), wrong);
          allow(route, admin, "an admin key", wrong);
        }
        default -> throw new AssertionError("unknown role in " + route);
      }
    }

    private void expect(
        Route route, Optional<String> key, String who, Set<Integer> statuses, List<String> wrong) {
      int status = status(route, key);
      if (!statuses.contains(status)) {
        wrong.add(route.name() + " with " + who + ": " + status + ", expected " + statuses);
      }
    }

    /** What the request lacks may be said; but not that it may not be made. */
    private void allow(Route route, String key, String who, List<String> wrong) {
      int status = status(route, Optional.of(key));
      if (status == 401 || status == 403 || status == 405 || status >= 500) {
        wrong.add(route.name() + " with " + who + ": " + status);
      }
    }

    private int status(Route route, Optional<String> key) {
      Api caller = key.map(api::as).orElse(api);
      String path = route.path();
      if (path.endsWith("/tail")) {
        path += "?backlog=none"; // else its answer has no end
      }
      return caller.ask(route.method(), path, "", new byte[0], Map.of()).status();
    }
  }

  @Test
  void tenantsSeeOnlyTheirOwn() {
    try (RunningServer server = RunningServer.withKeys(directory)) {
      var acme = new Tenant(server, "acme");
      var globex = new Tenant(server, "globex");
      acme.fill();
      globex.fill();
      acme.checkSees(globex);
      globex.checkSees(acme);
      acme.deleteStream();
      globex.checkSees(acme);
    }
  }

  @Test
  void keyDecidesTheTenantWhateverTheHeaderSays() {
    try (RunningServer server = RunningServer.withKeys(directory)) {
      new Tenant(server, "acme").fill();
      Api globex = server.api().as(server.key("globex", Role.READ));
      String count =
          globex
              .ask("GET", "/_count", "", new byte[0], Map.of("x-scope-orgid", "acme"))
              .expect(200)
              .json()
              .get("count")
              .asText();
      assertEquals("0", count);
    }
  }

  /** Someone with one record, one series and an admin key of the tenant. */
  private static final class Tenant {
    private final String name;
    private final Api api;

    Tenant(RunningServer server, String name) {
      this.name = name;
      this.api = server.api().as(server.key(name, Role.ADMIN));
    }

    void fill() {
      String record = "{\"message\":\"secret of " + name + "\",\"owner\":\"" + name + "\"}";
      api.ask(
              "PUT",
              "/" + name + "-logs/_create/same-id",
              "application/json",
              record.getBytes(StandardCharsets.UTF_8),
              Map.of())
          .expect(201);
      api.post("/headroom/v1/logs?stream=shared", Api.NDJSON, record).expect(200);
      long now = System.currentTimeMillis();
      byte[] body = RemoteWrite.body(Map.of("__name__", "owned", "owner", name), now, 1.0);
      api.ask("POST", "/api/v1/write", RemoteWrite.TYPE, body, Map.of()).expect(204);
    }

    /** Its own, and nothing that names the other. */
    void checkSees(Tenant other) {
      for (String path :
          List.of(
              "/headroom/v1/logs/search?q=secret",
              "/headroom/v1/logs/facets?q=secret&fields=owner",
              "/_search?q=message:secret",
              "/shared/_search",
              "/_cat/indices?format=json",
              "/_mapping",
              "/_resolve/index/*",
              "/api/v1/query?query=owned",
              "/api/v1/series?match[]=owned",
              "/api/v1/label/owner/values",
              "/headroom/v1/ledger?by=stream",
              "/headroom/v1/capacity/report?format=json",
              "/headroom/v1/cost/report?format=json")) {
        String answer = api.get(path.replace("[]", "%5B%5D")).expect(200).text();
        assertFalse(answer.contains(other.name), () -> name + " asks " + path + ": " + answer);
      }
      String many = "{}\n{\"query\":{\"match_all\":{}}}\n";
      String found = api.post("/_msearch", Api.NDJSON, many).expect(200).text();
      assertTrue(found.contains("secret of " + name) || found.contains("\"value\":0"), found);
      assertFalse(found.contains(other.name), found);
      assertTrue(api.get("/api/v1/query?query=owned").text().contains("\"" + name + "\""));
      assertTrue(api.get("/shared/_search").text().contains("secret of " + name));
      api.get("/" + other.name + "-logs/_doc/same-id").expect(404);
      assertEquals(
          404, api.ask("HEAD", "/" + other.name + "-logs", "", new byte[0], Map.of()).status());
    }

    /** Deleting by a name that both have takes one's own only. */
    void deleteStream() {
      int status = api.ask("DELETE", "/shared", "", new byte[0], Map.of()).status();
      assertTrue(status < 500, () -> "DELETE: " + status);
    }
  }

  @Test
  void serverOpenToTheNetworkNeedsKeysAndTls() {
    HeadroomConfig local = RunningServer.config(directory);
    var everywhere = new HostPort("0.0.0.0", 0);
    HeadroomConfig open = local.withListeners(everywhere, Optional.empty(), false);
    var tls = Optional.of(new HeadroomConfig.Tls(directory, directory));
    refused(open);
    refused(RunningServer.authenticated(open, Optional.empty()));
    refused(local.withListeners(RunningServer.FREE_PORT, Optional.of(everywhere), false));
    RunningServer.authenticated(open, tls).checkListeners();
  }

  private static void refused(HeadroomConfig config) {
    var e = assertThrows(HeadroomException.class, () -> HeadroomServer.start(config));
    assertEquals(ErrorCategory.INVALID, e.category());
    assertTrue(String.valueOf(e.getMessage()).contains("refusing to listen"), e.getMessage());
  }
}
