package dev.headroom.storage.file;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file of ours that is not what it should be; the message names it and what was found. */
public final class CorruptFileException extends IOException {
  private static final long serialVersionUID = 1;

  public CorruptFileException(Path file, String problem, @Nullable Throwable cause) {
    super(file + ": " + problem, cause);
  }
}
