package dev.headroom.storage.file;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.headroom.storage.model.ByteReader;
import dev.headroom.storage.model.ByteWriter;
import dev.headroom.storage.model.HeadroomException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Small files that are there whole or not at all: written under a temporary name, forced, renamed,
 * and the folder forced. Each carries a magic, a format name, a version, a length and a CRC32C.
 */
public final class DurableFiles {
  private static final byte[] MAGIC = "HRFILE".getBytes(US_ASCII);
  private static final String TEMPORARY = ".tmp";

  /** Makes what happened to the names in a folder durable. */
  public static void forceDirectory(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Makes a folder and those above it, durably. */
  public static void createDirectories(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    Path parent = folder.getParent();
    if (parent != null) {
      createDirectories(parent);
    }
    Files.createDirectories(folder);
    if (parent != null) {
      forceDirectory(parent);
    }
  }

  /** Replaces the file's content by a framed body. */
  public static void write(Path file, String format, int version, byte[] body) throws IOException {
    var out = new ByteWriter(body.length + 64);
    out.write(MAGIC, 0, MAGIC.length);
    out.writeString(format);
    out.writeInt(version);
    out.writeInt(body.length);
    out.write(body, 0, body.length);
    var crc = new CRC32C();
    crc.update(out.array(), 0, out.length());
    out.writeInt((int) crc.getValue());
    Path temporary = file.resolveSibling(file.getFileName() + TEMPORARY);
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(out.array(), 0, out.length());
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    Path parent = file.toAbsolutePath().getParent();
    if (parent != null) {
      forceDirectory(parent);
    }
  }

  /**
   * The body of a file that {@link #write} made.
   *
   * @throws CorruptFileException when it is another format, cut short or changed
   * @throws NewerFormatException when a newer program wrote it
   */
  public static byte[] read(Path file, String format, int newestVersion) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    var in = new ByteReader(bytes, 0, bytes.length);
    try {
      for (byte expected : MAGIC) {
        check(in.readByte() == expected, file, "not a Headroom file");
      }
      String found = in.readString();
      check(found.equals(format), file, "is a " + found + " file, expected " + format);
      int version = in.readInt();
      int length = in.readInt();
      check(length >= 0 && length == in.remaining() - 4, file, "is cut short");
      int start = in.position();
      in.skip(length);
      var crc = new CRC32C();
      crc.update(bytes, 0, in.position());
      // Before the version is believed: a flipped bit must not look like a newer program's file.
      check(in.readInt() == (int) crc.getValue(), file, "bad checksum");
      if (version > newestVersion) {
        throw new NewerFormatException(file, format, version, newestVersion);
      }
      return Arrays.copyOfRange(bytes, start, start + length);
    } catch (IndexOutOfBoundsException e) {
      throw new CorruptFileException(file, "is cut short", e);
    }
  }

  /** Whether the file begins as one that {@link #write} made, of any format. */
  public static boolean isFramed(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(MAGIC.length), MAGIC);
    }
  }

  /**
   * Reads a framed file of any format to its end.
   *
   * @throws CorruptFileException when it is cut short or changed
   */
  public static void check(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    var in = new ByteReader(bytes, MAGIC.length, bytes.length - MAGIC.length);
    try {
      in.readString();
      in.readInt();
      int length = in.readInt();
      check(length >= 0 && length == in.remaining() - 4, file, "is cut short");
      in.skip(length);
      var crc = new CRC32C();
      crc.update(bytes, 0, in.position());
      check(in.readInt() == (int) crc.getValue(), file, "bad checksum");
    } catch (IndexOutOfBoundsException | IllegalArgumentException | HeadroomException e) {
      throw new CorruptFileException(file, "is cut short", e);
    }
  }

  private static void check(boolean holds, Path file, String problem) throws CorruptFileException {
    if (!holds) {
      throw new CorruptFileException(file, problem, null);
    }
  }

  private DurableFiles() {}
}
