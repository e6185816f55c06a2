package dev.headroom.storage.metrics;

import dev.headroom.storage.file.CorruptFileException;
import dev.headroom.storage.file.DurableFiles;
import dev.headroom.storage.model.ByteReader;
import dev.headroom.storage.model.ByteWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How far the blocks go; the format is in {@code storage/docs/format/metric-block.md}.
 *
 * @param position every sample of the WAL below it is in a block
 * @param nextNumber of the next flushed block, never used before
 */
record Checkpoint(long position, long nextNumber) {
  static final String FILE = "CHECKPOINT";
  private static final String FORMAT = "metric-checkpoint";
  private static final int VERSION = 1;
  private static final Checkpoint START = new Checkpoint(0, 0);

  void write(Path directory) throws IOException {
    var out = new ByteWriter(16);
    out.writeLong(position);
    out.writeLong(nextNumber);
    DurableFiles.write(directory.resolve(FILE), FORMAT, VERSION, out.toByteArray());
  }

  /** A lost or damaged one only means a longer replay. */
  static Checkpoint read(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      return START;
    }
    try {
      byte[] body = DurableFiles.read(file, FORMAT, VERSION);
      var in = new ByteReader(body, 0, body.length);
      return new Checkpoint(in.readLong(), in.readLong());
    } catch (CorruptFileException | IndexOutOfBoundsException _) {
      return START;
    }
  }
}
