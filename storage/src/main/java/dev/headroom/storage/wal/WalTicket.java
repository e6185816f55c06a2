package dev.headroom.storage.wal;

/** A frame on its way to the disk. */
public interface WalTicket {
  /** Position of the frame's first record. */
  long position();

  /**
   * Returns when the frame is as durable as was asked, and the commit listener has seen it.
   *
   * @throws dev.headroom.storage.model.HeadroomException UNAVAILABLE when it could not be written
   */
  void await();
}
