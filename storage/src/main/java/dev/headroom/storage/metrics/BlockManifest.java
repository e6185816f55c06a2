package dev.headroom.storage.metrics;

import dev.headroom.storage.file.CorruptFileException;
import dev.headroom.storage.file.DurableFiles;
import dev.headroom.storage.model.ByteReader;
import dev.headroom.storage.model.ByteWriter;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.TenantId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a block is made of, and the file that says so; the format is in {@code
 * storage/docs/format/metric-block.md}.
 *
 * @param first running number of the oldest flush in it
 * @param last of the newest; of two equal samples the one with the higher number counts
 */
record BlockManifest(
    BlockKey key,
    long first,
    long last,
    long minTime,
    long maxTime,
    long samples,
    long series,
    long chunks,
    List<DataFile> files) {
  static final String FILE = "manifest";
  private static final String FORMAT = "metric-block";
  private static final int VERSION = 1;

  /**
   * @param crc CRC32C of all its bytes
   */
  record DataFile(String name, long length, int crc) {}

  /** Whether the other block went into this one. */
  boolean replaces(BlockManifest other) {
    return key.equals(other.key)
        && first <= other.first
        && last >= other.last
        && (first < other.first || last > other.last);
  }

  String folder() {
    return folder(first, last);
  }

  static String folder(long first, long last) {
    return String.format(Locale.ROOT, "%012d-%012d", first, last);
  }

  /** Below the store's folder. */
  String path() {
    return key.path() + "/" + folder();
  }

  void write(Path folder) throws IOException {
    var out = new ByteWriter(256);
    out.writeString(key.tenant().value());
    out.writeString(key.retentionClass());
    out.writeZigZag(key.epochDay());
    out.writeLong(first);
    out.writeLong(last);
    out.writeZigZag(minTime);
    out.writeZigZag(maxTime);
    out.writeVarLong(samples);
    out.writeVarLong(series);
    out.writeVarLong(chunks);
    out.writeVarInt(files.size());
    for (DataFile file : files) {
      out.writeString(file.name);
      out.writeVarLong(file.length);
      out.writeInt(file.crc);
    }
    DurableFiles.write(folder.resolve(FILE), FORMAT, VERSION, out.toByteArray());
  }

  /**
   * Reads and checks the manifest of a block, and that its files are there in full.
   *
   * @throws CorruptFileException when something is not as it should be
   */
  static BlockManifest read(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      throw new CorruptFileException(file, "is missing", null);
    }
    byte[] body = DurableFiles.read(file, FORMAT, VERSION);
    try {
      BlockManifest manifest = decode(new ByteReader(body, 0, body.length));
      manifest.checkFiles(folder);
      return manifest;
    } catch (IndexOutOfBoundsException | HeadroomException e) {
      throw new CorruptFileException(file, "has a body that makes no sense", e);
    }
  }

  private static BlockManifest decode(ByteReader in) {
    var key = new BlockKey(new TenantId(in.readString()), in.readString(), in.readZigZag());
    long first = in.readLong();
    long last = in.readLong();
    long minTime = in.readZigZag();
    long maxTime = in.readZigZag();
    long samples = in.readVarLong();
    long series = in.readVarLong();
    long chunks = in.readVarLong();
    List<DataFile> files = new ArrayList<>();
    for (int left = in.readCount(); left > 0; left--) {
      files.add(new DataFile(in.readString(), in.readVarLong(), in.readInt()));
    }
    return new BlockManifest(
        key, first, last, minTime, maxTime, samples, series, chunks, List.copyOf(files));
  }

  private void checkFiles(Path folder) throws IOException {
    for (DataFile file : files) {
      Path path = folder.resolve(file.name);
      if (!Files.exists(path)) {
        throw new CorruptFileException(path, "is missing", null);
      }
      if (Files.size(path) != file.length) {
        throw new CorruptFileException(
            path, "has " + Files.size(path) + " bytes, expected " + file.length, null);
      }
    }
  }
}
