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
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
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
      String problem = String.valueOf(e.getMessage());
      Optional<Long> repaired = WalSegment.repairHeader(file);
      if (repaired.isPresent()) {
        segments.put(repaired.get(), file);
        damage.add(new WalDamage(name, problem + "; mended, its frames are whole", -1, -1, 0));
        return;
      }
      Files.move(file, file.resolveSibling(name + DAMAGED), StandardCopyOption.REPLACE_EXISTING);
      damage.add(new WalDamage(name, problem + "; set aside", -1, -1, bytes));
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
    damage.addAll(reader.damage());
    last.endAt(reader.offset());
    if (reader.isTorn()) {
      last.clearTail();
    }
    // What is replayed may be answered for from now on, and a killed process need not have forced
    // it.
    last.force();
    return new WalWriter.Start(Optional.of(last), reader.nextPosition());
  }

  private synchronized void segmentAdded(WalSegment segment) {
    segments.put(segment.firstPosition, segment.file);
  }

  /**
   * Says what the owner knows of this log, before replay: it needs the frames from one position on,
   * and all below another were given out. Files that begin behind the first are told as damage;
   * when their end is lost, the log goes on at the second, so that no position is given out twice.
   */
  public synchronized void expect(long neededFrom, long givenOutBelow) {
    String name = String.valueOf(config.directory().getFileName());
    if (!segments.isEmpty() && segments.firstKey() > neededFrom) {
      long first = segments.firstKey();
      damage.add(new WalDamage(name, "its first file is missing", neededFrom, first, 0));
    }
    long next = writer.nextPosition();
    if (next >= givenOutBelow) {
      return;
    }
    damage.add(new WalDamage(name, "ends before what was indexed from it", next, givenOutBelow, 0));
    try {
      writer.skipTo(givenOutBelow);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads every frame that holds a position of at least {@code fromPosition}, in order, one in
   * memory at a time. Call before the first append.
   */
  public void replay(long fromPosition, CommitListener consumer) {
    replay(fromPosition, new ReplayProgress(), consumer);
  }

  /** The same, and tells how far it is. */
  public void replay(long fromPosition, ReplayProgress progress, CommitListener consumer) {
    List<Path> files = filesFrom(fromPosition);
    long total = files.stream().mapToLong(WriteAheadLog::size).sum();
    progress.begin(config.name(), total - writer.reservedBytes());
    long expected = fromPosition;
    long before = 0;
    for (Path file : files) {
      boolean isLast = file.equals(files.getLast());
      expected =
          replaySegment(file, fromPosition, expected, isLast, counting(progress, before, consumer));
      before += size(file);
    }
    progress.end();
  }

  private static CommitListener counting(
      ReplayProgress progress, long before, CommitListener consumer) {
    return new CommitListener() {
      private long read = before + WalSegment.HEADER_BYTES;

      @Override
      public void committed(long position, int records, byte[] payload, int offset, int length) {
        read += (long) WalSegment.FRAME_HEADER_BYTES + length;
        progress.readTo(read);
        consumer.committed(position, records, payload, offset, length);
      }
    };
  }

  private synchronized List<Path> filesFrom(long position) {
    Long first = segments.floorKey(position);
    return List.copyOf(segments.tailMap(first == null ? 0L : first, true).values());
  }

  private long replaySegment(
      Path file, long from, long expected, boolean isLast, CommitListener consumer) {
    try (WalSegment segment = WalSegment.open(file)) {
      if (segment.firstPosition > expected && expected > 0) {
        noteDamage(
            new WalDamage(
                String.valueOf(file.getFileName()),
                "the file before it is cut short or missing",
                expected,
                segment.firstPosition,
                0));
      }
      var reader = new WalReader(segment);
      reader.readAll(
          (position, records, payload, offset, length) -> {
            if (position + records > from) {
              consumer.committed(position, records, payload, offset, length);
            }
          });
      if (!isLast) { // the last one's was found when it was opened
        reader.damage().stream().filter(d -> d.toPosition() > from).forEach(this::noteDamage);
      }
      return Math.max(from, reader.nextPosition());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private synchronized void noteDamage(WalDamage found) {
    damage.add(found);
  }

  /**
   * Reads frames again while the log is in use: those from {@code fromPosition} that begin below
   * {@code toPosition}, which must be acknowledged and not yet cut off.
   */
  public void read(long fromPosition, long toPosition, CommitListener consumer) throws IOException {
    for (Path file : filesFrom(fromPosition)) {
      try (WalSegment segment = WalSegment.open(file)) {
        new WalReader(segment)
            .readBelow(
                toPosition,
                (position, records, payload, offset, length) -> {
                  if (position + records > fromPosition && position < toPosition) {
                    consumer.committed(position, records, payload, offset, length);
                  }
                });
      }
    }
  }

  /**
   * Reads every frame of a log that is not open, and changes nothing.
   *
   * @param problems takes a file and what is damaged in it
   * @param notes takes what is no damage: the torn end that a crash leaves in the last file
   * @return whole frames
   */
  public static long verify(
      Path directory, BiConsumer<Path, String> problems, Consumer<String> notes)
      throws IOException {
    List<Path> files;
    try (Stream<Path> found = Files.list(directory)) {
      files = found.filter(file -> file.toString().endsWith(WalSegment.SUFFIX)).sorted().toList();
    }
    long frames = 0;
    for (Path file : files) {
      try (WalSegment segment = WalSegment.open(file)) {
        var reader = new WalReader(segment);
        reader.readAll((_, _, _, _, _) -> {});
        frames += reader.frames();
        reader.damage().forEach(damage -> problems.accept(file, damage.problem()));
        if (reader.isTorn() && file.equals(files.getLast())) {
          notes.accept(file.getFileName() + ": torn end, cut off at the next start");
        } else if (reader.isTorn()) {
          problems.accept(file, "cut short, though a later file exists");
        }
      } catch (CorruptFileException e) {
        problems.accept(file, e.problem());
      }
    }
    return frames;
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
    return writer.append(payload, offset, length, records, sync, WalWriter.ANY_EPOCH);
  }

  /**
   * The same, but refused when frames that waited were refused since {@link #epoch} gave that
   * number: for frames whose content was decided on those before them.
   */
  public WalTicket append(
      byte[] payload, int offset, int length, int records, SyncPolicy sync, long epoch) {
    return writer.append(payload, offset, length, records, sync, epoch);
  }

  /**
   * Changes whenever frames that got positions were refused, and those positions given out anew.
   */
  public long epoch() {
    return writer.epoch();
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

  /** Of its files, without what is only reserved: about what a start would have to read. */
  public long usedBytes() {
    return fileBytes() - writer.reservedBytes();
  }

  private synchronized long fileBytes() {
    return segments.values().stream().mapToLong(WriteAheadLog::size).sum();
  }

  @Override
  public List<StockEntry> stock() {
    return stock(config.directory(), writer.reservedBytes());
  }

  /** The same of a log that is not open; changes nothing. */
  public static List<StockEntry> stockOf(Path directory) throws IOException {
    Optional<Path> last;
    try (Stream<Path> files = Files.list(directory)) {
      last =
          files
              .filter(file -> file.toString().endsWith(WalSegment.SUFFIX))
              .max(Comparator.naturalOrder());
    }
    return stock(directory, last.isPresent() ? reservedBytes(last.get()) : 0);
  }

  private static long reservedBytes(Path file) throws IOException {
    try (WalSegment segment = WalSegment.open(file)) {
      var reader = new WalReader(segment);
      reader.readAll((_, _, _, _, _) -> {});
      return segment.capacity() - reader.offset();
    }
  }

  private static List<StockEntry> stock(Path directory, long reservedBytes) {
    List<StockEntry> entries = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      long bytes = files.filter(Files::isRegularFile).mapToLong(WriteAheadLog::size).sum();
      long reserved = Math.min(bytes, reservedBytes);
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
