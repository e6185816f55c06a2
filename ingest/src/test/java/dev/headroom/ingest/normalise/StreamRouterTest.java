package dev.headroom.ingest.normalise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.headroom.storage.model.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StreamRouterTest {
  private static final TenantId TENANT = new TenantId("a");

  private Instant now = Instant.parse("2026-11-22T12:00:00Z");
  private final Set<String> stored = new HashSet<>();
  private final InstantSource clock = () -> now;
  private final StreamRouter router = new StreamRouter(_ -> stored, clock, 3);

  @Test
  void namesPastTheLimitGoToTheOverflow() {
    stored.add("old");
    assertEquals("x", router.admit(TENANT, "x"));
    assertEquals("y", router.admit(TENANT, "y"));
    assertEquals("overflow", router.admit(TENANT, "z"));
    assertEquals("old", router.admit(TENANT, "old"), "stored before the start");
    assertEquals("x", router.admit(TENANT, "x"));
    assertEquals("z", router.admit(new TenantId("b"), "z"), "another tenant");
  }

  @Test
  void streamsThatAreGoneMakeRoomAfterAWhile() {
    for (String name : new String[] {"a", "b", "c"}) {
      assertEquals(name, router.admit(TENANT, name));
    }
    stored.add("a");
    now = now.plus(Duration.ofSeconds(59));
    assertEquals("overflow", router.admit(TENANT, "d"));
    now = now.plus(Duration.ofSeconds(1));
    assertEquals("d", router.admit(TENANT, "d"));
    assertEquals("a", router.admit(TENANT, "a"));
  }

  @Test
  void namesAreTrimmedAndCut() {
    assertEquals("default", StreamRouter.name(""));
    assertEquals("default", StreamRouter.name("  \t"));
    assertEquals("a b", StreamRouter.name(" a b "));
    assertEquals("a_b", StreamRouter.name("a\nb"));
    assertEquals("x".repeat(256), StreamRouter.name("x".repeat(300)));
    assertEquals("é".repeat(128), StreamRouter.name("é".repeat(200)));
    assertEquals("€".repeat(85), StreamRouter.name("€".repeat(86)));
  }
}
