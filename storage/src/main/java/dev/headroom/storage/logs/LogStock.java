package dev.headroom.storage.logs;

import dev.headroom.storage.ledger.StockDetail;
import dev.headroom.storage.ledger.StockEntry;
import dev.headroom.storage.ledger.Structure;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TenantId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** What the bytes below the log store's folder are: partitions, and what lies beside them. */
final class LogStock {
  /** {@code <tenant>/<class>/<day>/<generation>}. */
  private static final int PARTITION_DEPTH = 4;

  private final Path root;
  private final List<LogPartition> partitions;

  LogStock(LogStoreConfig config, List<LogPartition> partitions) {
    this.root = config.directory();
    this.partitions = partitions;
  }

  void emit(StockDetail detail, Consumer<StockEntry> consumer) {
    for (LogPartition partition : partitions) {
      partition.stock().emit(detail, consumer);
    }
    if (Files.isDirectory(root)) {
      emitOthers(consumer);
    }
  }

  /** Files outside the partitions: dropped ones on their way out, and the store's own. */
  private void emitOthers(Consumer<StockEntry> consumer) {
    Set<Path> own = partitions.stream().map(p -> p.path).collect(Collectors.toSet());
    try {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (!own.contains(file.getParent())) {
                consumer.accept(other(file, attributes.size()));
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
              return FileVisitResult.CONTINUE; // gone meanwhile
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private StockEntry other(Path file, long bytes) {
    Path below = root.relativize(file);
    return StockEntry.overhead(tenantOf(below), structureOf(below), bytes);
  }

  private static Structure structureOf(Path below) {
    if (below.getNameCount() > PARTITION_DEPTH) {
      // What was set aside as damaged cannot be told apart.
      String partition = below.getName(PARTITION_DEPTH - 1).toString();
      return partition.contains(PartitionFolders.DAMAGED) ? Structure.OTHER : Structure.DELETED;
    }
    return below.toString().endsWith(".tmp") ? Structure.TEMPORARY : Structure.MANIFEST;
  }

  private static Optional<TenantId> tenantOf(Path below) {
    try {
      return below.getNameCount() > 1
          ? Optional.of(new TenantId(below.getName(0).toString()))
          : Optional.empty();
    } catch (HeadroomException _) {
      return Optional.empty();
    }
  }
}
