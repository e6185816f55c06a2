package dev.headroom.storage.metrics;

import dev.headroom.storage.file.NewerFormatException;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TenantId;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Finds the blocks of a store at a start. First everything is read, so that a newer format stops
 * the start with nothing touched; then leftovers are deleted and damaged blocks set aside.
 */
final class BlockCatalog {
  private static final Pattern FOLDER = Pattern.compile("(\\d{12})-(\\d{12})(\\.[a-z]+\\d*)?");

  private final Path root;
  private final List<MetricBlock> blocks = new ArrayList<>();
  private final List<BlockDamage> damage = new ArrayList<>();
  private final List<Path> leftovers = new ArrayList<>();
  private final List<Path> unreadable = new ArrayList<>();
  private long nextNumber;

  private BlockCatalog(Path root) {
    this.root = root;
  }

  /**
   * @throws NewerFormatException when a newer program wrote a block
   */
  static BlockCatalog load(Path root, BufferAllocator allocator) throws IOException {
    BlockCatalog catalog = look(root, allocator);
    catalog.tidy();
    return catalog;
  }

  /** The same without setting aside or deleting anything; blocks may be there twice then. */
  static BlockCatalog look(Path root, BufferAllocator allocator) throws IOException {
    var catalog = new BlockCatalog(root);
    for (BlockKey key : keys(root)) {
      for (Path folder : folders(key.directory(root))) {
        catalog.load(key, folder, allocator);
      }
    }
    return catalog;
  }

  List<MetricBlock> blocks() {
    return blocks;
  }

  List<BlockDamage> damage() {
    return damage;
  }

  /** Above every number that a folder has. */
  long nextNumber() {
    return nextNumber;
  }

  /** Days that have a folder; folders of somebody else are left alone. */
  static List<BlockKey> keys(Path root) throws IOException {
    List<BlockKey> keys = new ArrayList<>();
    for (Path tenant : folders(root)) {
      for (Path retentionClass : folders(tenant)) {
        for (Path day : folders(retentionClass)) {
          key(tenant, retentionClass, day).ifPresent(keys::add);
        }
      }
    }
    return keys;
  }

  private static Optional<BlockKey> key(Path tenant, Path retentionClass, Path day) {
    try {
      return Optional.of(
          new BlockKey(
              new TenantId(name(tenant)),
              name(retentionClass),
              LocalDate.parse(name(day)).toEpochDay()));
    } catch (DateTimeParseException | HeadroomException _) {
      return Optional.empty();
    }
  }

  static String name(Path folder) {
    return String.valueOf(folder.getFileName());
  }

  private static List<Path> folders(Path parent) throws IOException {
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(parent)) {
      return children.filter(Files::isDirectory).sorted().toList();
    }
  }

  /** Every folder of a block below a store's folder, without those set aside. */
  static List<Path> blockFolders(Path root) throws IOException {
    List<Path> found = new ArrayList<>();
    for (BlockKey key : keys(root)) {
      for (Path folder : folders(key.directory(root))) {
        var named = FOLDER.matcher(name(folder));
        if (named.matches() && named.group(3) == null) {
          found.add(folder);
        }
      }
    }
    return found;
  }

  private void load(BlockKey key, Path folder, BufferAllocator allocator) throws IOException {
    var named = FOLDER.matcher(name(folder));
    if (!named.matches()) {
      return;
    }
    nextNumber = Math.max(nextNumber, Long.parseLong(named.group(2)) + 1);
    String suffix = named.group(3);
    if (MetricBlock.TEMPORARY.equals(suffix) || MetricBlock.DROPPED.equals(suffix)) {
      leftovers.add(folder);
    } else if (suffix == null) {
      loadBlock(key, folder, allocator);
    }
  }

  private void loadBlock(BlockKey key, Path folder, BufferAllocator allocator) throws IOException {
    try {
      BlockManifest manifest = BlockManifest.read(folder);
      if (manifest.key().equals(key) && manifest.folder().equals(name(folder))) {
        blocks.add(new MetricBlock(manifest, folder, allocator));
      } else {
        setAside(key, folder, "its manifest is that of " + manifest.path());
      }
    } catch (NewerFormatException e) {
      throw e;
    } catch (IOException e) {
      setAside(key, folder, String.valueOf(e.getMessage()));
    }
  }

  private void setAside(BlockKey key, Path folder, String problem) throws IOException {
    unreadable.add(folder);
    long bytes = 0;
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        bytes += Files.size(file);
      }
    }
    damage.add(
        new BlockDamage(
            root.relativize(folder).toString(),
            problem,
            0,
            bytes,
            key.fromMillis(),
            key.toMillis()));
  }

  private void tidy() throws IOException {
    for (Path folder : unreadable) {
      MetricBlock.setAside(folder);
    }
    for (Path folder : leftovers) {
      MetricBlock.delete(folder);
    }
    for (MetricBlock block : List.copyOf(blocks)) {
      if (blocks.stream().anyMatch(other -> other.manifest.replaces(block.manifest))) {
        blocks.remove(block);
        MetricBlock.delete(block.folder);
      }
    }
    for (BlockKey key : keys(root)) {
      deleteIfEmpty(key.directory(root));
    }
  }

  private static void deleteIfEmpty(Path day) throws IOException {
    try {
      Files.delete(day);
    } catch (DirectoryNotEmptyException _) {
      // a day with blocks
    }
  }
}
