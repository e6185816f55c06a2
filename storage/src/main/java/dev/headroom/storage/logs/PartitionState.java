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
 * @param hasIds whether any record ever added had an id of its sender's
 * @param rawBytes of all records ever added
 * @param minTimeNanos earliest event time of them
 * @param maxTimeNanos latest event time of them
 */
record PartitionState(
    long from,
    long position,
    long sealedAt,
    boolean merged,
    boolean hasIds,
    long rawBytes,
    long minTimeNanos,
    long maxTimeNanos) {
  static final long OPEN = Long.MAX_VALUE;
  private static final int MERGED = 1;
  private static final int NO_IDS = 2;

  boolean isSealed() {
    return sealedAt != OPEN;
  }

  Map<String, String> toUserData() {
    return Map.of(
        "from", Long.toString(from),
        "position", Long.toString(position),
        "sealed", Long.toString(sealedAt),
        "merged", Boolean.toString(merged),
        "ids", Boolean.toString(hasIds),
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
        !"false".equals(data.get("ids")),
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
    out.writeByte((merged ? MERGED : 0) | (hasIds ? 0 : NO_IDS));
    out.writeLong(rawBytes);
    out.writeLong(minTimeNanos);
    out.writeLong(maxTimeNanos);
  }

  static PartitionState read(ByteReader in) {
    long from = in.readLong();
    long position = in.readLong();
    long sealedAt = in.readLong();
    int flags = in.readByte();
    return new PartitionState(
        from,
        position,
        sealedAt,
        (flags & MERGED) != 0,
        (flags & NO_IDS) == 0,
        in.readLong(),
        in.readLong(),
        in.readLong());
  }
}
