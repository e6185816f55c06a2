package dev.headroom.storage.logs;

import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.model.LogOp;
import dev.headroom.storage.model.LogRecord;
import dev.headroom.storage.model.TenantId;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies the records of the WAL, in its order, to the partitions; every record exactly once,
 * however often its frame is read. Used by one thread at a time: the one that opens the store, then
 * the indexing thread.
 *
 * <p>Partitions are committed at different positions. A record is added unless its partition has
 * it; a removal is by id and position, so it may be repeated. That is why a commit always names the
 * exact record before which everything is in, also in the middle of a batch.
 */
final class LogApplier {
  private static final Logger LOG = LoggerFactory.getLogger(LogApplier.class);

  /** Summing up the buffers costs more than a record does. */
  private static final long BYTES_PER_BUDGET_CHECK = 1 << 20;

  private static final int MAX_UNINDEXABLE = 1000;

  private final PartitionMap partitions;
  private final LogRecord record = new LogRecord();
  private ClassHistory classes;
  private long checkpoint;
  private long position;
  private long rawBytesSinceCommit;
  private long rawBytesSinceCheck;

  /** Records that break the index writer; bounded, as one that meets many is broken itself. */
  private final Set<Long> unindexable = new HashSet<>();

  LogApplier(PartitionMap partitions, LogCheckpoint from) {
    this.partitions = partitions;
    this.classes = from.classes();
    this.checkpoint = from.position();
    this.position = from.position();
  }

  /** Every record below is in the partitions' writers. */
  long position() {
    return position;
  }

  long rawBytesSinceCommit() {
    return rawBytesSinceCommit;
  }

  LogCheckpoint checkpoint() {
    return new LogCheckpoint(checkpoint, classes);
  }

  /** What a checkpoint at the present position would say. */
  LogCheckpoint nextCheckpoint() {
    return new LogCheckpoint(position, classes.since(position));
  }

  /** The checkpoint was made durable. */
  void reached(LogCheckpoint durable) {
    checkpoint = durable.position();
    classes = durable.classes();
    rawBytesSinceCommit = 0;
  }

  /** Says that there is nothing between the present position and that one. */
  void skipTo(long to) {
    position = Math.max(position, to);
  }

  /** Goes back, so that what a partition lost is applied again. */
  void restart() {
    position = checkpoint;
  }

  /** Applies a batch; returns how many of its records were new. */
  int apply(LogBatch batch, long firstPosition) throws IOException {
    int added = 0;
    for (int i = 0; i < batch.size(); i++) {
      long at = firstPosition + i;
      if (at < checkpoint) {
        continue;
      }
      record.moveTo(batch, i);
      if (applyRecord(batch.tenant(), firstPosition, at)) {
        added++;
      }
      position = at + 1;
      rawBytesSinceCommit += record.sourceLength();
      rawBytesSinceCheck += record.sourceLength();
    }
    if (rawBytesSinceCheck >= BYTES_PER_BUDGET_CHECK) {
      rawBytesSinceCheck = 0;
      partitions.flushOverBudget();
    }
    return added;
  }

  private boolean applyRecord(TenantId tenant, long frame, long at) throws IOException {
    if (unindexable.contains(at)) {
      return false;
    }
    long older = record.replacedPosition(frame);
    if (record.hasId() && older != LogRecord.ANY_POSITION) {
      removeOlder(tenant, older, at);
    }
    return record.op() == LogOp.DELETE || addNew(tenant, at);
  }

  private void removeOlder(TenantId tenant, long older, long at) throws IOException {
    for (LogPartition partition : partitions.of(tenant)) {
      if (partition.tally.holds(older) && partition.tally.has(older)) {
        try {
          partition.remove(record, older, at);
        } catch (IOException | RuntimeException e) {
          throw new PartitionFailure(partition, e);
        }
        if (partition.isWriterOpen() && !partition.isBeingMerged()) {
          partitions.willWrite(partition, at);
        }
      }
    }
  }

  private boolean addNew(TenantId tenant, long at) throws IOException {
    LogPartition partition =
        partitions.forRecord(
            tenant, classes.classOf(at, record.stream()), record.eventTimeNanos(), at);
    if (partition.tally.has(at)) {
      return false;
    }
    partitions.willWrite(partition, at);
    try {
      partition.add(record, at);
      return true;
    } catch (IOException e) {
      throw new PartitionFailure(partition, e);
    } catch (RuntimeException e) {
      noteUnindexable(partition, at, e);
      return false;
    }
  }

  /** One record must not stop the store, now or at every start: it is left out and told. */
  private void noteUnindexable(LogPartition partition, long at, RuntimeException e)
      throws PartitionFailure {
    boolean writerIsLost = partition.isBroken();
    boolean isItsFault = !(e instanceof org.apache.lucene.store.AlreadyClosedException);
    if (isItsFault && unindexable.size() < MAX_UNINDEXABLE) {
      unindexable.add(at);
      LOG.error("record cannot be indexed partition={} position={}", partition.key.name(), at, e);
    }
    if (writerIsLost || !isItsFault) {
      throw new PartitionFailure(partition, e);
    }
  }

  /** Commits every partition at the present position. */
  void commit() throws IOException {
    partitions.commitAll(position);
  }
}
