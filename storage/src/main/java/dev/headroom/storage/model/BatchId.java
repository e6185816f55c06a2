package dev.headroom.storage.model;

/**
 * A sender's own name for a batch (an {@code Idempotency-Key}), as 128-bit hashes: of (tenant,
 * door, key), and of the body, so that one key with two bodies is told.
 */
public record BatchId(long keyHigh, long keyLow, long bodyHigh, long bodyLow) {
  void write(ByteWriter out) {
    out.writeLong(keyHigh);
    out.writeLong(keyLow);
    out.writeLong(bodyHigh);
    out.writeLong(bodyLow);
  }

  static BatchId read(ByteReader in) {
    return new BatchId(in.readLong(), in.readLong(), in.readLong(), in.readLong());
  }
}
