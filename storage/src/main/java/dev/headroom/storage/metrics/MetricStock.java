package dev.headroom.storage.metrics;

import dev.headroom.storage.ledger.StockEntry;
import dev.headroom.storage.ledger.StockEntry.Basis;
import dev.headroom.storage.ledger.Structure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Every byte below the store's folder: blocks by what is in them, the rest by what it is. */
final class MetricStock {
  private final Path root;
  private final MappedBlocks mapped;
  private final List<StockEntry> entries = new ArrayList<>();

  /** Files counted with their block. */
  private final Set<Path> counted = new HashSet<>();

  MetricStock(Path root, MappedBlocks mapped) {
    this.root = root;
    this.mapped = mapped;
  }

  /** Adds a block that the caller has retained; one that cannot be read counts as other files. */
  void add(MetricBlock block) {
    try {
      entries.addAll(BlockStock.of(block, mapped.reader(block)));
      block.manifest.files().forEach(file -> counted.add(block.folder.resolve(file.name())));
      counted.add(block.folder.resolve(BlockManifest.FILE));
    } catch (IOException | RuntimeException _) {
      // damaged: its files are met below
    }
  }

  /** Adds everything that is in no block added, and returns all. */
  List<StockEntry> complete() {
    try {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (!counted.contains(file)) {
                addOther(file, attributes.size());
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
              return FileVisitResult.CONTINUE; // deleted meanwhile
            }
          });
      return entries;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void addOther(Path file, long bytes) {
    entries.add(
        new StockEntry(
            Optional.empty(),
            "",
            "",
            structureOf(file),
            StockEntry.NO_HOUR,
            bytes,
            Basis.MEASURED));
  }

  private Structure structureOf(Path file) {
    if (file.equals(root.resolve(Checkpoint.FILE))) {
      return Structure.MANIFEST;
    }
    String path = root.relativize(file).toString();
    return path.contains(MetricBlock.TEMPORARY) || path.contains(MetricBlock.DROPPED)
        ? Structure.TEMPORARY
        : Structure.OTHER;
  }
}
