package dev.headroom.storage.logs;

import dev.headroom.storage.model.ByteReader;
import dev.headroom.storage.model.ByteWriter;
import dev.headroom.storage.retention.RetentionPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which retention class a stream had at which WAL position. A record that is read again in the WAL
 * goes to the class it had when it was new, so that it is not indexed a second time elsewhere.
 */
record ClassHistory(List<Entry> entries) {
  /**
   * @param from the first position it counts for
   */
  record Entry(long from, String defaultClass, Map<String, String> streamClasses) {
    Entry {
      streamClasses = Map.copyOf(streamClasses);
    }

    String classOf(String stream) {
      return streamClasses.getOrDefault(stream, defaultClass);
    }

    private boolean saysTheSameAs(Entry other) {
      return defaultClass.equals(other.defaultClass) && streamClasses.equals(other.streamClasses);
    }
  }

  ClassHistory {
    entries = List.copyOf(entries);
  }

  static ClassHistory startingWith(RetentionPolicy policy) {
    return new ClassHistory(List.of(entry(0, policy)));
  }

  private static Entry entry(long from, RetentionPolicy policy) {
    return new Entry(from, policy.defaultClass(), policy.streamClasses());
  }

  String classOf(long position, String stream) {
    for (int i = entries.size() - 1; i > 0; i--) {
      if (position >= entries.get(i).from) {
        return entries.get(i).classOf(stream);
      }
    }
    return entries.getFirst().classOf(stream);
  }

  /** With the policy in force from that position on; this, when it is so already. */
  ClassHistory with(long position, RetentionPolicy policy) {
    Entry next = entry(position, policy);
    if (entries.getLast().saysTheSameAs(next)) {
      return this;
    }
    List<Entry> all = new ArrayList<>(entries);
    all.removeIf(known -> known.from >= position);
    all.add(next);
    return new ClassHistory(all);
  }

  /** Without what counts only for positions below that one. */
  ClassHistory since(long position) {
    int first = 0;
    while (first + 1 < entries.size() && entries.get(first + 1).from <= position) {
      first++;
    }
    return first == 0 ? this : new ClassHistory(entries.subList(first, entries.size()));
  }

  void write(ByteWriter out) {
    out.writeVarInt(entries.size());
    for (Entry entry : entries) {
      out.writeLong(entry.from);
      out.writeString(entry.defaultClass);
      out.writeVarInt(entry.streamClasses.size());
      new TreeMap<>(entry.streamClasses)
          .forEach(
              (stream, retentionClass) -> {
                out.writeString(stream);
                out.writeString(retentionClass);
              });
    }
  }

  static ClassHistory read(ByteReader in) {
    List<Entry> entries = new ArrayList<>();
    for (int i = in.readCount(); i > 0; i--) {
      long from = in.readLong();
      String defaultClass = in.readString();
      Map<String, String> classes = new TreeMap<>();
      for (int j = in.readCount(); j > 0; j--) {
        classes.put(in.readString(), in.readString());
      }
      entries.add(new Entry(from, defaultClass, classes));
    }
    if (entries.isEmpty()) {
      throw new IndexOutOfBoundsException("no class history");
    }
    return new ClassHistory(entries);
  }
}
