package dev.headroom.storage.logs;

import dev.headroom.storage.file.CorruptFileException;
import dev.headroom.storage.file.DurableFiles;
import dev.headroom.storage.model.ByteReader;
import dev.headroom.storage.model.ByteWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.index.SegmentCommitInfo;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;

/**
 * What one commit of a partition consists of; the format is in {@code
 * storage/docs/format/log-partition.md}.
 *
 * @param commit name of Lucene's {@code segments_N}
 * @param records live ones
 * @param streams sorted names of the streams that ever had records here
 * @param files everything the commit needs
 */
record LogManifest(
    String commit, PartitionState state, long records, List<String> streams, List<File> files) {
  static final String FILE_NAME = "manifest";
  private static final String FORMAT = "log-manifest";
  private static final int VERSION = 1;

  /** At the end of every file of Lucene. */
  private static final int CHECKSUM_BYTES = 8;

  private static final int BUFFER_BYTES = 1 << 16;

  /**
   * @param checksum CRC32 of all but the last 8 bytes, which Lucene keeps there: it was computed
   *     while the file was written, so that it need not be read again
   */
  record File(String name, long bytes, long checksum) {}

  LogManifest {
    streams = List.copyOf(streams);
    files = List.copyOf(files);
  }

  /** Of a commit; files that an earlier manifest lists are taken over, as they never change. */
  static LogManifest of(
      SegmentInfos commit, List<String> streams, Directory directory, List<File> known)
      throws IOException {
    Map<String, File> byName = new HashMap<>();
    known.forEach(file -> byName.put(file.name, file));
    List<File> files = new ArrayList<>();
    Collection<String> names = commit.files(true);
    for (String name : names.stream().sorted().toList()) {
      File before = byName.get(name);
      files.add(before == null ? describe(directory, name) : before);
    }
    long records = 0;
    for (SegmentCommitInfo segment : commit) {
      records += segment.info.maxDoc() - segment.getDelCount();
    }
    return new LogManifest(
        commit.getSegmentsFileName(),
        PartitionState.of(commit.getUserData()),
        records,
        streams,
        files);
  }

  private static File describe(Directory directory, String name) throws IOException {
    try (IndexInput in = directory.openInput(name, IOContext.READONCE)) {
      return new File(name, in.length(), CodecUtil.retrieveChecksum(in));
    }
  }

  /** Bytes of the commit's files. */
  long bytes() {
    return files.stream().mapToLong(File::bytes).sum();
  }

  long generation() {
    return SegmentInfos.generationFromSegmentsFileName(commit);
  }

  void write(Path folder) throws IOException {
    var out = new ByteWriter(256 + files.size() * 32);
    out.writeString(commit);
    state.write(out);
    out.writeVarLong(records);
    out.writeStrings(streams);
    out.writeVarInt(files.size());
    for (File file : files) {
      out.writeString(file.name);
      out.writeVarLong(file.bytes);
      out.writeInt((int) file.checksum);
    }
    DurableFiles.write(folder.resolve(FILE_NAME), FORMAT, VERSION, out.toByteArray());
  }

  /**
   * @throws CorruptFileException when it is damaged
   * @throws java.nio.file.NoSuchFileException when there is none
   */
  static LogManifest read(Path folder) throws IOException {
    Path file = folder.resolve(FILE_NAME);
    byte[] body = DurableFiles.read(file, FORMAT, VERSION);
    var in = new ByteReader(body, 0, body.length);
    try {
      String commit = in.readString();
      PartitionState state = PartitionState.read(in);
      long records = in.readVarLong();
      List<String> streams = List.of(in.readStrings());
      List<File> files = new ArrayList<>();
      for (int i = in.readCount(); i > 0; i--) {
        files.add(
            new File(in.readString(), in.readVarLong(), Integer.toUnsignedLong(in.readInt())));
      }
      return new LogManifest(commit, state, records, streams, files);
    } catch (IndexOutOfBoundsException e) {
      throw new CorruptFileException(file, "is cut short", e);
    }
  }

  /** Reads a file to its end; what is wrong with it, if anything. */
  static Optional<String> verify(Path file, File listed) throws IOException {
    if (!Files.exists(file)) {
      return Optional.of("missing");
    }
    if (Files.size(file) != listed.bytes) {
      return Optional.of("has " + Files.size(file) + " bytes, expected " + listed.bytes);
    }
    return checksum(file, listed.bytes - CHECKSUM_BYTES) == listed.checksum
        ? Optional.empty()
        : Optional.of("bad checksum");
  }

  private static long checksum(Path file, long length) throws IOException {
    var crc = new CRC32();
    var buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      long left = length;
      while (left > 0) {
        int n = in.read(buffer, 0, (int) Math.min(left, buffer.length));
        if (n < 0) {
          break;
        }
        crc.update(buffer, 0, n);
        left -= n;
      }
    }
    return crc.getValue();
  }
}
