package dev.headroom.storage.metrics;

import dev.headroom.storage.model.SampleBatch;

/** Told of what the store takes and refuses; the ledger counts flows with it. */
public interface SampleListener {
  SampleListener NONE = (batch, position) -> {};

  /**
   * Samples that are durable now, before their sender knows; in position order, on the WAL's writer
   * thread, so it must be quick. At a start it is told, on the opening thread, of every frame still
   * in the WAL. The batch holds the accepted samples only, and takes the positions {@code position
   * … position + size - 1}.
   */
  void committed(SampleBatch batch, long position);

  /**
   * A sample of a batch that was refused; on the sender's thread, and not told again at a start.
   */
  default void rejected(SampleBatch batch, int index, String reason) {}

  /** A batch none of whose samples was accepted, after each was told as rejected. */
  default void refused(SampleBatch batch) {}

  /** The oldest position this listener must be told of again at the next start; keeps the WAL. */
  default long neededFrom() {
    return Long.MAX_VALUE;
  }
}
