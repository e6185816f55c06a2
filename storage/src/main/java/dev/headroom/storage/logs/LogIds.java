package dev.headroom.storage.logs;

import dev.headroom.storage.logs.AppendResult.Item;
import dev.headroom.storage.logs.AppendResult.Outcome;
import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.model.LogOp;
import dev.headroom.storage.model.LogRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides, before the WAL append, what becomes of records with ids: the decision is written into
 * the frame, so that a replay repeats it. One decision at a time for a tenant; the caller holds the
 * lock on this object.
 */
final class LogIds {
  /** The newest change of an id; a deleted one has no live record. */
  record Live(long position, long version, boolean deleted) {}

  /** Finds the live record of an id among what is indexed. */
  interface Lookup {
    Optional<Live> find(String index, String id) throws IOException;
  }

  /** Changes by index, NUL, id: all those at {@link #indexedBelow} and behind, and some before. */
  private final Map<String, Live> recent = new HashMap<>();

  private final int maxRecent;
  private int forgetAbove;
  private long indexedBelow;
  private long walEpoch;
  private int partitionsGone;

  /**
   * @param indexedBelow where the index stands; no change of an id of this tenant stands behind
   */
  LogIds(int maxRecent, long indexedBelow, long walEpoch, int partitionsGone) {
    this.maxRecent = maxRecent;
    this.forgetAbove = maxRecent;
    this.indexedBelow = indexedBelow;
    this.walEpoch = walEpoch;
    this.partitionsGone = partitionsGone;
  }

  /**
   * @param stored the records to append, with their decisions; may be empty
   * @param items one a record of the original batch; positions inside the batch are relative
   */
  record Resolved(LogBatch stored, List<Item> items, Map<String, Live> changes) {}

  /**
   * @param lookup answers for everything below {@link #indexedBelow()}
   */
  Resolved resolve(LogBatch batch, Lookup lookup) throws IOException {
    var builder = new LogBatch.Builder(batch.tenant(), batch.door(), batch.receivedAtNanos());
    builder.rejections(batch);
    batch.batchId().ifPresent(builder::batchId);
    List<Item> items = new ArrayList<>(batch.size());
    Map<String, Live> changes = new HashMap<>();
    var record = new LogRecord();
    for (int i = 0; i < batch.size(); i++) {
      record.moveTo(batch, i);
      items.add(resolveRecord(record, builder, changes, lookup));
    }
    if (batch.batchId().isPresent()) {
      builder.answer(BatchAnswer.encode(items));
    }
    return new Resolved(builder.build(batch.wireBytes()), items, changes);
  }

  /** What a decided batch changed. */
  static Map<String, Live> changes(LogBatch batch, long firstPosition) {
    Map<String, Live> changes = new HashMap<>();
    var record = new LogRecord();
    for (int i = 0; i < batch.size(); i++) {
      record.moveTo(batch, i);
      if (record.hasId()) {
        boolean deletes = record.op() == LogOp.DELETE;
        changes.put(key(record), new Live(firstPosition + i, record.version(), deletes));
      }
    }
    return changes;
  }

  private static String key(LogRecord record) {
    return record.index() + '\0' + record.id().orElseThrow();
  }

  private Item resolveRecord(
      LogRecord record, LogBatch.Builder builder, Map<String, Live> changes, Lookup lookup)
      throws IOException {
    long position = builder.size();
    if (!record.hasId()) {
      builder.copyRecord(record, record.op()).endRecord();
      return new Item(Outcome.CREATED, LogRecord.inFrame((int) position), 1, "");
    }
    String id = record.id().orElseThrow();
    String key = key(record);
    Live live = changes.containsKey(key) ? changes.get(key) : recent.get(key);
    if (live == null) {
      live = lookup.find(record.index(), id).orElse(new Live(-1, 0, true));
    }
    boolean exists = !live.deleted();
    long wanted = record.expectedPosition();
    boolean lostRace =
        wanted != LogRecord.ANY_POSITION && (!exists || wanted < 0 || live.position() != wanted);
    if (record.op() == LogOp.CREATE && exists || lostRace) {
      builder.reject("conflict", record.sourceLength());
      return new Item(Outcome.CONFLICT, live.position(), live.version(), id);
    }
    if (record.op() == LogOp.DELETE && !exists) {
      builder.reject("not_found", record.sourceLength());
      return new Item(Outcome.NOT_FOUND, -1, live.version() + 1, id);
    }
    long version = live.version() + 1;
    builder.copyRecord(record, record.op()).version(version);
    builder.expectedPosition(exists ? live.position() : LogRecord.ANY_POSITION).endRecord();
    boolean deletes = record.op() == LogOp.DELETE;
    // Where the batch will stand is not known yet.
    changes.put(key, new Live(LogRecord.inFrame((int) position), version, deletes));
    Outcome outcome = deletes ? Outcome.DELETED : exists ? Outcome.UPDATED : Outcome.CREATED;
    return new Item(outcome, LogRecord.inFrame((int) position), version, id);
  }

  /** What a lookup must see: the changes below this position, and need not see others. */
  long indexedBelow() {
    return indexedBelow;
  }

  int size() {
    return recent.size();
  }

  boolean isFull() {
    return recent.size() > forgetAbove;
  }

  /**
   * Forgets everything when the WAL refused frames since it was last asked: positions remembered
   * here may have been given to other records since.
   *
   * @param acknowledged behind everything that was written before the refusal
   */
  void startAt(long epoch, long acknowledged) {
    if (walEpoch != epoch) {
      recent.clear();
      indexedBelow = acknowledged;
      walEpoch = epoch;
    }
  }

  /** Forgets what is indexed when partitions went away since it was last asked: it may be gone. */
  void noteGone(int partitions, long indexed) {
    if (partitionsGone != partitions) {
      forgetIndexed(indexed);
      partitionsGone = partitions;
    }
  }

  /** Leaves everything below the position to the lookup. */
  void forgetIndexed(long indexed) {
    indexedBelow = Math.max(indexedBelow, indexed);
    recent.values().removeIf(live -> live.position() < indexedBelow);
    // While indexing lags, not every batch should go through all that is remembered.
    forgetAbove = Math.max(maxRecent, 2 * recent.size());
  }

  /** Remembers decisions whose batch got its positions. */
  void remember(Map<String, Live> changes, long firstPosition) {
    changes.forEach(
        (key, live) ->
            recent.put(
                key,
                new Live(
                    absolute(live.position(), firstPosition), live.version(), live.deleted())));
  }

  /** A position that may be {@link LogRecord#inFrame relative} to a frame. */
  static long absolute(long position, long firstPosition) {
    return position < LogRecord.ANY_POSITION ? firstPosition - 2 - position : position;
  }
}
