package dev.headroom.storage.file;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file of ours that is not what it should be; the message names it and what was found. */
public final class CorruptFileException extends IOException {
  private static final long serialVersionUID = 1;

  private final String problem;

  public CorruptFileException(Path file, String problem, @Nullable Throwable cause) {
    super(file + ": " + problem, cause);
    this.problem = problem;
  }

  /** What was found, without the file's name. */
  public String problem() {
    return problem;
  }
}
