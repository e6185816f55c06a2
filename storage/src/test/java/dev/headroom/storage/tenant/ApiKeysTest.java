package dev.headroom.storage.tenant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TenantId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiKeysTest {
  private static final TenantId TENANT = new TenantId("shop");
  private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

  @TempDir Path directory;

  @Test
  void keyStandsForItsTenantAndRoles() {
    var keys = new ApiKeys(directory.resolve("keys"));
    String key = keys.create("agent", TENANT, Set.of(Role.INGEST), NOW).key();
    Principal principal = keys.principal(key).orElseThrow();
    assertEquals(new Principal(TENANT, "agent", Set.of(Role.INGEST)), principal);
    assertTrue(keys.principal(key + "x").isEmpty());
    assertTrue(keys.principal("").isEmpty());
  }

  @Test
  void fileHoldsNoKeyAndIsForTheOwnerAlone() throws Exception {
    var keys = new ApiKeys(directory);
    String key = keys.create("agent", TENANT, Set.of(Role.READ), NOW).key();
    String secret = key.substring(key.lastIndexOf('_') + 1);
    Path file = directory.resolve("keys");
    assertFalse(
        new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1)
            .contains(secret));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
  }

  @Test
  void keyMadeAndRevokedByAnotherProcessCountsSoon() {
    var server = new ApiKeys(directory);
    assertTrue(server.principal("hr_none").isEmpty());
    var other = new ApiKeys(directory);
    ApiKeys.Created made = other.create("late", TENANT, Set.of(Role.ADMIN), NOW);
    Awaitility.await().until(() -> server.principal(made.key()).isPresent());
    other.revoke(made.kept().id());
    Awaitility.await().until(() -> server.principal(made.key()).isEmpty());
    assertEquals(0, other.list().size());
  }

  @Test
  void aChangeIsSeenThoughTheClockStoodStill() throws Exception {
    Path file = directory.resolve("keys");
    var other = new ApiKeys(directory);
    var first = other.create("first", TENANT, Set.of(Role.READ), NOW);
    FileTime time = Files.getLastModifiedTime(file);
    var server = new ApiKeys(directory);
    assertTrue(server.principal(first.key()).isPresent());
    other.revoke(first.kept().id());
    var second = other.create("other", TENANT, Set.of(Role.READ), NOW); // of the same size
    Files.setLastModifiedTime(file, time);
    Awaitility.await().until(() -> server.principal(second.key()).isPresent());
    assertTrue(server.principal(first.key()).isEmpty());
  }

  @Test
  void unknownIdCannotBeRevoked() {
    var keys = new ApiKeys(directory);
    var e = assertThrows(HeadroomException.class, () -> keys.revoke("00000000"));
    assertEquals("no API key with the id \"00000000\"", e.getMessage());
  }

  @Test
  void keyWithoutARoleIsRefused() {
    var keys = new ApiKeys(directory);
    assertThrows(HeadroomException.class, () -> keys.create("x", TENANT, Set.of(), NOW));
  }
}
