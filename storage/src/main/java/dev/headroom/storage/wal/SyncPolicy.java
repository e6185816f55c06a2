package dev.headroom.storage.wal;

/** What must have happened to a frame before it is acknowledged. */
public enum SyncPolicy {
  /** Forced to the device: survives a power cut. */
  FSYNC,
  /** Written to the operating system: survives the process. */
  OS,
  /** Queued: survives nothing. */
  MEMORY
}
