package dev.headroom.storage.logs;

import dev.headroom.storage.wal.SyncPolicy;
import java.util.List;

/**
 * What became of a batch: one item a record, in the batch's order.
 *
 * @param held how durable the batch was when this answer was given
 * @param repeated whether the batch id had been stored before; the items are those of the first
 *     time
 */
public record AppendResult(List<Item> items, SyncPolicy held, boolean repeated) {
  /**
   * @param position the record's place in the log WAL ({@code _seq_no}); −1 when nothing was stored
   * @param version 1 for a new record, counting up with each change of the same id
   * @param id the sender's id, or the one derived from the position
   */
  public record Item(Outcome outcome, long position, long version, String id) {}

  public enum Outcome {
    CREATED,
    UPDATED,
    DELETED,
    /** A delete of an id that is not there. */
    NOT_FOUND,
    /** A create of an id that is there, or a compare-and-set that lost. */
    CONFLICT
  }
}
