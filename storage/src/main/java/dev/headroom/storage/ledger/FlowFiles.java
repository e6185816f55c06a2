package dev.headroom.storage.ledger;

import dev.headroom.storage.file.CorruptFileException;
import dev.headroom.storage.file.DurableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files of flows in the ledger's folder. Any thread. */
final class FlowFiles {
  private static final Logger LOG = LoggerFactory.getLogger(FlowFiles.class);
  private static final String PREFIX = "flow-";
  private static final String SUFFIX = ".flow";
  private static final String DAMAGED = ".damaged";

  private final Path directory;

  FlowFiles(Path directory) throws IOException {
    this.directory = directory;
    DurableFiles.createDirectories(directory.toAbsolutePath());
  }

  private Path file(long epochDay) {
    return directory.resolve(PREFIX + LocalDate.ofEpochDay(epochDay) + SUFFIX);
  }

  private Path streamsFile() {
    return directory.resolve("streams" + SUFFIX);
  }

  /** Days of receipt that have a file. */
  TreeSet<Long> days() throws IOException {
    var days = new TreeSet<Long>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        dayOf(String.valueOf(file.getFileName())).ifPresent(days::add);
      }
    }
    return days;
  }

  private static Optional<Long> dayOf(String name) {
    if (!name.startsWith(PREFIX) || !name.endsWith(SUFFIX)) {
      return Optional.empty();
    }
    try {
      String day = name.substring(PREFIX.length(), name.length() - SUFFIX.length());
      return Optional.of(LocalDate.parse(day).toEpochDay());
    } catch (DateTimeException _) {
      return Optional.empty();
    }
  }

  /**
   * The day as it was last written; an empty one when there is no file, or a damaged one, which is
   * set aside.
   */
  FlowDay read(long epochDay) {
    Path file = file(epochDay);
    try {
      return FlowDay.read(file, epochDay);
    } catch (NoSuchFileException _) {
      return new FlowDay(epochDay);
    } catch (CorruptFileException | IndexOutOfBoundsException e) {
      setAside(file, e);
      return new FlowDay(epochDay);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  StreamBook readStreams() {
    Path file = streamsFile();
    try {
      return StreamBook.read(file);
    } catch (NoSuchFileException _) {
      return new StreamBook();
    } catch (CorruptFileException | IndexOutOfBoundsException e) {
      setAside(file, e);
      return new StreamBook();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void setAside(Path file, Exception problem) {
    LOG.error("ledger file set aside file={} problem={}", file, problem.getMessage());
    try {
      Files.move(
          file,
          file.resolveSibling(file.getFileName() + DAMAGED),
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void write(long epochDay, byte[] body) throws IOException {
    DurableFiles.write(file(epochDay), FlowDay.FORMAT, FlowDay.VERSION, body);
  }

  void writeStreams(byte[] body) throws IOException {
    DurableFiles.write(streamsFile(), StreamBook.FORMAT, StreamBook.VERSION, body);
  }
}
