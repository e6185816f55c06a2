package dev.headroom.storage.logs;

import java.io.IOException;

/** An index that could not be written; what it had not committed is to be read again in the WAL. */
final class PartitionFailure extends IOException {
  private static final long serialVersionUID = 1;

  final transient LogPartition partition;

  PartitionFailure(LogPartition partition, Throwable cause) {
    super("partition " + partition.key.name() + ": " + cause.getMessage(), cause);
    this.partition = partition;
  }
}
