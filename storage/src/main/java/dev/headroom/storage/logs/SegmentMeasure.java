package dev.headroom.storage.logs;

import dev.headroom.storage.ledger.Structure;
import dev.headroom.storage.logs.SegmentSplit.Part;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.jspecify.annotations.Nullable;

/** What is known so far of one segment that is being written; used by one thread at a time. */
final class SegmentMeasure {
  private static final int SEGMENT_ID_BYTES = 16;
  private static final int HEADER_FIXED_BYTES = 4 + 4 + SEGMENT_ID_BYTES + 1;

  private final TreeMap<Part, Long> parts = new TreeMap<>();
  private final Map<String, Long> attributedOfFile = new HashMap<>();
  private final List<String> mergedFrom = new ArrayList<>();
  private final List<WeightTable> merged = new ArrayList<>();
  private final Map<String, long[]> weights = new HashMap<>();
  private long headers;
  private long segmentInfo;
  private long padding;
  private long fileBytes;
  private boolean filesMeasured;
  private int[] storedBytes = new int[64];
  private int documents;
  private @Nullable DocumentGroups groups;

  /** Bytes that a field took in a file. */
  void add(String file, String field, long bytes) {
    if (bytes > 0) {
      Structure structure = structureOf(IndexFileNames.getExtension(file), field);
      parts.merge(new Part(field, structure), bytes, Long::sum);
      attributedOfFile.merge(file, bytes, Long::sum);
    }
  }

  private static Structure structureOf(@Nullable String extension, String field) {
    if (field.equals(LogSchema.ID) || field.equals(LogSchema.VERSION)) {
      return Structure.IDS;
    }
    return switch (extension == null ? "" : extension) {
      case "tim", "tip" -> Structure.TERMS;
      case "doc" -> Structure.POSTINGS;
      case "pos", "pay" -> Structure.POSITIONS;
      case "dvd", "dvm" -> Structure.DOC_VALUES;
      case "dvs" -> Structure.SKIP_INDEX;
      case "nvd", "nvm" -> Structure.NORMS;
      default -> throw new IllegalArgumentException("no structure has files ." + extension);
    };
  }

  /** One document's stored bytes; called once a document, in order. */
  void addStored(int bytes) {
    if (documents == storedBytes.length) {
      storedBytes = Arrays.copyOf(storedBytes, documents * 2);
    }
    storedBytes[documents++] = bytes;
  }

  /** Who the documents belong to; known before any weight is added. */
  void setGroups(DocumentGroups known) {
    this.groups = known;
    var stored = new long[known.groups.size()];
    for (int doc = 0; doc < documents; doc++) {
      stored[known.groupOf[doc]] += storedBytes[doc];
    }
    weights.put(LogSchema.SOURCE, stored);
    storedBytes = new int[0];
  }

  /** The groups of a flushed segment with doc values; every record has some. */
  @Nullable DocumentGroups groups() {
    return groups;
  }

  /** The weights of a field by group, to be added to. */
  long[] weightsOf(String field, DocumentGroups known) {
    return weights.computeIfAbsent(field, _ -> new long[known.groups.size()]);
  }

  /** A segment that this one replaces, with the weights of its records that go on. */
  void addMerged(String segment, WeightTable live) {
    mergedFrom.add(segment);
    merged.add(live);
  }

  /** Reads the sizes of the segment's files; they must be complete. */
  void measureFiles(Directory directory, Collection<String> files) throws IOException {
    for (String file : files) {
      measureFile(directory, file);
    }
    filesMeasured = true;
  }

  boolean areFilesMeasured() {
    return filesMeasured;
  }

  private void measureFile(Directory directory, String file) throws IOException {
    long length = directory.fileLength(file);
    long frame = frameBytes(directory, file);
    long rest = length - frame - attributedOfFile.getOrDefault(file, 0L);
    if (rest < 0) {
      throw new IllegalStateException(
          "segment file " + file + " of " + length + " bytes was measured " + -rest + " too many");
    }
    fileBytes += length;
    headers += frame;
    String extension = IndexFileNames.getExtension(file);
    if (extension != null && extension.startsWith("fd")) {
      parts.merge(new Part(LogSchema.SOURCE, Structure.SOURCE), rest, Long::sum);
    } else {
      segmentInfo += rest;
    }
  }

  /** The compound file that now holds the measured ones. */
  void measureCompound(Directory directory, String file) throws IOException {
    long frame = frameBytes(directory, file);
    headers += frame;
    padding += directory.fileLength(file) - frame - fileBytes;
  }

  /** Header and footer of a file as Lucene frames them all. */
  private static long frameBytes(Directory directory, String file) throws IOException {
    try (IndexInput in = directory.openInput(file, IOContext.READONCE)) {
      if (CodecUtil.readBEInt(in) != CodecUtil.CODEC_MAGIC) {
        throw new IllegalStateException("segment file " + file + " has no Lucene header");
      }
      in.readString();
      in.seek(in.getFilePointer() + HEADER_FIXED_BYTES - 4 - 1);
      int suffix = in.readByte() & 0xff;
      return in.getFilePointer() + suffix + CodecUtil.footerLength();
    }
  }

  SegmentSplit split() {
    List<WeightTable> tables = new ArrayList<>(merged);
    DocumentGroups known = groups;
    if (known != null) {
      tables.add(WeightTable.of(known.groups, weights));
    }
    parts.values().removeIf(bytes -> bytes == 0);
    return new SegmentSplit(
        List.copyOf(mergedFrom), headers, segmentInfo, padding, parts, WeightTable.sum(tables));
  }
}
