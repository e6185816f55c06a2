package dev.headroom.storage.ledger;

import java.nio.file.Path;
import java.util.List;

/**
 * Who owns which part of a data directory.
 *
 * @param name in differences: {@code logs}, {@code metrics}
 * @param folders every file below them is the source's
 */
public record StockOwner(String name, StockSource source, List<Path> folders) {
  public StockOwner {
    folders = folders.stream().map(folder -> folder.toAbsolutePath().normalize()).toList();
  }

  boolean owns(Path file) {
    for (Path folder : folders) {
      if (file.startsWith(folder)) {
        return true;
      }
    }
    return false;
  }
}
