package dev.headroom.storage.wal;

/**
 * Something of the log that could not be read.
 *
 * @param fromPosition first position that may be missing; −1 when nothing tells
 * @param toPosition behind the last one; −1 when nothing tells
 * @param bytes of the file that were not read
 */
public record WalDamage(
    String file, String problem, long fromPosition, long toPosition, long bytes) {
  /** Records that may be missing, −1 when nothing tells. */
  public long records() {
    return fromPosition < 0 || toPosition < 0 ? -1 : toPosition - fromPosition;
  }
}
