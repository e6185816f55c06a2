package dev.headroom.storage.logs;

import dev.headroom.storage.model.LogBatch;

/** Told of what the store takes and refuses; the ledger counts flows with it. */
public interface LogListener {
  LogListener NONE = (batch, position) -> {};

  /**
   * A batch whose frame is durable, before its sender knows; in position order, on the WAL's writer
   * thread, so it must be quick and must not fail. At a start it is told, on the opening thread, of
   * every frame still in the WAL. The batch takes the positions {@code position … position + size -
   * 1}.
   */
  void committed(LogBatch batch, long position);

  /** A batch without any record to store: all were refused. Not told again at a start. */
  default void refused(LogBatch batch) {}

  /** The oldest position this listener must be told of again at the next start; keeps the WAL. */
  default long neededFrom() {
    return Long.MAX_VALUE;
  }
}
