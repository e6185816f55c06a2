package dev.headroom.server;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Which mounted file system holds the data directory: the disk that stored streams fill. */
final class DataMount {
  /** Its mount point; empty when it cannot be told. */
  static Optional<String> of(Path data) {
    try {
      Path path = data.toRealPath();
      FileStore store = Files.getFileStore(path);
      while (path.getParent() != null && Files.getFileStore(path.getParent()).equals(store)) {
        path = path.getParent();
      }
      return Optional.of(path.toString());
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  private DataMount() {}
}
