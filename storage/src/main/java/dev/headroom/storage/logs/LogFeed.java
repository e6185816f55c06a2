package dev.headroom.storage.logs;

import dev.headroom.storage.model.Deadline;

/** Tells when there is something new to search for. Safe for any thread. */
public interface LogFeed {
  /** Behind the last record that was acknowledged; positions rise for ever. */
  long acknowledged();

  /**
   * Waits until a record at or behind the position can be found.
   *
   * @return behind the last record that can be found; the position itself when the time was over
   */
  long awaitNewer(long position, Deadline deadline);
}
