package dev.headroom.storage.logs;

import dev.headroom.storage.retention.RetentionPolicy;
import dev.headroom.storage.wal.WriteAheadLog;
import java.io.IOException;
import java.time.InstantSource;

/** Commits, writes the checkpoint, cuts the WAL, seals. Used on the indexing thread. */
final class LogUpkeep implements LogIndexer.Upkeep {
  /** More documents than this in one Lucene index come too near to what it can number. */
  private static final long MAX_RECORDS = 1L << 30;

  private static final long NANOS_PER_DAY = 86_400_000_000_000L;

  private final LogStoreConfig config;
  private final PartitionMap partitions;
  private final LogApplier applier;
  private final RetentionPolicy retention;
  private final WriteAheadLog wal;
  private final LogListener listener;
  private final BatchIds batchIds;
  private final PartitionSealer sealer;
  private final InstantSource clock;
  private boolean isCheckpointWritten;
  private long policyFrom;

  LogUpkeep(
      LogStoreConfig config,
      PartitionMap partitions,
      LogApplier applier,
      RetentionPolicy retention,
      WriteAheadLog wal,
      LogListener listener,
      BatchIds batchIds,
      PartitionSealer sealer,
      InstantSource clock) {
    this.config = config;
    this.partitions = partitions;
    this.applier = applier;
    this.retention = retention;
    this.wal = wal;
    this.listener = listener;
    this.batchIds = batchIds;
    this.sealer = sealer;
    this.clock = clock;
  }

  @Override
  public void commit() throws IOException {
    applier.commit();
    batchIds.checkpoint();
    LogCheckpoint next = applier.nextCheckpoint();
    long from = Math.max(next.position(), policyFrom);
    writeCheckpoint(new LogCheckpoint(next.position(), next.classes().with(from, retention)));
    wal.truncateBefore(Math.min(next.position(), listener.neededFrom()));
  }

  private void writeCheckpoint(LogCheckpoint next) throws IOException {
    if (!isCheckpointWritten || !next.equals(applier.checkpoint())) {
      next.write(config.wal().directory());
      isCheckpointWritten = true;
    }
    applier.reached(next);
  }

  /**
   * Makes the policy count for positions from that one on, and only those; before anything is
   * applied, so that no record is ever read again under another policy than the first time.
   */
  void adoptPolicy(long from) throws IOException {
    policyFrom = from;
    LogCheckpoint now = applier.checkpoint();
    writeCheckpoint(new LogCheckpoint(now.position(), now.classes().with(from, retention)));
  }

  @Override
  public void round() throws IOException {
    long now = dev.headroom.storage.model.TimeRange.nanos(clock.instant());
    for (LogPartition partition : partitions.all()) {
      if (!partition.tally.isSealed() && isDue(partition, now)) {
        partitions.seal(partition, applier.position());
        sealer.add(partition);
      }
    }
  }

  /** Merges that an earlier stop cut short. */
  void goOnMerging() {
    for (LogPartition partition : partitions.all()) {
      if (partition.tally.isSealed() && !partition.tally.isMerged()) {
        sealer.add(partition);
      }
    }
  }

  private boolean isDue(LogPartition partition, long nowNanos) {
    if (partition.tally.rawBytes() >= config.partitions().sealBytes()
        || partition.records() >= MAX_RECORDS) {
      return true;
    }
    long grace = config.partitions().sealGrace().toNanos();
    if (nowNanos - partition.key.range().toNanos() < grace) {
      return false;
    }
    long nanoTime = System.nanoTime();
    return partition.tally.idleNanos(nanoTime) >= grace
        || partition.tally.ageNanos(nanoTime) >= Math.max(grace, NANOS_PER_DAY);
  }
}
