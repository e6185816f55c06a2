package dev.headroom.storage.logs;

import java.io.IOException;

/** A partition whose files cannot be read, or hold what no index writer wrote. */
final class UnreadablePartition extends IOException {
  private static final long serialVersionUID = 1;

  final transient LogPartition partition;

  UnreadablePartition(LogPartition partition, Throwable cause) {
    super("partition " + partition.key.name() + ": " + cause, cause);
    this.partition = partition;
  }
}
