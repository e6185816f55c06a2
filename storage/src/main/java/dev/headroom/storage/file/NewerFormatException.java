package dev.headroom.storage.file;

import java.io.IOException;
import java.nio.file.Path;

/** A file of a format version this program does not know; it was not touched. */
public final class NewerFormatException extends IOException {
  private static final long serialVersionUID = 1;

  public NewerFormatException(Path file, String format, int found, int known) {
    super(
        file
            + ": has version "
            + found
            + " of "
            + format
            + ", this program knows up to "
            + known
            + "; start the newer program");
  }
}
