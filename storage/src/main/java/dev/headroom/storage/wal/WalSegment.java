package dev.headroom.storage.wal;

import dev.headroom.storage.file.CorruptFileException;
import dev.headroom.storage.file.DurableFiles;
import dev.headroom.storage.file.NewerFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32C;

/** One WAL file; the format is in {@code storage/docs/format/wal.md}. Used by one thread. */
final class WalSegment implements AutoCloseable {
  static final int HEADER_BYTES = 20;
  static final int FRAME_HEADER_BYTES = 24;
  static final String SUFFIX = ".wal";
  private static final String TEMPORARY_SUFFIX = ".tmp";
  private static final int VERSION = 1;
  private static final byte[] MAGIC = {'H', 'R', 'W', 'A', 'L', 0, 0, VERSION};
  private static final int ZEROS = 1 << 20;

  final Path file;
  final long firstPosition;
  private final FileChannel channel;
  private final long capacity;
  private long end;
  private long forcedEnd;

  private WalSegment(Path file, long firstPosition, FileChannel channel, long end)
      throws IOException {
    this.file = file;
    this.firstPosition = firstPosition;
    this.channel = channel;
    this.capacity = channel.size();
    this.end = end;
    this.forcedEnd = end;
  }

  static String fileName(long firstPosition) {
    return String.format(java.util.Locale.ROOT, "%020d%s", firstPosition, SUFFIX);
  }

  /** Makes a file full of zeros, durable before it is used. */
  static WalSegment create(Path directory, long firstPosition, long bytes) throws IOException {
    Path file = directory.resolve(fileName(firstPosition));
    Path temporary = directory.resolve(fileName(firstPosition) + TEMPORARY_SUFFIX);
    try (FileChannel out =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      writeFully(out, header(firstPosition), 0);
      ByteBuffer zeros = ByteBuffer.allocate((int) Math.min(ZEROS, bytes));
      for (long at = HEADER_BYTES; at < bytes; at += zeros.limit()) {
        zeros.clear().limit((int) Math.min(zeros.capacity(), bytes - at));
        writeFully(out, zeros.slice(), at);
      }
      out.force(true);
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    DurableFiles.forceDirectory(directory);
    return new WalSegment(
        file,
        firstPosition,
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE),
        HEADER_BYTES);
  }

  /** Opens an existing file and checks its header. */
  static WalSegment open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      readFully(channel, header, 0);
      header.flip();
      if (header.remaining() < HEADER_BYTES) {
        throw new CorruptFileException(file, "header is cut short", null);
      }
      byte[] magic = new byte[MAGIC.length];
      header.get(magic);
      long position = header.getLong();
      if (!java.util.Arrays.equals(magic, 0, 7, MAGIC, 0, 7)
          || header.getInt() != crc(header.array(), 0, 16)
          || !file.getFileName().toString().equals(fileName(position))) {
        throw new CorruptFileException(file, "bad header", null);
      }
      if (magic[7] != VERSION) {
        throw new NewerFormatException(file, "WAL", magic[7], VERSION);
      }
      return new WalSegment(file, position, channel, HEADER_BYTES);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Writes the header anew when the first frame is whole and has the position of the file's name,
   * which proves that only the header is damaged; that position, if so.
   */
  static Optional<Long> repairHeader(Path file) throws IOException {
    Optional<Long> position = positionOf(file);
    if (position.isEmpty() || Files.size(file) <= HEADER_BYTES) {
      return Optional.empty();
    }
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try (var segment = new WalSegment(file, position.get(), channel, HEADER_BYTES)) {
      var reader = new WalReader(segment);
      reader.readBelow(position.get() + 1, (at, records, payload, offset, length) -> {});
      if (reader.frames() == 0 || !reader.damage().isEmpty()) {
        return Optional.empty();
      }
      writeFully(channel, header(position.get()), 0);
      channel.force(false);
      return position;
    }
  }

  private static Optional<Long> positionOf(Path file) {
    String name = String.valueOf(file.getFileName());
    try {
      return Optional.of(Long.parseLong(name.substring(0, name.length() - SUFFIX.length())));
    } catch (NumberFormatException | IndexOutOfBoundsException _) {
      return Optional.empty();
    }
  }

  private static ByteBuffer header(long firstPosition) {
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    header.put(MAGIC).putLong(firstPosition);
    header.putInt(crc(header.array(), 0, 16));
    return header.flip();
  }

  /** A frame's checksum: of its first 20 header bytes and its payload. */
  static int frameCrc(byte[] header, byte[] payload, int offset, int length) {
    var crc = new CRC32C();
    crc.update(header, 0, FRAME_HEADER_BYTES - 4);
    crc.update(payload, offset, length);
    return (int) crc.getValue();
  }

  private static int crc(byte[] bytes, int offset, int length) {
    var crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }

  boolean hasRoomFor(long bytes) {
    return end + bytes <= capacity;
  }

  long capacity() {
    return capacity;
  }

  long end() {
    return end;
  }

  /** What stands before this was forced. */
  long forcedEnd() {
    return forcedEnd;
  }

  /** Where appending goes on, after reading. */
  void endAt(long offset) {
    end = offset;
  }

  /** Appends bytes that are whole frames; there must be room. */
  void write(ByteBuffer frames) throws IOException {
    int length = frames.remaining();
    writeFully(channel, frames, end);
    end += length;
  }

  void force() throws IOException {
    channel.force(false);
    forcedEnd = end;
  }

  /** Overwrites what stands behind the end with zeros, so that no torn frame can come back. */
  void clearTail() throws IOException {
    ByteBuffer zeros = ByteBuffer.allocate(ZEROS);
    for (long at = end; at < capacity; at += zeros.limit()) {
      zeros.clear().limit((int) Math.min(zeros.capacity(), capacity - at));
      writeFully(channel, zeros.slice(), at);
    }
  }

  int read(ByteBuffer target, long offset) throws IOException {
    return readFully(channel, target, offset);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static int readFully(FileChannel channel, ByteBuffer target, long offset)
      throws IOException {
    int total = 0;
    while (target.hasRemaining()) {
      int n = channel.read(target, offset + total);
      if (n < 0) {
        break;
      }
      total += n;
    }
    return total;
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes, long offset)
      throws IOException {
    long at = offset;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }
}
