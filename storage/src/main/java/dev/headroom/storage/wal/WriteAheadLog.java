package dev.headroom.storage.wal;

import dev.headroom.storage.file.CorruptFileException;
import dev.headroom.storage.file.DurableFiles;
import dev.headroom.storage.ledger.StockEntry;
import dev.headroom.storage.ledger.StockSource;
import dev.headroom.storage.ledger.Structure;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Bytes in, durable when told so, read back after a crash. Positions number the records, one frame
 * taking as many as it holds; they rise for ever and are never used twice.
 *
 * <p><i>Threads.</i> Any thread may append; one writer thread writes and forces the frames in
 * groups. Replay happens before the first append, on the caller's thread.
 *
 * <p><i>Failure.</i> After a failed write or force the log is poisoned: it takes no more frames and
 * is never forced again, because the second force of a kernel that lost pages answers success
 * ("fsyncgate"). A disk too full for a new file refuses the frames that wanted it and goes on when
 * there is room.
 */
public final class WriteAheadLog implements AutoCloseable, StockSource {
  private static final String DAMAGED = ".damaged";

  private final WalConfig config;
  private final TreeMap<Long, Path> segments = new TreeMap<>();
  private final List<WalDamage> damage = new ArrayList<>();
  private final WalWriter writer;

  private WriteAheadLog(WalConfig config, CommitListener listener) throws IOException {
    this.config = config;
    DurableFiles.createDirectories(config.directory());
    listSegments();
    this.writer = new WalWriter(config, listener, openLast(), this::segmentAdded);
  }

  /**
   * Opens or makes a log. A torn end is cut off; damage elsewhere is set aside and reported by
   * {@link #damage}.
   *
   * @throws HeadroomException UNAVAILABLE when the folder cannot be read, or holds a newer format
   */
  public static WriteAheadLog open(WalConfig config, CommitListener listener) {
    try {
      return new WriteAheadLog(config, listener);
    } catch (IOException e) {
      throw new HeadroomException(
          ErrorCategory.UNAVAILABLE, "cannot open WAL " + config.name() + ": " + e.getMessage(), e);
    }
  }

  private void listSegments() throws IOException {
    try (Stream<Path> files = Files.list(config.directory())) {
      for (Path file : files.sorted().toList()) {
        String name = String.valueOf(file.getFileName());
        if (name.endsWith(".tmp")) {
          Files.delete(file);
        } else if (name.endsWith(WalSegment.SUFFIX)) {
          addSegment(file, name);
        }
      }
    }
  }

  private void addSegment(Path file, String name) throws IOException {
    try (WalSegment segment = WalSegment.open(file)) {
      segments.put(segment.firstPosition, file);
    } catch (CorruptFileException e) {
      long bytes = Files.size(file);
      Files.move(file, file.resolveSibling(name + DAMAGED), StandardCopyOption.REPLACE_EXISTING);
      damage.add(new WalDamage(name, String.valueOf(e.getMessage()), -1, bytes));
    }
  }

  /** The last segment, ready to be appended to, and the next position. */
  private WalWriter.Start openLast() throws IOException {
    if (segments.isEmpty()) {
      return new WalWriter.Start(Optional.empty(), 0);
    }
    WalSegment last = WalSegment.open(segments.lastEntry().getValue());
    var reader = new WalReader(last);
    reader.readAll((position, records, payload, offset, length) -> {});
    last.endAt(reader.offset());
    if (reader.problem().isPresent()) {
      last.clearTail();
    }
    return new WalWriter.Start(Optional.of(last), reader.nextPosition());
  }

  private synchronized void segmentAdded(WalSegment segment) {
    segments.put(segment.firstPosition, segment.file);
  }

  /**
   * Reads every frame that holds a position of at least {@code fromPosition}, in order, one in
   * memory at a time. Call before the first append.
   */
  public synchronized void replay(long fromPosition, CommitListener consumer) {
    Long first = segments.floorKey(fromPosition);
    long expected = -1;
    // A copy: the consumer may commit what it was given and cut the log behind itself.
    for (Path file : List.copyOf(segments.tailMap(first == null ? 0L : first, true).values())) {
      expected = replaySegment(file, fromPosition, expected, consumer);
    }
  }

  private long replaySegment(Path file, long from, long expected, CommitListener consumer) {
    String name = String.valueOf(file.getFileName());
    boolean isLast = file.equals(segments.lastEntry().getValue());
    try (WalSegment segment = WalSegment.open(file)) {
      if (expected >= 0 && segment.firstPosition != expected) {
        damage.add(new WalDamage(name, "the file before it is cut short or missing", expected, 0));
      }
      var reader = new WalReader(segment);
      reader.readAll(
          (position, records, payload, offset, length) -> {
            if (position + records > from) {
              consumer.committed(position, records, payload, offset, length);
            }
          });
      if (reader.problem().isPresent() && !isLast) {
        damage.add(
            new WalDamage(
                name,
                reader.problem().get(),
                reader.nextPosition(),
                segment.capacity() - reader.offset()));
      }
      return reader.nextPosition();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What could not be read; complete after {@link #replay}. */
  public synchronized List<WalDamage> damage() {
    return List.copyOf(damage);
  }

  /**
   * Queues a frame and gives it its positions, in the order of calls. The bytes must not change
   * until the ticket's {@link WalTicket#await} returns.
   *
   * @throws HeadroomException UNAVAILABLE after a failure or close, OVERLOADED when too much waits
   */
  public WalTicket append(byte[] payload, int offset, int length, int records, SyncPolicy sync) {
    return writer.append(payload, offset, length, records, sync);
  }

  /** The position the next frame's first record gets. */
  public long nextPosition() {
    return writer.nextPosition();
  }

  /** Why the log is poisoned, if it is. */
  public Optional<String> failure() {
    return writer.failure();
  }

  /** Deletes files whose every record has a position below this one. */
  public synchronized void truncateBefore(long position) {
    try {
      boolean deleted = false;
      while (segments.size() > 1) {
        long next = segments.higherKey(segments.firstKey());
        if (next > position) {
          break;
        }
        Files.deleteIfExists(segments.pollFirstEntry().getValue());
        deleted = true;
      }
      if (deleted) {
        DurableFiles.forceDirectory(config.directory());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public List<StockEntry> stock() {
    List<StockEntry> entries = new ArrayList<>();
    try (Stream<Path> files = Files.list(config.directory())) {
      long bytes = files.mapToLong(WriteAheadLog::size).sum();
      long reserved = Math.min(bytes, writer.reservedBytes());
      entries.add(overhead(Structure.WAL, bytes - reserved));
      entries.add(overhead(Structure.RESERVED, reserved));
      return entries;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException _) {
      return 0; // deleted meanwhile
    }
  }

  private static StockEntry overhead(Structure structure, long bytes) {
    return new StockEntry(
        Optional.empty(), "", "", structure, StockEntry.NO_HOUR, bytes, StockEntry.Basis.MEASURED);
  }

  /** Writes and forces what is queued, then closes. */
  @Override
  public void close() {
    writer.close();
  }
}
