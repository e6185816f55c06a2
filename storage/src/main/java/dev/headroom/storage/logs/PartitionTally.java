package dev.headroom.storage.logs;

import dev.headroom.storage.model.LogRecord;
import dev.headroom.storage.model.TimeRange;
import java.util.OptionalLong;

/**
 * What a partition holds, as its next commit will say it. Changed under the partition's write lock,
 * read by any thread.
 */
final class PartitionTally {
  private volatile long from;
  private volatile long applied;
  private volatile long sealedAt = PartitionState.OPEN;
  private volatile boolean merged;
  private volatile boolean hasIds;
  private volatile long rawBytes;
  private volatile long minTime = Long.MAX_VALUE;
  private volatile long maxTime = Long.MIN_VALUE;
  private final long openedNanoTime = System.nanoTime();
  private volatile long addedNanoTime = System.nanoTime();

  /** Of an empty partition whose first record is at that position. */
  PartitionTally(long from) {
    this.from = from;
    this.applied = from;
  }

  PartitionTally(PartitionState committed) {
    take(committed);
  }

  void take(PartitionState committed) {
    from = committed.from();
    applied = committed.position();
    sealedAt = committed.sealedAt();
    merged = committed.merged();
    hasIds = committed.hasIds();
    rawBytes = committed.rawBytes();
    minTime = committed.minTimeNanos();
    maxTime = committed.maxTimeNanos();
  }

  /** Everything is lost, as there was no commit. */
  void startOver() {
    take(
        new PartitionState(
            from, from, PartitionState.OPEN, false, false, 0, Long.MAX_VALUE, Long.MIN_VALUE));
  }

  void add(LogRecord log, long position) {
    applied = position + 1;
    hasIds |= log.hasId();
    long rawBefore = rawBytes; // one thread writes
    rawBytes = rawBefore + log.sourceLength();
    minTime = Math.min(minTime, log.eventTimeNanos());
    maxTime = Math.max(maxTime, log.eventTimeNanos());
    addedNanoTime = System.nanoTime();
  }

  /** Whether a record behind that one may have been added. */
  boolean mayHoldBehind(long position) {
    return applied > position + 1;
  }

  void seal(long position) {
    sealedAt = position;
  }

  void setMerged(boolean isDone) {
    merged = isDone;
  }

  void committedAt(long position) {
    applied = position;
  }

  /**
   * @param position where the index stands in the WAL; while that is read again, records are in
   *     that stand behind
   */
  PartitionState state(long position) {
    return new PartitionState(
        from, Math.max(position, applied), sealedAt, merged, hasIds, rawBytes, minTime, maxTime);
  }

  /** Whether the record of that position, if of this tenant, class and day, goes here. */
  boolean holds(long position) {
    return position >= from && position < sealedAt;
  }

  /** Whether a record of that position that belongs here is in the index already. */
  boolean has(long position) {
    return position < applied;
  }

  boolean isSealed() {
    return sealedAt != PartitionState.OPEN;
  }

  boolean isMerged() {
    return merged;
  }

  /** Whether a record of that id may be here: of its sender's, or derived from that position. */
  boolean mayHoldId(OptionalLong derivedFrom) {
    return hasIds
        || derivedFrom.isPresent()
            && holds(derivedFrom.getAsLong())
            && has(derivedFrom.getAsLong());
  }

  long rawBytes() {
    return rawBytes;
  }

  boolean hasTimesIn(TimeRange range) {
    return minTime < range.toNanos() && maxTime >= range.fromNanos();
  }

  /** How long ago the last record was added, in this process. */
  long idleNanos(long nowNanoTime) {
    return nowNanoTime - addedNanoTime;
  }

  /** How long it has been here, in this process. */
  long ageNanos(long nowNanoTime) {
    return nowNanoTime - openedNanoTime;
  }
}
