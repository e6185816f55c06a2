package dev.headroom.storage.wal;

/**
 * Told of each frame once it is durable and before its sender is: so what is acknowledged is
 * already visible. Called on the WAL's writer thread, in position order; must not block on the WAL.
 */
public interface CommitListener {
  void committed(long position, int records, byte[] payload, int offset, int length);
}
