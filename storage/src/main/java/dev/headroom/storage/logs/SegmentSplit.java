package dev.headroom.storage.logs;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.headroom.storage.ledger.StockEntry;
import dev.headroom.storage.ledger.Structure;
import dev.headroom.storage.logs.WeightTable.Group;
import dev.headroom.storage.model.ByteReader;
import dev.headroom.storage.model.ByteWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.IndexFileNames;
import org.apache.lucene.store.ChecksumIndexInput;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexOutput;

/**
 * What a segment's bytes are, and the weights by which they are shared; kept in a file of the
 * segment ({@code storage/docs/format/ledger-segment.md}).
 *
 * @param mergedFrom names of the segments that this one replaces
 * @param parts bytes by field and structure
 */
record SegmentSplit(
    List<String> mergedFrom,
    long headers,
    long segmentInfo,
    long padding,
    TreeMap<Part, Long> parts,
    WeightTable weights) {
  static final String EXTENSION = "ledger";
  private static final String CODEC = "HeadroomLedger";
  private static final int VERSION = 1;

  /** The bytes of one structure of one physical field. */
  record Part(String field, Structure structure) implements Comparable<Part> {
    @Override
    public int compareTo(Part other) {
      int byField = field.compareTo(other.field);
      return byField != 0 ? byField : structure.compareTo(other.structure);
    }
  }

  static String fileName(String segment) {
    return IndexFileNames.segmentFileName(segment, "", EXTENSION);
  }

  /** The segment's bytes apart from the files that are known by their size. */
  long total() {
    long bytes = headers + segmentInfo + padding;
    for (long part : parts.values()) {
      bytes += part;
    }
    return bytes;
  }

  void write(Directory directory, String segment, byte[] segmentId) throws IOException {
    ByteWriter body = encode();
    try (IndexOutput out = directory.createOutput(fileName(segment), IOContext.DEFAULT)) {
      CodecUtil.writeIndexHeader(out, CODEC, VERSION, segmentId, "");
      out.writeInt(body.length());
      out.writeBytes(body.array(), 0, body.length());
      CodecUtil.writeFooter(out);
    }
  }

  static SegmentSplit read(Directory directory, String segment) throws IOException {
    try (ChecksumIndexInput in = directory.openChecksumInput(fileName(segment))) {
      CodecUtil.checkHeader(in, CODEC, VERSION, VERSION);
      in.skipBytes(16); // the segment's id
      in.skipBytes(in.readByte() & 0xff);
      int length = in.readInt();
      if (length < 0 || length > in.length()) {
        throw new CorruptIndexException("bad length " + length, in);
      }
      var body = new byte[length];
      in.readBytes(body, 0, length);
      CodecUtil.checkFooter(in);
      try {
        return decode(new ByteReader(body, 0, length));
      } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
        throw new CorruptIndexException("bad ledger of segment " + segment, in, e);
      }
    }
  }

  private ByteWriter encode() {
    var out = new ByteWriter(1 << 12);
    out.writeStrings(mergedFrom);
    out.writeVarLong(headers);
    out.writeVarLong(segmentInfo);
    out.writeVarLong(padding);
    encodeGroups(out);
    var fields = new TreeSet<>(weights.fields().keySet());
    parts.keySet().forEach(part -> fields.add(part.field));
    out.writeVarInt(fields.size());
    for (String field : fields) {
      out.writeString(field);
      var partsOfField = new TreeMap<Structure, Long>();
      parts.forEach(
          (part, bytes) -> {
            if (part.field.equals(field)) {
              partsOfField.put(part.structure, bytes);
            }
          });
      encodeField(out, partsOfField, weights.of(field));
    }
    return out;
  }

  private void encodeGroups(ByteWriter out) {
    List<String> streams = weights.groups().stream().map(Group::stream).distinct().toList();
    out.writeStrings(streams);
    out.writeVarInt(weights.groups().size());
    int stream = 0;
    for (Group group : weights.groups()) {
      while (!streams.get(stream).equals(group.stream())) {
        stream++; // groups are sorted by stream
      }
      out.writeVarInt(stream);
      out.writeVarLong(group.hour() == StockEntry.NO_HOUR ? 0 : group.hour() + 1);
    }
  }

  private static void encodeField(ByteWriter out, Map<Structure, Long> parts, long[] weights) {
    out.writeVarInt(parts.size());
    parts.forEach(
        (structure, bytes) -> {
          byte[] name = structure.name().getBytes(US_ASCII);
          out.writeByte(name.length);
          out.write(name, 0, name.length);
          out.writeVarLong(bytes);
        });
    int count = 0;
    for (long weight : weights) {
      count += weight > 0 ? 1 : 0;
    }
    out.writeVarInt(count);
    int before = -1;
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] > 0) {
        out.writeVarInt(i - before - 1);
        out.writeVarLong(weights[i]);
        before = i;
      }
    }
  }

  private static SegmentSplit decode(ByteReader in) {
    List<String> mergedFrom = List.of(in.readStrings());
    long headers = in.readVarLong();
    long segmentInfo = in.readVarLong();
    long padding = in.readVarLong();
    List<Group> groups = decodeGroups(in);
    var parts = new TreeMap<Part, Long>();
    Map<String, long[]> weights = new HashMap<>();
    for (int fields = in.readCount(); fields > 0; fields--) {
      String field = in.readString();
      for (int i = in.readCount(); i > 0; i--) {
        var name = new byte[in.readByte()];
        for (int k = 0; k < name.length; k++) {
          name[k] = (byte) in.readByte();
        }
        Structure structure = Structure.valueOf(new String(name, US_ASCII));
        parts.put(new Part(field, structure), in.readVarLong());
      }
      weights.put(field, decodeWeights(in, groups.size()));
    }
    return new SegmentSplit(
        mergedFrom, headers, segmentInfo, padding, parts, WeightTable.of(groups, weights));
  }

  private static List<Group> decodeGroups(ByteReader in) {
    String[] streams = in.readStrings();
    int count = in.readCount();
    List<Group> groups = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      String stream = streams[in.readVarInt()];
      long hour = in.readVarLong();
      groups.add(new Group(stream, hour == 0 ? StockEntry.NO_HOUR : hour - 1));
    }
    return groups;
  }

  private static long[] decodeWeights(ByteReader in, int groups) {
    var weights = new long[groups];
    int at = -1;
    for (int i = in.readCount(); i > 0; i--) {
      at += in.readVarInt() + 1;
      weights[at] = in.readVarLong();
    }
    return weights;
  }
}
