package dev.headroom.ingest.normalise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class IndexNameTest {
  private static void check(String index, String stream) {
    assertEquals(stream, IndexName.withoutDate(index), index);
  }

  @Test
  void datesAndRolloverNumbersAreCutOff() {
    check("app", "app");
    check("app-2026.11.22", "app");
    check("app-2026-11-22", "app");
    check("app_2026_11_22", "app");
    check("app.20261122", "app");
    check("app-2026.11", "app");
    check("app-2026.47", "app");
    check("app-2026.11.22.13", "app");
    check("app-000007", "app");
    check("app-2026.11.22-000007", "app");
    check(".ds-logs-app-default-2026.11.22-000007", "logs-app-default");
    check("filebeat-8.19.0-2026.11.22-000001", "filebeat-8.19.0");
    check("micrometer-metrics-2026-11", "micrometer-metrics");
    check("logs-2026.11.22-eu", "logs-2026.11.22-eu");
    check("app-8080", "app-8080");
    check("app-2026", "app-2026");
    check("app-2026.13.45", "app-2026.13.45");
    check("2026.11.22", "2026.11.22");
    check("app-0000007", "app-0000007");
    check(".ds-app", ".ds-app");
    check("x".repeat(255), "x".repeat(255));
  }

  @Test
  void namesAreCheckedAsElasticsearchDoes() {
    for (String good :
        new String[] {"a", "app-2026.11", ".ds-x-000001", "0", "é", "a".repeat(255)}) {
      assertEquals(Optional.empty(), IndexName.problem(good), good);
    }
    assertEquals(Optional.of("must be lowercase"), IndexName.problem("App"));
    assertEquals(Optional.of("must not start with '_', '-', or '+'"), IndexName.problem("_app"));
    assertEquals(Optional.of("must not be '.' or '..'"), IndexName.problem(".."));
    assertEquals(Optional.of("must not contain '#'"), IndexName.problem("a#b"));
    assertEquals(
        Optional.of("index name is too long, (256 > 255)"), IndexName.problem("a".repeat(256)));
    for (String bad :
        new String[] {"", "a b", "a*", "a,b", "a/b", "a\\b", "a\"", "<a", "a\nb", "a\0"}) {
      assertTrue(IndexName.problem(bad).isPresent(), bad);
    }
  }
}
