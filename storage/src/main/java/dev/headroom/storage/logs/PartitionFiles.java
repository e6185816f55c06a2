package dev.headroom.storage.logs;

import dev.headroom.storage.file.CorruptFileException;
import dev.headroom.storage.file.NewerFormatException;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexNotFoundException;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.NIOFSDirectory;
import org.apache.lucene.store.NoLockFactory;

/** Compares a partition's files with what its manifest says. Reads only. */
final class PartitionFiles {
  /**
   * A partition that can be used.
   *
   * @param isWritten whether the manifest stands so on the disk
   * @param note what had to be mended, if it tells of damage
   */
  record Found(LogManifest manifest, boolean isWritten, Optional<String> note) {}

  /**
   * The partition's last commit, empty when there never was one. Lengths are compared; bodies are
   * read only where the manifest says nothing of them.
   *
   * @throws CorruptFileException when something of the commit is missing or damaged
   */
  static Optional<Found> load(Path folder) throws IOException {
    List<String> names = names(folder);
    String latest = SegmentInfos.getLastCommitSegmentsFileName(names.toArray(String[]::new));
    boolean hasManifest = names.contains(LogManifest.FILE_NAME);
    if (latest == null) {
      if (hasManifest) {
        throw new CorruptFileException(folder, "the index of this manifest is missing", null);
      }
      return Optional.empty();
    }
    try {
      return Optional.of(hasManifest ? fromManifest(folder, latest) : fromIndex(folder, latest));
    } catch (IOException | IllegalArgumentException e) {
      throw asCorrupt(folder, e);
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).toList();
    }
  }

  private static Found fromManifest(Path folder, String latest) throws IOException {
    LogManifest manifest;
    try {
      manifest = LogManifest.read(folder);
    } catch (CorruptFileException e) {
      return rebuilt(folder, List.of(), Optional.of(String.valueOf(e.getMessage())));
    }
    long generation = SegmentInfos.generationFromSegmentsFileName(latest);
    if (generation < manifest.generation()) {
      throw new CorruptFileException(folder.resolve(manifest.commit()), "is missing", null);
    }
    if (generation > manifest.generation()) {
      return rebuilt(folder, manifest.files(), Optional.empty()); // a crash behind the commit
    }
    for (LogManifest.File file : manifest.files()) {
      checkLength(folder.resolve(file.name()), file.bytes());
    }
    return new Found(manifest, true, Optional.empty());
  }

  private static void checkLength(Path file, long expected) throws IOException {
    long found = Files.exists(file) ? Files.size(file) : -1;
    if (found != expected) {
      throw new CorruptFileException(
          file, found < 0 ? "is missing" : "has " + found + " bytes, expected " + expected, null);
    }
  }

  private static Found fromIndex(Path folder, String latest) throws IOException {
    // Only behind the first commit of all may a crash have left no manifest.
    boolean isFirst = SegmentInfos.generationFromSegmentsFileName(latest) == 1;
    return rebuilt(
        folder, List.of(), isFirst ? Optional.empty() : Optional.of("manifest is missing"));
  }

  /** Makes a manifest of what Lucene's own checksums prove to be whole. */
  private static Found rebuilt(Path folder, List<LogManifest.File> known, Optional<String> problem)
      throws IOException {
    try (Directory directory = new NIOFSDirectory(folder, NoLockFactory.INSTANCE)) {
      SegmentInfos commit = SegmentInfos.readLatestCommit(directory);
      LogManifest manifest = LogManifest.of(commit, List.of(), directory, known);
      for (LogManifest.File file : manifest.files()) {
        if (known.contains(file)) {
          checkLength(folder.resolve(file.name()), file.bytes());
        } else {
          verify(directory, file);
        }
      }
      var complete =
          new LogManifest(
              manifest.commit(),
              manifest.state(),
              manifest.records(),
              streams(directory),
              manifest.files());
      return new Found(
          complete, false, problem.map(p -> p + "; made anew from the index, which is whole"));
    }
  }

  private static List<String> streams(Directory directory) throws IOException {
    var streams = new TreeSet<String>();
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      for (LeafReaderContext leaf : reader.leaves()) {
        Terms terms = leaf.reader().terms(LogSchema.STREAM);
        if (terms != null) {
          TermsEnum names = terms.iterator();
          while (names.next() != null) {
            streams.add(names.term().utf8ToString());
          }
        }
      }
    }
    return List.copyOf(streams);
  }

  /**
   * Reads every file of the manifest; how many bytes that were.
   *
   * @throws CorruptFileException at the first that is not what the manifest says
   */
  static long verify(Path folder, LogManifest manifest) throws IOException {
    long bytes = 0;
    try (Directory directory = new NIOFSDirectory(folder, NoLockFactory.INSTANCE)) {
      for (LogManifest.File file : manifest.files()) {
        checkLength(folder.resolve(file.name()), file.bytes());
        verify(directory, file);
        bytes += file.bytes();
      }
    } catch (IOException e) {
      throw asCorrupt(folder, e);
    }
    return bytes;
  }

  /**
   * Reads every file of a partition that nobody has open.
   *
   * @param problems takes a file or folder and what is wrong with it
   */
  static void verify(Path folder, BiConsumer<Path, String> problems) throws IOException {
    try {
      Optional<Found> found = load(folder);
      if (found.isEmpty()) {
        return; // a crash before its first commit
      }
      found
          .get()
          .note()
          .ifPresent(note -> problems.accept(folder.resolve(LogManifest.FILE_NAME), note));
      for (LogManifest.File listed : found.get().manifest().files()) {
        Path file = folder.resolve(listed.name());
        LogManifest.verify(file, listed).ifPresent(problem -> problems.accept(file, problem));
      }
    } catch (CorruptFileException | NewerFormatException e) {
      problems.accept(folder, String.valueOf(e.getMessage()));
    }
  }

  private static void verify(Directory directory, LogManifest.File file) throws IOException {
    try (IndexInput in = directory.openInput(file.name(), IOContext.READONCE)) {
      long checksum = CodecUtil.checksumEntireFile(in);
      if (checksum != file.checksum()) {
        throw new CorruptIndexException("not the file that the manifest lists", in);
      }
    }
  }

  /** Whether an error tells of files that are not what they should be, and not of a bad disk. */
  static boolean isDamage(Throwable e) {
    return e instanceof CorruptFileException
        || e instanceof CorruptIndexException
        || e instanceof IndexFormatTooOldException
        || e instanceof IndexNotFoundException
        || e instanceof NoSuchFileException
        || e instanceof FileNotFoundException
        || e instanceof EOFException
        || e instanceof IllegalArgumentException;
  }

  private static IOException asCorrupt(Path folder, Exception e) {
    if (e instanceof CorruptFileException corrupt) {
      return corrupt;
    }
    if (isDamage(e)) {
      return new CorruptFileException(folder, String.valueOf(e.getMessage()), e);
    }
    return e instanceof IOException io ? io : new IOException(e);
  }

  private PartitionFiles() {}
}
