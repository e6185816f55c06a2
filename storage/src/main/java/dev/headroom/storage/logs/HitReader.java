package dev.headroom.storage.logs;

import dev.headroom.storage.logs.LogSnapshot.Part;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/**
 * Reads found records. They are read in the order in which they stand in their segments, because
 * neighbours share a compressed chunk, and given back in the order of the hits. One thread.
 */
final class HitReader {
  /** Records read together, and at most so many before their memory is reserved. */
  private static final int GROUP = 64;

  private static final long BYTES_BESIDE_SOURCE = 200;

  private final LogSnapshot snapshot;
  private final LongPredicate reserve;
  private boolean outOfMemory;

  record Place(LeafReader reader, int doc, LogCursor cursor) {}

  /**
   * @param snapshot that holds the records
   * @param reserve asked whether a record's bytes may be kept
   */
  HitReader(LogSnapshot snapshot, LongPredicate reserve) {
    this.snapshot = snapshot;
    this.reserve = reserve;
  }

  /** Whether {@link #read} left out hits for want of memory. */
  boolean isOutOfMemory() {
    return outOfMemory;
  }

  /** The hits at these places, in their order; the first ones only when memory runs out. */
  List<LogHit> read(List<Place> places) throws IOException {
    var hits = new ArrayList<LogHit>(places.size());
    for (int from = 0; from < places.size() && !outOfMemory; from += GROUP) {
      hits.addAll(readGroup(places.subList(from, Math.min(places.size(), from + GROUP))));
    }
    return hits;
  }

  private List<LogHit> readGroup(List<Place> places) throws IOException {
    var ranks = new Integer[places.size()];
    Arrays.setAll(ranks, i -> i);
    Arrays.sort(ranks, Comparator.comparingInt(rank -> places.get(rank).doc));
    Map<LeafReader, Segment> segments = new HashMap<>();
    var hits = new @Nullable LogHit[places.size()];
    for (int rank : ranks) {
      Place place = places.get(rank);
      Segment known = segments.get(place.reader);
      Segment segment = known == null ? segment(place.reader) : known;
      segments.put(place.reader, segment);
      hits[rank] = segment.part.read(_ -> segment.read(place));
    }
    return reserved(hits);
  }

  private Segment segment(LeafReader reader) throws IOException {
    Part part = snapshot.partOf(reader);
    return part.read(_ -> new Segment(part, reader));
  }

  private List<LogHit> reserved(@Nullable LogHit[] hits) {
    var kept = new ArrayList<LogHit>(hits.length);
    for (LogHit hit : hits) {
      if (hit == null || !reserve.test(hit.source().length + BYTES_BESIDE_SOURCE)) {
        outOfMemory = true;
        break;
      }
      kept.add(hit);
    }
    return kept;
  }

  /** Readers of one segment, moved forward only. */
  private static final class Segment {
    private final Part part;
    private final StoredFields stored;
    private final NumericDocValues times;
    private final NumericDocValues positions;
    private final NumericDocValues versions;
    private final Names streams;
    private final Names indices;

    Segment(Part part, LeafReader reader) throws IOException {
      this.part = part;
      // A merge instance keeps the chunk it has decompressed.
      this.stored =
          reader instanceof CodecReader codec && codec.getFieldsReader() != null
              ? codec.getFieldsReader().getMergeInstance()
              : reader.storedFields();
      this.times = DocValues.getNumeric(reader, LogSchema.TIMESTAMP);
      this.positions = DocValues.getNumeric(reader, LogSchema.POSITION);
      this.versions = DocValues.getNumeric(reader, LogSchema.VERSION);
      this.streams = new Names(DocValues.getSorted(reader, LogSchema.STREAM));
      this.indices = new Names(DocValues.getSorted(reader, LogSchema.INDEX));
    }

    LogHit read(Place place) throws IOException {
      Document document = stored.document(place.doc);
      BytesRef source = document.getBinaryValue(LogSchema.SOURCE);
      String id = document.get(LogSchema.ID);
      long position = number(positions, place.doc);
      return new LogHit(
          position,
          number(times, place.doc),
          streams.at(place.doc),
          indices.at(place.doc),
          id == null ? AutomaticId.of(position) : id,
          id == null ? 1 : number(versions, place.doc),
          source == null ? new byte[0] : BytesRef.deepCopyOf(source).bytes,
          place.cursor);
    }

    private static long number(NumericDocValues values, int doc) throws IOException {
      return values.advanceExact(doc) ? values.longValue() : 0;
    }
  }

  /** Names by document, each made a string once. */
  private static final class Names {
    private final SortedDocValues values;
    private final Map<Integer, String> known = new HashMap<>();

    Names(SortedDocValues values) {
      this.values = values;
    }

    String at(int doc) throws IOException {
      if (!values.advanceExact(doc)) {
        return "";
      }
      int ordinal = values.ordValue();
      String name = known.get(ordinal);
      if (name == null) {
        name = values.lookupOrd(ordinal).utf8ToString();
        known.put(ordinal, name);
      }
      return name;
    }
  }
}
