package dev.headroom.storage.logs;

import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.wal.ReplayProgress;
import dev.headroom.storage.wal.WalDamage;
import dev.headroom.storage.wal.WriteAheadLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the WAL at the start, before the first append: tells each frame to those who keep account
 * of them. What the index lacks of it the indexing thread reads again. One thread.
 */
final class LogReplay {
  private static final Logger LOG = LoggerFactory.getLogger(LogReplay.class);

  private final PartitionMap partitions;
  private final LogApplier applier;
  private final LogUpkeep upkeep;
  private final WriteAheadLog wal;
  private final BatchIds batchIds;
  private final LogAppends appends;
  private final LogListener listener;
  private long records;

  LogReplay(
      PartitionMap partitions,
      LogApplier applier,
      LogUpkeep upkeep,
      WriteAheadLog wal,
      BatchIds batchIds,
      LogAppends appends,
      LogListener listener) {
    this.partitions = partitions;
    this.applier = applier;
    this.upkeep = upkeep;
    this.wal = wal;
    this.batchIds = batchIds;
    this.appends = appends;
    this.listener = listener;
  }

  /** Records behind the checkpoint; some of them may be indexed nevertheless. */
  long records() {
    return records;
  }

  /**
   * Replays, and makes the retention policy count for what comes behind it.
   *
   * @return why the checkpoint could not be written, which is to be tried again
   */
  Optional<IOException> run(ReplayProgress progress) {
    long needed = applier.checkpoint().position();
    long known = needed;
    for (LogPartition partition : partitions.all()) {
      known = Math.max(known, partition.manifest().map(m -> m.state().position()).orElse(0L));
    }
    wal.expect(needed, known);
    wal.replay(
        0,
        progress,
        (position, count, payload, offset, length) -> {
          LogBatch batch = frame(position, payload, offset, length);
          batchIds.committed(batch, position);
          listener.committed(batch, position);
          if (position + count > needed) {
            records += Math.min(count, position + count - needed);
            appends.replayed(batch, position);
          }
        });
    for (WalDamage found : wal.damage()) {
      LOG.error(
          "log WAL damaged file={} problem={} from_position={} bytes={}",
          found.file(),
          found.problem(),
          found.fromPosition(),
          found.bytes());
    }
    return adoptPolicy();
  }

  private Optional<IOException> adoptPolicy() {
    try {
      upkeep.adoptPolicy(wal.nextPosition());
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(e);
    }
  }

  /** A frame whose checksum holds and that does not parse was written by another program. */
  private static LogBatch frame(long position, byte[] payload, int offset, int length) {
    try {
      return LogBatch.of(Arrays.copyOfRange(payload, offset, offset + length));
    } catch (IllegalArgumentException e) {
      throw new UncheckedIOException(
          new IOException(
              "frame at position " + position + ": " + e.getMessage() + "; start the newer program",
              e));
    }
  }
}
