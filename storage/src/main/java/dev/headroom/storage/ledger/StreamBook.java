package dev.headroom.storage.ledger;

import dev.headroom.storage.file.DurableFiles;
import dev.headroom.storage.model.ByteReader;
import dev.headroom.storage.model.ByteWriter;
import dev.headroom.storage.model.StreamAttributes;
import dev.headroom.storage.model.StreamKey;
import dev.headroom.storage.model.TenantId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;

/** What streams belong to, with the days since when; guarded by its owner. */
final class StreamBook {
  static final String FORMAT = "streams";
  static final int VERSION = 1;

  /** Past these a stream keeps its newest changes, and no further stream is remembered. */
  private static final int MAX_CHANGES = 16;

  private static final int MAX_STREAMS = 200_000;

  private final TreeMap<StreamKey, TreeMap<Long, StreamAttributes>> streams =
      new TreeMap<>(Comparator.comparing(StreamKey::tenant).thenComparing(StreamKey::name));

  /** Returns whether it told something new; what a request leaves out stays as it was. */
  boolean learn(StreamKey stream, long epochDay, StreamAttributes told) {
    if (told.equals(StreamAttributes.NONE)) {
      return false;
    }
    TreeMap<Long, StreamAttributes> changes = streams.get(stream);
    if (changes == null) {
      if (streams.size() >= MAX_STREAMS) {
        return false;
      }
      changes = new TreeMap<>();
      streams.put(stream, changes);
    }
    StreamAttributes before =
        changes.isEmpty() ? StreamAttributes.NONE : changes.lastEntry().getValue();
    StreamAttributes now = told.orElse(before);
    if (now.equals(before)) {
      return false;
    }
    changes.put(changes.isEmpty() ? epochDay : Math.max(epochDay, changes.lastKey()), now);
    if (changes.size() > MAX_CHANGES) {
      changes.pollFirstEntry();
    }
    return true;
  }

  StreamAttributes now(StreamKey stream) {
    TreeMap<Long, StreamAttributes> changes = streams.get(stream);
    return changes == null ? StreamAttributes.NONE : changes.lastEntry().getValue();
  }

  byte[] encode() {
    var out = new ByteWriter(1 << 10);
    out.writeVarInt(streams.size());
    streams.forEach(
        (stream, changes) -> {
          out.writeString(stream.tenant().value());
          out.writeString(stream.name());
          out.writeVarInt(changes.size());
          changes.forEach(
              (day, attributes) -> {
                out.writeZigZag(day);
                out.writeString(attributes.service());
                out.writeString(attributes.environment());
                out.writeString(attributes.region());
              });
        });
    return out.toByteArray();
  }

  static StreamBook read(Path file) throws IOException {
    byte[] body = DurableFiles.read(file, FORMAT, VERSION);
    var in = new ByteReader(body, 0, body.length);
    var book = new StreamBook();
    for (int i = in.readCount(); i > 0; i--) {
      var stream = new StreamKey(new TenantId(in.readString()), in.readString());
      Map<Long, StreamAttributes> changes =
          book.streams.computeIfAbsent(stream, _ -> new TreeMap<>());
      for (int k = in.readCount(); k > 0; k--) {
        changes.put(
            in.readZigZag(),
            new StreamAttributes(in.readString(), in.readString(), in.readString()));
      }
    }
    return book;
  }
}
