package dev.headroom.ingest.admission;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headroom.storage.model.BatchId;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TenantId;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * A sender's own name for a request, hashed to what the store remembers. A request that is stored
 * in several batches has one {@link #batch} for each, in order.
 */
public final class IdempotencyKey {
  private static final int MAX_BYTES = 256;

  private final BatchId first;

  private IdempotencyKey(BatchId first) {
    this.first = first;
  }

  /**
   * @param target what the body is for, when the path says so: one key with two targets is told
   *     like one with two bodies
   * @throws HeadroomException INVALID when the key is empty or too long
   */
  public static IdempotencyKey of(
      TenantId tenant, String door, String key, String target, byte[] body, int length) {
    byte[] utf8 = key.getBytes(UTF_8);
    if (utf8.length == 0 || utf8.length > MAX_BYTES) {
      throw HeadroomException.invalid("Idempotency-Key must have 1 to " + MAX_BYTES + " bytes");
    }
    MessageDigest digest = sha256();
    digest.update((tenant + "\0" + door + "\0").getBytes(UTF_8));
    ByteBuffer name = ByteBuffer.wrap(digest.digest(utf8));
    digest.update(target.getBytes(UTF_8));
    digest.update((byte) 0);
    digest.update(body, 0, length);
    ByteBuffer content = ByteBuffer.wrap(digest.digest());
    return new IdempotencyKey(
        new BatchId(name.getLong(), name.getLong(), content.getLong(), content.getLong()));
  }

  /** The id of the n-th batch (from 0) of the request. */
  public BatchId batch(int n) {
    // Distinct for distinct n: the multiplier is odd.
    long mark = n * 0x9e3779b97f4a7c15L;
    return new BatchId(first.keyHigh(), first.keyLow() ^ mark, first.bodyHigh(), first.bodyLow());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
