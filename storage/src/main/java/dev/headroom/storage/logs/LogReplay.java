package dev.headroom.storage.logs;

import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.wal.ReplayProgress;
import dev.headroom.storage.wal.WalDamage;
import dev.headroom.storage.wal.WriteAheadLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the WAL at the start, so that everything acknowledged is in the index again. One thread.
 */
final class LogReplay {
  private static final Logger LOG = LoggerFactory.getLogger(LogReplay.class);

  private final LogStoreConfig config;
  private final PartitionMap partitions;
  private final LogApplier applier;
  private final LogUpkeep upkeep;
  private final WriteAheadLog wal;
  private final BatchIds batchIds;
  private final LogListener listener;
  private long records;

  LogReplay(
      LogStoreConfig config,
      PartitionMap partitions,
      LogApplier applier,
      LogUpkeep upkeep,
      WriteAheadLog wal,
      BatchIds batchIds,
      LogListener listener) {
    this.config = config;
    this.partitions = partitions;
    this.applier = applier;
    this.upkeep = upkeep;
    this.wal = wal;
    this.batchIds = batchIds;
    this.listener = listener;
  }

  /** Records that the index lacked. */
  long records() {
    return records;
  }

  /**
   * Replays, and makes the retention policy count from here on.
   *
   * @return why the index could not be written, which is to be tried again
   */
  Optional<IOException> run(ReplayProgress progress) {
    long needed = applier.checkpoint().position();
    long known = needed;
    for (LogPartition partition : partitions.all()) {
      known = Math.max(known, partition.manifest().map(m -> m.state().position()).orElse(0L));
    }
    wal.expect(needed, known);
    Optional<IOException> problem = replay(progress);
    if (problem.isEmpty()) {
      applier.skipTo(wal.nextPosition());
      problem = adoptPolicy();
    }
    for (WalDamage found : wal.damage()) {
      LOG.error(
          "log WAL damaged file={} problem={} from_position={} bytes={}",
          found.file(),
          found.problem(),
          found.fromPosition(),
          found.bytes());
    }
    return problem;
  }

  /**
   * Tells every frame there is to those who keep account of them, and applies those behind the
   * checkpoint. An index that cannot be written does not stop it: that is tried again later.
   */
  private Optional<IOException> replay(ReplayProgress progress) {
    List<IOException> problems = new ArrayList<>(1);
    wal.replay(
        0,
        progress,
        (position, _, payload, offset, length) -> {
          LogBatch batch = frame(position, payload, offset, length);
          batchIds.committed(batch, position);
          listener.committed(batch, position);
          if (problems.isEmpty()) {
            apply(batch, position).ifPresent(problems::add);
          }
        });
    return problems.stream().findFirst();
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

  private Optional<IOException> apply(LogBatch batch, long position) {
    try {
      records += applier.apply(batch, position);
      if (applier.rawBytesSinceCommit() >= config.commitBytes()) {
        upkeep.commit();
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(e);
    }
  }

  private Optional<IOException> adoptPolicy() {
    try {
      upkeep.adoptPolicy();
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(e);
    }
  }
}
