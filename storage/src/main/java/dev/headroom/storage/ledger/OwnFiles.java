package dev.headroom.storage.ledger;

import dev.headroom.storage.file.StoreLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The small files that no store owns: lock, marker, keys, and the ledger's own. */
final class OwnFiles implements StockSource {
  private final Map<Path, Structure> roots = new TreeMap<>();

  OwnFiles(StoreLayout layout) {
    roots.put(absolute(layout.lockFile()), Structure.LOCK);
    roots.put(absolute(layout.runningMarker()), Structure.LOCK);
    roots.put(absolute(layout.keys()), Structure.MANIFEST);
    roots.put(absolute(layout.ledger()), Structure.LEDGER);
  }

  private static Path absolute(Path path) {
    return path.toAbsolutePath().normalize();
  }

  List<Path> folders() {
    return List.copyOf(roots.keySet());
  }

  @Override
  public List<StockEntry> stock() {
    List<StockEntry> entries = new ArrayList<>();
    roots.forEach(
        (root, structure) ->
            sizes(root)
                .forEach(
                    (file, bytes) -> {
                      Structure kind =
                          file.toString().endsWith(".tmp") ? Structure.TEMPORARY : structure;
                      entries.add(StockEntry.overhead(Optional.empty(), kind, bytes));
                    }));
    return entries;
  }

  /** Regular files at or below a path, with their sizes; what vanishes meanwhile is left out. */
  static Map<Path, Long> sizes(Path root) {
    Map<Path, Long> sizes = new TreeMap<>();
    if (!Files.exists(root)) {
      return sizes;
    }
    try {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              sizes.put(file, attributes.size());
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
              return FileVisitResult.CONTINUE;
            }
          });
      return sizes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
