package dev.headroom.storage.wal;

import java.io.IOException;
import java.nio.file.Path;

/** A file of a format version this program does not know; nothing was touched. */
final class NewerVersionException extends IOException {
  private static final long serialVersionUID = 1;

  NewerVersionException(Path file, int found, int known) {
    super(
        file
            + ": WAL format version "
            + found
            + ", this program knows up to "
            + known
            + "; start the newer program");
  }
}
