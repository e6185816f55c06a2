package dev.headroom.storage.file;

import java.nio.file.Path;

/** Every name of a file or folder in a data directory, in one place. */
public record StoreLayout(Path root) {
  public Path lockFile() {
    return root.resolve("LOCK");
  }

  /** There while a process runs; found at a start it tells of an unclean stop. */
  public Path runningMarker() {
    return root.resolve("RUNNING");
  }

  public Path logWal() {
    return root.resolve("wal").resolve("logs");
  }

  /** The log of batch ids, below the log WAL's folder. */
  public static Path batchIds(Path logWal) {
    return logWal.resolve("batches");
  }

  public Path metricWal() {
    return root.resolve("wal").resolve("metrics");
  }

  /** {@code logs/<tenant>/<class>/<yyyy-MM-dd>/<generation>}. */
  public Path logs() {
    return root.resolve("logs");
  }

  /** {@code metrics/<tenant>/<class>/<yyyy-MM-dd>/<first flush>-<last flush>}. */
  public Path metrics() {
    return root.resolve("metrics");
  }

  public Path ledger() {
    return root.resolve("ledger");
  }

  /** The time that retention trusted last. */
  public Path retentionClock() {
    return ledger().resolve("retention-clock");
  }

  public Path keys() {
    return root.resolve("keys");
  }
}
