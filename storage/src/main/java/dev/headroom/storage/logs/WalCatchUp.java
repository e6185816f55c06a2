package dev.headroom.storage.logs;

import dev.headroom.storage.model.LogBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.function.BooleanSupplier;

/** Applies acknowledged frames that are only in the WAL. Used on the indexing thread. */
final class WalCatchUp {
  /** Ends the reading of a WAL half-way. */
  private static final class Stopped extends RuntimeException {
    Stopped() {
      super("stopped", null, false, false);
    }
  }

  private final LogStoreConfig config;
  private final LogApplier applier;
  private final LogIndexer.Upkeep upkeep;
  private final LogIndexer.Frames frames;
  private final BooleanSupplier isStopped;

  WalCatchUp(
      LogStoreConfig config,
      LogApplier applier,
      LogIndexer.Upkeep upkeep,
      LogIndexer.Frames frames,
      BooleanSupplier isStopped) {
    this.config = config;
    this.applier = applier;
    this.upkeep = upkeep;
    this.frames = frames;
    this.isStopped = isStopped;
  }

  /**
   * Applies what stands between the applier's position and that one, and commits it.
   *
   * @return false when it was stopped before it came there
   */
  boolean run(long to) throws IOException {
    try {
      frames.read(applier.position(), to, this::apply);
    } catch (Stopped _) {
      return false;
    }
    applier.skipTo(to);
    upkeep.commit();
    return true;
  }

  private void apply(long position, int records, byte[] payload, int offset, int length) {
    if (isStopped.getAsBoolean()) {
      throw new Stopped();
    }
    try {
      applier.apply(LogBatch.of(Arrays.copyOfRange(payload, offset, offset + length)), position);
      if (applier.rawBytesSinceCommit() >= config.commitBytes()) {
        upkeep.commit(); // what is done need not be done again, and the WAL gets shorter
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
