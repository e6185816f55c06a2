package dev.headroom.storage.logs;

import dev.headroom.storage.file.CorruptFileException;
import dev.headroom.storage.file.DurableFiles;
import dev.headroom.storage.model.ByteReader;
import dev.headroom.storage.model.ByteWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Up to where the log WAL is no longer needed; the format is in {@code
 * storage/docs/format/log-checkpoint.md}.
 *
 * @param position every record below it is in a committed partition, or was dropped with one
 */
record LogCheckpoint(long position, ClassHistory classes) {
  static final String FILE_NAME = "checkpoint";
  static final String FORMAT = "log-checkpoint";
  static final int VERSION = 1;

  void write(Path walFolder) throws IOException {
    var out = new ByteWriter(128);
    out.writeLong(position);
    classes.write(out);
    DurableFiles.write(walFolder.resolve(FILE_NAME), FORMAT, VERSION, out.toByteArray());
  }

  /**
   * The last one written, empty when there never was one.
   *
   * @throws CorruptFileException when it is damaged
   */
  static Optional<LogCheckpoint> read(Path walFolder) throws IOException {
    Path file = walFolder.resolve(FILE_NAME);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    byte[] body = DurableFiles.read(file, FORMAT, VERSION);
    var in = new ByteReader(body, 0, body.length);
    try {
      return Optional.of(new LogCheckpoint(in.readLong(), ClassHistory.read(in)));
    } catch (IndexOutOfBoundsException e) {
      throw new CorruptFileException(file, "is cut short", e);
    }
  }
}
