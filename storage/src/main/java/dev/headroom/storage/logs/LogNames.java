package dev.headroom.storage.logs;

import dev.headroom.storage.logs.FieldInfo.Type;
import dev.headroom.storage.logs.LogSnapshot.Part;
import dev.headroom.storage.model.StreamAttributes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.lucene.index.DocValuesSkipper;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;

/** What there is: names of streams, indices and fields. */
final class LogNames {
  static List<StreamInfo> streams(LogSnapshot snapshot) throws IOException {
    Map<String, StreamInfo> streams = new TreeMap<>();
    for (Part part : snapshot.parts()) {
      part.read(reader -> addStreams(reader, streams));
    }
    return List.copyOf(streams.values());
  }

  private static boolean addStreams(IndexReader reader, Map<String, StreamInfo> streams)
      throws IOException {
    for (LeafReaderContext leaf : reader.leaves()) {
      Terms terms = leaf.reader().terms(LogSchema.STREAM);
      DocValuesSkipper times = leaf.reader().getDocValuesSkipper(LogSchema.TIMESTAMP);
      if (terms == null || times == null) {
        continue;
      }
      TermsEnum names = terms.iterator();
      while (names.next() != null) {
        var info =
            new StreamInfo(
                names.term().utf8ToString(),
                StreamAttributes.NONE,
                names.docFreq(),
                times.minValue(),
                times.maxValue());
        streams.merge(info.name(), info, LogNames::join);
      }
    }
    return true;
  }

  private static StreamInfo join(StreamInfo a, StreamInfo b) {
    return new StreamInfo(
        a.name(),
        a.attributes(),
        a.records() + b.records(),
        Math.min(a.firstNanos(), b.firstNanos()),
        Math.max(a.lastNanos(), b.lastNanos()));
  }

  static List<String> indices(LogSnapshot snapshot) throws IOException {
    var names = new TreeSet<String>();
    for (Part part : snapshot.parts()) {
      part.read(reader -> addIndices(reader, names));
    }
    return List.copyOf(names);
  }

  private static boolean addIndices(IndexReader reader, Set<String> names) throws IOException {
    for (LeafReaderContext leaf : reader.leaves()) {
      Terms terms = leaf.reader().terms(LogSchema.INDEX);
      if (terms != null) {
        TermsEnum values = terms.iterator();
        while (values.next() != null) {
          names.add(values.term().utf8ToString());
        }
      }
    }
    return true;
  }

  static List<FieldInfo> fields(LogSnapshot snapshot) {
    Map<String, Set<Type>> fields = new TreeMap<>();
    fields.put(LogSchema.TIMESTAMP, EnumSet.of(Type.DATE));
    for (LeafReaderContext leaf : snapshot.leaves()) {
      addFields(leaf.reader(), fields);
    }
    List<FieldInfo> infos = new ArrayList<>();
    fields.forEach((name, types) -> infos.add(new FieldInfo(name, Set.copyOf(types))));
    return infos;
  }

  private static void addFields(LeafReader reader, Map<String, Set<Type>> fields) {
    for (org.apache.lucene.index.FieldInfo info : reader.getFieldInfos()) {
      LogSchema.Type.of(info.name)
          .ifPresent(
              type ->
                  fields
                      .computeIfAbsent(
                          LogSchema.logicalName(info.name), _ -> EnumSet.noneOf(Type.class))
                      .add(Type.valueOf(type.name())));
    }
  }

  private LogNames() {}
}
