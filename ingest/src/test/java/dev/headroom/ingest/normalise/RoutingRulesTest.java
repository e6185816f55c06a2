package dev.headroom.ingest.normalise;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.ingest.decode.Decoded;
import dev.headroom.storage.config.YamlSection;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.model.LogRecord;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.retention.RetentionPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RoutingRulesTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final TenantId SHOP = new TenantId("shop");
  private static final String RULES =
      """
      routes:
        - {to: brief, index: "pay-*", tenant: shop}
        - {to: edge, service: nginx, environment: prod*}
        - {to: security, stream: auditd}
        - {to: late, service: "*x"}
      """;

  private static RoutingRules rules(String yaml) {
    YamlSection configuration = YamlSection.parse("c.yaml", yaml);
    RoutingRules rules = RoutingRules.read(configuration);
    configuration.finish();
    return rules;
  }

  private static LogAssembler assembler(TenantId tenant, String yaml) {
    var retention =
        new RetentionPolicy(
            Duration.ofDays(30), Map.of("brief", Duration.ofHours(1)), Duration.ofDays(400), 0);
    var router = new StreamRouter(rules(yaml), _ -> List.of(), () -> NOW);
    return new Normaliser(retention, router, () -> NOW).assembler(tenant, "test");
  }

  private static String stream(LogAssembler assembler, String index, String json) {
    byte[] utf8 = json.getBytes(UTF_8);
    assertEquals(
        Decoded.ACCEPTED, assembler.addToIndex(index, assembler.wantNew(), utf8, 0, utf8.length));
    LogRecord record = assembler.take(0).record(0);
    assertEquals(index, record.index(), "the index stays");
    return record.stream();
  }

  private static String named(LogAssembler assembler, String stream, String json) {
    byte[] utf8 = json.getBytes(UTF_8);
    assertEquals(Decoded.ACCEPTED, assembler.addToStream(stream, utf8, 0, utf8.length));
    return assembler.take(0).record(0).stream();
  }

  @Test
  void theFirstRuleThatMatchesGivesTheStream() {
    LogAssembler shop = assembler(SHOP, RULES);
    assertEquals("brief", stream(shop, "pay-2026.11.22", "{}"));
    assertEquals("brief", stream(shop, "pay-x", "{\"service\":\"nginx\",\"env\":\"prod\"}"));
    assertEquals("web", stream(shop, "web-2026.11.22", "{}"));
    assertEquals("edge", stream(shop, "web", "{\"service\":\"nginx\",\"env\":\"production\"}"));
    assertEquals("late", stream(shop, "web", "{\"service\":\"nginx\",\"env\":\"test\"}"));
    assertEquals("web", stream(shop, "web", "{\"service\":\"Nginy\"}"));
    assertEquals("security", named(shop, "auditd", "{}"));
    assertEquals("security", named(shop, "", "{\"service\":\"auditd\"}"));
    assertEquals("late", named(shop, "", "{\"service\":\"x\"}"));
    assertEquals("default", named(shop, "", "{}"));
  }

  @Test
  void aRuleOfATenantIsForThatTenant() {
    assertEquals("pay", stream(assembler(TenantId.DEFAULT, RULES), "pay-2026.11.22", "{}"));
  }

  @Test
  void theRetentionIsThatOfTheStreamItGoesTo() {
    LogAssembler shop = assembler(SHOP, RULES);
    String old = "{\"@timestamp\":\"" + NOW.minus(Duration.ofHours(2)) + "\"}";
    byte[] utf8 = old.getBytes(UTF_8);
    Decoded decoded = shop.addToIndex("pay-1", shop.wantNew(), utf8, 0, utf8.length);
    assertTrue(decoded instanceof Decoded.Rejected(var reason, _, _) && reason.equals("too_old"));
    assertEquals("web", stream(shop, "web", old));
  }

  @Test
  void aRemovalGoesByTheIndexAloneAndNotByTheRecordBefore() {
    LogAssembler shop = assembler(SHOP, RULES);
    byte[] edge = "{\"service\":\"nginx\",\"env\":\"prod\"}".getBytes(UTF_8);
    shop.addToIndex("web", shop.wantNew(), edge, 0, edge.length);
    shop.delete("web", "id", LogRecord.ANY_POSITION);
    shop.delete("pay-1", "id", LogRecord.ANY_POSITION);
    LogBatch batch = shop.take(0);
    assertEquals("edge", batch.record(0).stream());
    assertEquals("web", batch.record(1).stream());
    assertEquals("brief", batch.record(2).stream());
  }

  @Test
  void mistakesAreToldWithTheirLine() {
    check("routes: x", "c.yaml:1: routes: must be a list");
    check("routes:\n- {index: a}", "c.yaml:2: routes[0].to is missing");
    check(
        "routes:\n- {to: a, index: b}\n- to: a\n  indx: b",
        "c.yaml:3: routes[1].to: would take every record; say which: tenant, stream, index,"
            + " service, environment or region");
    check(
        "routes:\n- to: a\n  index: b\n  host: c",
        "c.yaml:4: unknown key \"routes[0].host\"; known here: environment, index, region,"
            + " service, stream, tenant, to");
    check(
        "routes:\n- {to: ' a', index: b}",
        "c.yaml:2: routes[0].to: is no name of a stream: at most 256 bytes, no controls, no"
            + " spaces around it");
    check(
        "routes:\n" + "- {to: a, index: b}\n".repeat(RoutingRules.MAX_RULES + 1),
        "c.yaml:1: routes: has more than 200 rules");
  }

  private static void check(String yaml, String message) {
    var e = assertThrows(HeadroomException.class, () -> rules(yaml));
    assertEquals(message, e.getMessage());
  }

  @Test
  void starsStandForAnyText() {
    String[][] matching = {
      {"*", ""},
      {"*", "a"},
      {"a*", "a"},
      {"a*c", "abbc"},
      {"*b*", "abc"},
      {"a*b*c", "axbxbxc"},
      {"", ""},
      {"a.c", "a.c"},
      {"**a", "ba"},
      {"*ab", "aab"}
    };
    for (String[] each : matching) {
      assertTrue(new NamePattern(each[0]).matches(each[1]), each[0] + " on " + each[1]);
    }
    String[][] others = {
      {"", "a"}, {"a", ""}, {"a*", "ba"}, {"*a", "ab"}, {"a.c", "abc"}, {"a*c", "ab"}, {"A", "a"}
    };
    for (String[] each : others) {
      assertTrue(!new NamePattern(each[0]).matches(each[1]), each[0] + " on " + each[1]);
    }
  }
}
