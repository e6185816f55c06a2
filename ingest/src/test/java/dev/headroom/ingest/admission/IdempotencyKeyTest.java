package dev.headroom.ingest.admission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.headroom.storage.model.BatchId;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TenantId;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IdempotencyKeyTest {
  private static BatchId id(String tenant, String door, String key, String target, String body) {
    byte[] utf8 = body.getBytes(UTF_8);
    return IdempotencyKey.of(new TenantId(tenant), door, key, target, utf8, utf8.length).batch(0);
  }

  private static boolean sameKey(BatchId a, BatchId b) {
    return a.keyHigh() == b.keyHigh() && a.keyLow() == b.keyLow();
  }

  @Test
  void keyIsOfTenantDoorAndNameAndBodyApart() {
    BatchId id = id("t", "bulk", "k", "app", "body");
    assertEquals(id, id("t", "bulk", "k", "app", "body"));
    assertEquals(true, sameKey(id, id("t", "bulk", "k", "other", "body")));
    assertEquals(true, sameKey(id, id("t", "bulk", "k", "app", "other")));
    Set<BatchId> all = new HashSet<>();
    all.add(id);
    all.add(id("u", "bulk", "k", "app", "body"));
    all.add(id("t", "ndjson", "k", "app", "body"));
    all.add(id("t", "bulk", "k2", "app", "body"));
    all.add(id("t", "bulk", "k", "other", "body"));
    all.add(id("t", "bulk", "k", "app", "other"));
    assertEquals(6, all.size());
  }

  @Test
  void batchesOfOneRequestHaveKeysOfTheirOwn() {
    IdempotencyKey key = IdempotencyKey.of(TenantId.DEFAULT, "bulk", "k", "", new byte[0], 0);
    Set<BatchId> all = new HashSet<>();
    for (int n = 0; n < 10_000; n++) {
      all.add(key.batch(n));
    }
    assertEquals(10_000, all.size());
  }

  @Test
  void keyHasALength() {
    assertThrows(HeadroomException.class, () -> id("t", "bulk", "", "", ""));
    assertThrows(HeadroomException.class, () -> id("t", "bulk", "é".repeat(129), "", ""));
    id("t", "bulk", "é".repeat(128), "", "");
  }
}
