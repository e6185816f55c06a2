package dev.headroom.storage.logs;

import dev.headroom.storage.ledger.StockDetail;
import dev.headroom.storage.ledger.StockEntry;
import dev.headroom.storage.ledger.Structure;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SegmentCommitInfo;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.SegmentReader;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says what the bytes in a partition's folder are, from the names and sizes of its files and the
 * ledgers of its segments. Any thread may ask; files that vanish meanwhile are looked at again.
 */
final class PartitionStock {
  private static final Logger LOG = LoggerFactory.getLogger(PartitionStock.class);
  private static final int ATTEMPTS = 4;

  /** In larger segments deleted records are weighed again only when enough more are deleted. */
  private static final int SMALL_SEGMENT_DOCUMENTS = 1 << 16;

  private static final int DELETED_SHARE_TO_WEIGH = 64;

  private record Deleted(long generation, int documents, WeightTable weights) {}

  private final PartitionKey key;
  private final Path path;
  private final BooleanSupplier isWriterOpen;

  // Guarded by this.
  private final Map<String, Deleted> deletedOf = new HashMap<>();
  private Map<String, Long> cachedFiles = Map.of();
  private boolean cachedIsWriting;
  private List<StockEntry> cachedDaily = List.of();

  /**
   * @param isWriterOpen whether segments that no commit names may be part of the partition
   */
  PartitionStock(PartitionKey key, Path path, BooleanSupplier isWriterOpen) {
    this.key = key;
    this.path = path;
    this.isWriterOpen = isWriterOpen;
  }

  synchronized void emit(StockDetail detail, Consumer<StockEntry> consumer) {
    try {
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        Map<String, Long> files = list();
        if (files.isEmpty()) {
          return; // new, or dropped: opening it would make the folder again
        }
        boolean isWriting = isWriterOpen.getAsBoolean();
        if (detail == StockDetail.DAILY
            && isWriting == cachedIsWriting
            && files.equals(cachedFiles)) {
          cachedDaily.forEach(consumer);
          return;
        }
        if (tryEmit(files, isWriting, detail, consumer)) {
          return;
        }
      }
      // The folder changes faster than it can be read.
      list().values().forEach(bytes -> consumer.accept(overhead(Structure.TEMPORARY, bytes)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean tryEmit(
      Map<String, Long> files,
      boolean isWriting,
      StockDetail detail,
      Consumer<StockEntry> consumer) {
    var joined = new Joined();
    try (Directory directory = new MMapDirectory(path)) {
      new Listing(files, isWriting, directory).emit(detail, joined);
      if (detail == StockDetail.DAILY) {
        cachedDaily = List.copyOf(joined.entries.values());
        cachedFiles = files;
        cachedIsWriting = isWriting;
      }
      joined.entries.values().forEach(consumer);
      return true;
    } catch (FileNotFoundException | NoSuchFileException _) {
      return false;
    } catch (IOException e) {
      LOG.warn("ledger of a partition not readable path={} problem={}", path, e.getMessage());
      files.values().forEach(bytes -> consumer.accept(overhead(Structure.OTHER, bytes)));
      return true;
    }
  }

  private record Kind(String stream, String field, Structure structure, long hour) {}

  /** One entry a kind, however many segments there are. */
  private static final class Joined implements Consumer<StockEntry> {
    private final Map<Kind, StockEntry> entries = new LinkedHashMap<>();

    @Override
    public void accept(StockEntry entry) {
      var kind = new Kind(entry.stream(), entry.field(), entry.structure(), entry.eventHour());
      entries.merge(kind, entry, Joined::join);
    }

    private static StockEntry join(StockEntry a, StockEntry b) {
      return new StockEntry(
          a.tenant(),
          a.stream(),
          a.field(),
          a.structure(),
          a.eventHour(),
          a.bytes() + b.bytes(),
          a.basis() == StockEntry.Basis.ALLOCATED ? a.basis() : b.basis());
    }
  }

  private Map<String, Long> list() throws IOException {
    Map<String, Long> files = new TreeMap<>();
    if (!Files.isDirectory(path)) {
      return files;
    }
    try (Stream<Path> children = Files.list(path)) {
      for (Path file : (Iterable<Path>) children::iterator) {
        try {
          if (Files.isRegularFile(file)) {
            files.put(String.valueOf(file.getFileName()), Files.size(file));
          }
        } catch (NoSuchFileException _) {
          // deleted meanwhile
        }
      }
    }
    return files;
  }

  private StockEntry overhead(Structure structure, long bytes) {
    return StockEntry.overhead(Optional.of(key.tenant()), structure, bytes);
  }

  /** The folder at one moment. */
  private final class Listing {
    private final Map<String, Long> files;
    private final boolean isWriting;
    private final Directory directory;
    private final Map<String, Set<String>> filesOfSegment = new TreeMap<>();
    private final Map<String, SegmentSplit> splits = new TreeMap<>();

    Listing(Map<String, Long> files, boolean isWriting, Directory directory) {
      this.files = files;
      this.isWriting = isWriting;
      this.directory = directory;
      for (String file : files.keySet()) {
        if (file.startsWith("_")) {
          filesOfSegment
              .computeIfAbsent(IndexFileNames.parseSegmentName(file), _ -> new HashSet<>())
              .add(file);
        }
      }
    }

    void emit(StockDetail detail, Consumer<StockEntry> consumer) throws IOException {
      Set<String> current = currentSegments();
      weighDeleted(current);
      for (Map.Entry<String, Long> file : files.entrySet()) {
        if (!file.getKey().startsWith("_")) {
          consumer.accept(overhead(structureOf(file.getKey()), file.getValue()));
        }
      }
      filesOfSegment.forEach(
          (segment, names) -> {
            if (current.contains(segment)) {
              emitSegment(segment, names, detail, consumer);
            } else {
              consumer.accept(overhead(Structure.TEMPORARY, size(names)));
            }
          });
    }

    private long size(Collection<String> names) {
      long bytes = 0;
      for (String name : names) {
        bytes += files.getOrDefault(name, 0L);
      }
      return bytes;
    }

    private static Structure structureOf(String file) {
      if (file.equals("write.lock")) {
        return Structure.LOCK;
      }
      return file.startsWith(IndexFileNames.PENDING_SEGMENTS) || file.endsWith(".tmp")
          ? Structure.TEMPORARY
          : Structure.MANIFEST;
    }

    private Set<String> currentSegments() throws IOException {
      Set<String> replaced = new HashSet<>();
      Set<String> complete = new HashSet<>();
      for (String segment : filesOfSegment.keySet()) {
        String info = IndexFileNames.segmentFileName(segment, "", "si");
        if (files.containsKey(info) && files.containsKey(SegmentSplit.fileName(segment))) {
          SegmentSplit split = SegmentSplit.read(directory, segment);
          splits.put(segment, split);
          replaced.addAll(split.mergedFrom());
          complete.add(segment);
        }
      }
      if (isWriting) {
        complete.removeAll(replaced);
      } else {
        complete.retainAll(committedSegments());
      }
      return complete;
    }

    private Set<String> committedSegments() throws IOException {
      Set<String> names = new HashSet<>();
      if (DirectoryReader.indexExists(directory)) {
        for (SegmentCommitInfo segment : SegmentInfos.readLatestCommit(directory)) {
          names.add(segment.info.name);
        }
      }
      return names;
    }

    private void emitSegment(
        String segment, Set<String> names, StockDetail detail, Consumer<StockEntry> consumer) {
      SegmentSplit split = splits.get(segment);
      if (split == null) {
        throw new IllegalStateException("segment " + segment + " has no ledger");
      }
      long data = 0;
      for (String name : names) {
        long bytes = files.getOrDefault(name, 0L);
        switch (String.valueOf(IndexFileNames.getExtension(name))) {
          case "si", "cfe" -> consumer.accept(overhead(Structure.SEGMENT_INFO, bytes));
          case "liv" -> consumer.accept(overhead(Structure.LIVE_DOCS, bytes));
          case SegmentSplit.EXTENSION -> consumer.accept(overhead(Structure.LEDGER, bytes));
          default -> data += bytes;
        }
      }
      if (data != split.total()) {
        // Damaged, or being written: nothing can be said of its parts.
        consumer.accept(overhead(Structure.OTHER, data));
        return;
      }
      consumer.accept(overhead(Structure.HEADERS, split.headers()));
      consumer.accept(overhead(Structure.SEGMENT_INFO, split.segmentInfo()));
      consumer.accept(overhead(Structure.PADDING, split.padding()));
      Deleted deleted = deletedOf.get(segment);
      WeightTable weights = deleted == null ? WeightTable.EMPTY : deleted.weights;
      new SegmentShares(key, split, weights, detail, consumer).emit();
    }

    /** Brings {@link #deletedOf} up to date with the last commit. */
    private void weighDeleted(Set<String> current) throws IOException {
      deletedOf.keySet().retainAll(current);
      boolean hasDeletes = files.keySet().stream().anyMatch(name -> name.endsWith(".liv"));
      if (!hasDeletes || !DirectoryReader.indexExists(directory)) {
        return;
      }
      boolean due = false;
      for (SegmentCommitInfo segment : SegmentInfos.readLatestCommit(directory)) {
        due |= isDue(segment, deletedOf.get(segment.info.name));
      }
      if (!due) {
        return;
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        for (LeafReaderContext leaf : reader.leaves()) {
          if (leaf.reader() instanceof SegmentReader segment) {
            weigh(segment);
          }
        }
      }
    }

    private void weigh(SegmentReader reader) throws IOException {
      SegmentCommitInfo info = reader.getSegmentInfo();
      if (isDue(info, deletedOf.get(info.info.name))) {
        var deleted = new Deleted(info.getDelGen(), info.getDelCount(), DeletedWeights.of(reader));
        deletedOf.put(info.info.name, deleted);
      }
    }

    private static boolean isDue(SegmentCommitInfo segment, @Nullable Deleted known) {
      if (!segment.hasDeletions() || known != null && known.generation == segment.getDelGen()) {
        return false;
      }
      int documents = segment.info.maxDoc();
      int before = known == null ? 0 : known.documents;
      return documents <= SMALL_SEGMENT_DOCUMENTS
          || segment.getDelCount() - before >= documents / DELETED_SHARE_TO_WEIGH;
    }
  }
}
