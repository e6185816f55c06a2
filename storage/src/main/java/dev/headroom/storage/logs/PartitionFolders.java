package dev.headroom.storage.logs;

import dev.headroom.storage.file.CorruptFileException;
import dev.headroom.storage.file.Damage;
import dev.headroom.storage.file.DurableFiles;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.model.TimeRange;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the partitions under a store's folder; damaged ones are renamed and the others go on. */
final class PartitionFolders {
  private static final Logger LOG = LoggerFactory.getLogger(PartitionFolders.class);
  static final String DAMAGED = ".damaged";
  private static final String DROPPED = ".dropped";

  /**
   * @param nextGeneration the first number never used, by the key of generation 0
   */
  record Loaded(
      List<LogPartition> partitions,
      Map<PartitionKey, Integer> nextGeneration,
      List<Damage> damage) {}

  private final Path root;
  private final LogPartition.Shared shared;
  private final Loaded loaded = new Loaded(new ArrayList<>(), new HashMap<>(), new ArrayList<>());

  PartitionFolders(Path root, LogPartition.Shared shared) {
    this.root = root;
    this.shared = shared;
  }

  Loaded load() throws IOException {
    if (Files.isDirectory(root)) {
      for (Path tenant : folders(root)) {
        for (Path retentionClass : folders(tenant)) {
          for (Path day : folders(retentionClass)) {
            loadDay(tenant, retentionClass, day);
          }
        }
      }
    }
    return loaded;
  }

  /** Folders of whole partitions, without those that are damaged or on their way out. */
  static List<Path> partitionFolders(Path root) throws IOException {
    List<Path> found = new ArrayList<>();
    for (Path tenant : folders(root)) {
      for (Path retentionClass : folders(tenant)) {
        for (Path day : folders(retentionClass)) {
          folders(day).stream()
              .filter(folder -> number(name(folder)).isPresent())
              .forEach(found::add);
        }
      }
    }
    return found;
  }

  /**
   * The partitions of a store that is sound, stopped and not open; changes nothing.
   *
   * @throws CorruptFileException when one is damaged
   */
  static List<LogPartition> look(Path root, LogPartition.Shared shared) throws IOException {
    List<LogPartition> found = new ArrayList<>();
    for (Path folder : partitionFolders(root)) {
      Path below = root.relativize(folder);
      Optional<PartitionKey> first = firstKey(below.getName(0), below.getName(1), below.getName(2));
      Optional<PartitionFiles.Found> files = PartitionFiles.load(folder);
      if (first.isPresent() && files.isPresent()) {
        PartitionKey key = first.get().withGeneration(number(name(folder)).orElseThrow());
        found.add(new LogPartition(key, folder, shared, files.get()));
      }
    }
    return found;
  }

  private static List<Path> folders(Path parent) throws IOException {
    try (Stream<Path> children = Files.list(parent)) {
      return children.filter(Files::isDirectory).sorted().toList();
    }
  }

  private static String name(Path folder) {
    return String.valueOf(folder.getFileName());
  }

  private void loadDay(Path tenant, Path retentionClass, Path day) throws IOException {
    Optional<PartitionKey> first = firstKey(tenant, retentionClass, day);
    if (first.isPresent()) {
      for (Path folder : folders(day)) {
        loadGeneration(first.get(), folder);
      }
    }
  }

  /** Empty when it is no partition: a folder of somebody else is left alone. */
  private static Optional<PartitionKey> firstKey(Path tenant, Path retentionClass, Path day) {
    try {
      return Optional.of(
          new PartitionKey(
              new TenantId(name(tenant)), name(retentionClass), LocalDate.parse(name(day)), 0));
    } catch (DateTimeParseException | HeadroomException _) {
      return Optional.empty();
    }
  }

  private void loadGeneration(PartitionKey first, Path folder) throws IOException {
    String name = name(folder);
    int dot = name.indexOf('.');
    Optional<Integer> number = number(dot < 0 ? name : name.substring(0, dot));
    if (number.isEmpty()) {
      return;
    }
    PartitionKey key = first.withGeneration(number.get());
    loaded.nextGeneration.merge(first, key.generation() + 1, Math::max);
    if (dot < 0) {
      loadPartition(key, folder);
    } else if (name.endsWith(DROPPED)) {
      delete(folder);
    } else if (name.contains(DAMAGED)) {
      loaded.damage.add(
          new Damage(
              label(key) + name.substring(dot),
              "set aside at an earlier start; delete the folder when it is no longer wanted",
              -1,
              size(folder),
              Optional.of(key.range())));
    }
  }

  private static Optional<Integer> number(String text) {
    try {
      int number = Integer.parseInt(text);
      return number < 0 ? Optional.empty() : Optional.of(number);
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }

  private void loadPartition(PartitionKey key, Path folder) throws IOException {
    try {
      Optional<PartitionFiles.Found> found = PartitionFiles.load(folder);
      if (found.isEmpty()) {
        delete(folder); // a crash before its first commit: all of it is in the WAL
        return;
      }
      var partition = new LogPartition(key, folder, shared, found.get());
      found.get().note().ifPresent(note -> noteMended(key, note));
      partition.mendManifest();
      loaded.partitions.add(partition);
    } catch (CorruptFileException e) {
      setAside(key, folder, String.valueOf(e.getMessage()));
    }
  }

  private void noteMended(PartitionKey key, String note) {
    LOG.error("partition mended name={} problem={}", key.name(), note);
    loaded.damage.add(new Damage(label(key), note, 0, 0, Optional.of(key.range())));
  }

  private void setAside(PartitionKey key, Path folder, String problem) throws IOException {
    LOG.error("partition damaged and set aside name={} problem={}", key.name(), problem);
    loaded.damage.add(
        new Damage(
            label(key),
            problem + "; set aside",
            recordsOf(folder),
            size(folder),
            Optional.of(key.range())));
    Files.move(folder, damaged(folder), StandardCopyOption.ATOMIC_MOVE);
    DurableFiles.forceDirectory(day(folder));
  }

  private static Path day(Path folder) {
    return java.util.Objects.requireNonNull(folder.getParent());
  }

  private static long recordsOf(Path folder) {
    try {
      return LogManifest.read(folder).records();
    } catch (IOException _) {
      return -1;
    }
  }

  static Damage damageOf(LogPartition partition, String problem) {
    long records = partition.manifest().map(LogManifest::records).orElse(-1L);
    TimeRange range = partition.key.range();
    return new Damage(
        label(partition.key),
        problem + "; set aside",
        records,
        size(partition.path),
        Optional.of(range));
  }

  private static String label(PartitionKey key) {
    return "logs/" + key.name();
  }

  static Path dropped(Path folder) {
    return folder.resolveSibling(name(folder) + DROPPED);
  }

  /** A name for a damaged partition that is not taken. */
  static Path damaged(Path folder) {
    Path free = folder.resolveSibling(name(folder) + DAMAGED);
    for (int i = 2; Files.exists(free); i++) {
      free = folder.resolveSibling(name(folder) + DAMAGED + i);
    }
    return free;
  }

  static long size(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.mapToLong(PartitionFolders::fileSize).sum();
    } catch (IOException _) {
      return 0;
    }
  }

  private static long fileSize(Path file) {
    try {
      return Files.size(file);
    } catch (IOException _) {
      return 0; // deleted meanwhile
    }
  }

  /** Deletes a folder that nobody uses; what cannot be deleted now goes at the next start. */
  static void delete(Path folder) {
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(
                Path visited, @org.jspecify.annotations.Nullable IOException e) throws IOException {
              Files.delete(visited);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      LOG.warn("cannot delete folder={} problem={}", folder, e.getMessage());
    }
  }
}
