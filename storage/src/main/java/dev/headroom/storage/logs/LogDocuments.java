package dev.headroom.storage.logs;

import dev.headroom.storage.logs.LogSchema.Type;
import dev.headroom.storage.model.LogRecord;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.document.SortedNumericDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DocValuesType;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.NumericUtils;

/** Makes Lucene documents of records. One for each partition; used by its indexing thread only. */
final class LogDocuments {
  /** Names a partition indexes at most; the values of further ones stay in the source. */
  static final int MAX_FIELD_NAMES = 1000;

  private static final FieldType KEYWORD = keywordType();
  private static final FieldType TERMS_ONLY = termsOnlyType();
  private static final FieldType TEXT = textType();

  private final Map<String, String[]> physicalNames = new HashMap<>();
  private final LightTokenStream tokens = new LightTokenStream();
  private final Set<String> textsInDocument = new HashSet<>();

  private static FieldType keywordType() {
    var type = new FieldType();
    type.setIndexOptions(IndexOptions.DOCS);
    type.setTokenized(false);
    type.setOmitNorms(true);
    type.setDocValuesType(DocValuesType.SORTED_SET);
    type.freeze();
    return type;
  }

  private static FieldType termsOnlyType() {
    var type = new FieldType();
    type.setIndexOptions(IndexOptions.DOCS);
    type.setTokenized(false);
    type.setOmitNorms(true);
    type.freeze();
    return type;
  }

  private static FieldType textType() {
    var type = new FieldType();
    type.setIndexOptions(IndexOptions.DOCS_AND_FREQS_AND_POSITIONS);
    type.setOmitNorms(true);
    type.freeze();
    return type;
  }

  Document document(LogRecord log, long position) {
    var document = new Document();
    document.add(NumericDocValuesField.indexedField(LogSchema.TIMESTAMP, log.eventTimeNanos()));
    document.add(NumericDocValuesField.indexedField(LogSchema.POSITION, position));
    addName(document, LogSchema.STREAM, log.stream());
    addName(document, LogSchema.INDEX, log.index());
    if (log.hasId()) {
      String id = log.id().orElseThrow();
      document.add(new StringField(LogSchema.ID, idTerm(log.index(), id), Field.Store.NO));
      document.add(new StoredField(LogSchema.ID, id));
      document.add(new NumericDocValuesField(LogSchema.VERSION, log.version()));
    }
    document.add(
        new StoredField(
            LogSchema.SOURCE, new BytesRef(log.bytes(), log.sourceOffset(), log.sourceLength())));
    textsInDocument.clear();
    log.rewindFields();
    while (log.nextField()) {
      addField(document, log);
    }
    return document;
  }

  /** The record alone, for one whose values cannot be indexed: found by time, stream and index. */
  static Document withoutFields(LogRecord log, long position) {
    var document = new Document();
    document.add(NumericDocValuesField.indexedField(LogSchema.TIMESTAMP, log.eventTimeNanos()));
    document.add(NumericDocValuesField.indexedField(LogSchema.POSITION, position));
    addName(document, LogSchema.STREAM, log.stream());
    addName(document, LogSchema.INDEX, log.index());
    document.add(
        new StoredField(
            LogSchema.SOURCE, new BytesRef(log.bytes(), log.sourceOffset(), log.sourceLength())));
    return document;
  }

  /** The term that stands for a sender's id: ids belong to their index. */
  static BytesRef idTerm(String index, String id) {
    return new BytesRef(index + '\0' + id);
  }

  private static void addName(Document document, String field, String name) {
    var value = new BytesRef(name);
    document.add(new Field(field, value, TERMS_ONLY));
    document.add(new SortedDocValuesField(field, value));
  }

  private void addField(Document document, LogRecord log) {
    String[] names = physicalNames(log.fieldName());
    if (names.length == 0) {
      return;
    }
    switch (log.fieldType()) {
      case SOURCE_TEXT, INLINE_TEXT -> addText(document, names, log);
      case LONG ->
          document.add(
              SortedNumericDocValuesField.indexedField(
                  names[Type.LONG.ordinal()], log.longValue()));
      case DOUBLE ->
          document.add(
              SortedNumericDocValuesField.indexedField(
                  names[Type.DOUBLE.ordinal()],
                  NumericUtils.doubleToSortableLong(log.doubleValue())));
      case TRUE, FALSE ->
          document.add(
              SortedNumericDocValuesField.indexedField(
                  names[Type.BOOLEAN.ordinal()], log.booleanValue() ? 1 : 0));
    }
  }

  private void addText(Document document, String[] names, LogRecord log) {
    Type type =
        LogSchema.typeOfText(log.fieldName(), log.bytes(), log.textOffset(), log.textLength());
    String name = names[type.ordinal()];
    switch (type) {
      case KEYWORD ->
          document.add(
              new Field(
                  name, new BytesRef(log.bytes(), log.textOffset(), log.textLength()), KEYWORD));
      case ID -> {
        byte[] id = HexId.decode(log.bytes(), log.textOffset(), log.textLength());
        document.add(new Field(name, new BytesRef(id), TERMS_ONLY));
        addHas(document, log.fieldName());
      }
      default -> {
        // The stream is shared, so a second text of the same record needs one of its own.
        LightTokenStream stream = textsInDocument.isEmpty() ? tokens : new LightTokenStream();
        document.add(
            new Field(name, stream.over(log.bytes(), log.textOffset(), log.textLength()), TEXT));
        textsInDocument.add(name);
        addHas(document, log.fieldName());
      }
    }
  }

  private static void addHas(Document document, String field) {
    document.add(new Field(LogSchema.HAS, new BytesRef(field), TERMS_ONLY));
  }

  private String[] physicalNames(String field) {
    String[] known = physicalNames.get(field);
    if (known != null) {
      return known;
    }
    if (physicalNames.size() >= MAX_FIELD_NAMES) {
      return new String[0];
    }
    var names = new String[Type.values().length];
    for (Type type : Type.values()) {
      names[type.ordinal()] = type.physicalName(field);
    }
    physicalNames.put(field, names);
    return names;
  }
}
