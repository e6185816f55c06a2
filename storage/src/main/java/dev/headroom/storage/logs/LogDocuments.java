package dev.headroom.storage.logs;

import dev.headroom.storage.model.LogBatch;
import dev.headroom.storage.model.LogRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.index.Term;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/**
 * Makes Lucene documents of records. One for each partition; used by its indexing thread only. A
 * document is good until the next one is asked for.
 */
final class LogDocuments {
  /** Names a partition indexes at most; the values of further ones stay in the source. */
  static final int MAX_FIELD_NAMES = 1000;

  private final Map<String, FieldSlots> slots = new HashMap<>();
  private final List<IndexableField> document = new ArrayList<>();
  private final Field time = NumericDocValuesField.indexedField(LogSchema.TIMESTAMP, 0);
  private final Field position = NumericDocValuesField.indexedField(LogSchema.POSITION, 0);
  private final SliceField stream = new SliceField(LogSchema.STREAM, FieldSlots.NAME);
  private final SliceField index = new SliceField(LogSchema.INDEX, FieldSlots.NAME);
  private final BytesRef sourceSlice = new BytesRef();
  private final StoredField source = new StoredField(LogSchema.SOURCE, sourceSlice);
  private long records;

  // Of the batch that the last record was in, by ordinal, so that its names are looked up once.
  private @Nullable LogBatch batch;
  private @Nullable BytesRef[] streams = new BytesRef[0];
  private @Nullable BytesRef[] indices = new BytesRef[0];
  private @Nullable FieldSlots[] fields = new FieldSlots[0];

  Iterable<IndexableField> document(LogRecord log, long at) {
    start(log, at);
    if (log.hasId()) {
      String id = log.id().orElseThrow();
      document.add(new StringField(LogSchema.ID, idTerm(log.index(), id), Field.Store.NO));
      document.add(new StoredField(LogSchema.ID, id));
      document.add(new NumericDocValuesField(LogSchema.VERSION, log.version()));
    }
    log.rewindFields();
    while (log.nextField()) {
      addField(log);
    }
    return document;
  }

  /** The record alone, for one whose values cannot be indexed: found by time, stream and index. */
  Iterable<IndexableField> withoutFields(LogRecord log, long at) {
    start(log, at);
    return document;
  }

  private void start(LogRecord log, long at) {
    if (log.batch() != batch) {
      batch = log.batch();
      streams = new BytesRef[log.batch().streamCount()];
      indices = new BytesRef[log.batch().indexCount()];
      fields = new FieldSlots[log.batch().fieldNameCount()];
    }
    records++;
    document.clear();
    time.setLongValue(log.eventTimeNanos());
    document.add(time);
    position.setLongValue(at);
    document.add(position);
    document.add(stream.over(name(streams, log.streamOrdinal(), log.stream())));
    document.add(index.over(name(indices, log.indexOrdinal(), log.index())));
    sourceSlice.bytes = log.bytes();
    sourceSlice.offset = log.sourceOffset();
    sourceSlice.length = log.sourceLength();
    document.add(source);
  }

  /** Lets go of the last batch, which may be large, when the next one may be long in coming. */
  void release() {
    batch = null;
    document.clear();
    stream.over(BytesRef.EMPTY_BYTES, 0, 0);
    index.over(BytesRef.EMPTY_BYTES, 0, 0);
    sourceSlice.bytes = BytesRef.EMPTY_BYTES;
    slots.values().forEach(FieldSlots::release);
  }

  private static BytesRef name(@Nullable BytesRef[] known, int ordinal, String name) {
    BytesRef term = known[ordinal];
    if (term == null) {
      term = new BytesRef(name);
      known[ordinal] = term;
    }
    return term;
  }

  /** The term that stands for a sender's id: ids belong to their index. */
  static BytesRef idTerm(String index, String id) {
    return new BytesRef(index + '\0' + id);
  }

  static Term idTerm(LogRecord log) {
    return new Term(LogSchema.ID, idTerm(log.index(), log.id().orElseThrow()));
  }

  /** Whether the id is the one that a record at that position has when its sender gave none. */
  static boolean isAutomaticId(LogRecord log, long position) {
    return log.id().orElseThrow().equals(AutomaticId.of(position));
  }

  private void addField(LogRecord log) {
    FieldSlots slot = slots(log);
    if (slot == null) {
      return;
    }
    switch (log.fieldType()) {
      case SOURCE_TEXT, INLINE_TEXT ->
          slot.addText(document, log.bytes(), log.textOffset(), log.textLength());
      case LONG -> slot.addLong(document, log.longValue());
      case DOUBLE -> slot.addDouble(document, log.doubleValue());
      case TRUE, FALSE -> slot.addBoolean(document, log.booleanValue());
    }
  }

  private @Nullable FieldSlots slots(LogRecord log) {
    FieldSlots known = fields[log.fieldNameOrdinal()];
    if (known == null) {
      known = slots.get(log.fieldName());
      if (known == null && slots.size() < MAX_FIELD_NAMES) {
        known = new FieldSlots(log.fieldName());
        slots.put(log.fieldName(), known);
      }
      fields[log.fieldNameOrdinal()] = known;
    }
    return known == null ? null : known.forRecord(records);
  }
}
