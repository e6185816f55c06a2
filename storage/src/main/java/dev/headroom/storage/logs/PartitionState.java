package dev.headroom.storage.logs;

import dev.headroom.storage.model.ByteReader;
import dev.headroom.storage.model.ByteWriter;
import java.util.Map;

/**
 * Where a partition stands; part of each Lucene commit (as user data) and of the manifest.
 *
 * @param from WAL position of its first record
 * @param position every record below it that belongs here is in the commit
 * @param sealedAt from this position on records go to a later generation; {@link #OPEN} while hot
 * @param merged whether the merge of a sealed partition is done
 * @param rawBytes of all records ever added
 * @param minTimeNanos earliest event time of them
 * @param maxTimeNanos latest event time of them
 */
record PartitionState(
    long from,
    long position,
    long sealedAt,
    boolean merged,
    long rawBytes,
    long minTimeNanos,
    long maxTimeNanos) {
  static final long OPEN = Long.MAX_VALUE;

  boolean isSealed() {
    return sealedAt != OPEN;
  }

  Map<String, String> toUserData() {
    return Map.of(
        "from", Long.toString(from),
        "position", Long.toString(position),
        "sealed", Long.toString(sealedAt),
        "merged", Boolean.toString(merged),
        "raw", Long.toString(rawBytes),
        "min", Long.toString(minTimeNanos),
        "max", Long.toString(maxTimeNanos));
  }

  /**
   * @throws IllegalArgumentException when it is not the user data of a partition's commit
   */
  static PartitionState of(Map<String, String> data) {
    return new PartitionState(
        number(data, "from"),
        number(data, "position"),
        number(data, "sealed"),
        Boolean.parseBoolean(data.get("merged")),
        number(data, "raw"),
        number(data, "min"),
        number(data, "max"));
  }

  private static long number(Map<String, String> data, String key) {
    String value = data.get(key);
    if (value == null) {
      throw new IllegalArgumentException("commit does not say its " + key);
    }
    return Long.parseLong(value);
  }

  void write(ByteWriter out) {
    out.writeLong(from);
    out.writeLong(position);
    out.writeLong(sealedAt);
    out.writeByte(merged ? 1 : 0);
    out.writeLong(rawBytes);
    out.writeLong(minTimeNanos);
    out.writeLong(maxTimeNanos);
  }

  static PartitionState read(ByteReader in) {
    return new PartitionState(
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readByte() == 1,
        in.readLong(),
        in.readLong(),
        in.readLong());
  }
}
