package dev.headroom.storage.logs;

import dev.headroom.storage.logs.LogSchema.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.SortedNumericDocValuesField;
import org.apache.lucene.index.DocValuesType;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.NumericUtils;

/**
 * The Lucene fields that a record's field of one name becomes, filled anew for every record: making
 * them each time costs as much as hashing their terms. Not thread-safe.
 */
final class FieldSlots {
  static final FieldType TERMS_ONLY = type(IndexOptions.DOCS, DocValuesType.NONE);
  static final FieldType NAME = type(IndexOptions.DOCS, DocValuesType.SORTED);
  private static final FieldType KEYWORD = type(IndexOptions.DOCS, DocValuesType.SORTED_SET);
  private static final FieldType TEXT = textType();

  private final boolean isBody;
  private final SliceField has;
  private final Reused<SliceField> keywords;
  private final Reused<IdField> ids;
  private final Reused<TextField> texts;
  private final Reused<Field> longs;
  private final Reused<Field> doubles;
  private final Reused<Field> booleans;
  private long record;
  private boolean hasTold;

  FieldSlots(String name) {
    this.isBody = LogSchema.BODY_FIELDS.contains(name);
    this.has = new SliceField(LogSchema.HAS, TERMS_ONLY, new BytesRef(name));
    this.keywords = new Reused<>(() -> new SliceField(Type.KEYWORD.physicalName(name), KEYWORD));
    this.ids = new Reused<>(() -> new IdField(Type.ID.physicalName(name)));
    this.texts = new Reused<>(() -> new TextField(Type.TEXT.physicalName(name)));
    this.longs = numbers(Type.LONG.physicalName(name));
    this.doubles = numbers(Type.DOUBLE.physicalName(name));
    this.booleans = numbers(Type.BOOLEAN.physicalName(name));
  }

  private static Reused<Field> numbers(String name) {
    return new Reused<>(() -> SortedNumericDocValuesField.indexedField(name, 0));
  }

  private static FieldType type(IndexOptions terms, DocValuesType docValues) {
    var type = new FieldType();
    type.setIndexOptions(terms);
    type.setTokenized(false);
    type.setOmitNorms(true);
    type.setDocValuesType(docValues);
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

  /** Makes every slot free again, unless this is the record they are in use for. */
  FieldSlots forRecord(long number) {
    if (record != number) {
      record = number;
      hasTold = false;
      keywords.used = 0;
      ids.used = 0;
      texts.used = 0;
      longs.used = 0;
      doubles.used = 0;
      booleans.used = 0;
    }
    return this;
  }

  /** Lets go of the bytes that the slots point to. */
  void release() {
    forRecord(-1);
    keywords.kept.clear();
    texts.kept.clear();
  }

  void addText(List<IndexableField> document, byte[] utf8, int offset, int length) {
    switch (LogSchema.typeOfText(isBody, utf8, offset, length)) {
      case KEYWORD -> document.add(keywords.next().over(utf8, offset, length));
      case ID -> {
        document.add(ids.next().over(utf8, offset, length));
        addHas(document);
      }
      default -> {
        document.add(texts.next().over(utf8, offset, length));
        addHas(document);
      }
    }
  }

  /** What has no column is found to exist by a term. */
  private void addHas(List<IndexableField> document) {
    if (!hasTold) {
      hasTold = true;
      document.add(has);
    }
  }

  void addLong(List<IndexableField> document, long value) {
    add(document, longs, value);
  }

  void addDouble(List<IndexableField> document, double value) {
    add(document, doubles, NumericUtils.doubleToSortableLong(value));
  }

  void addBoolean(List<IndexableField> document, boolean value) {
    add(document, booleans, value ? 1 : 0);
  }

  private static void add(List<IndexableField> document, Reused<Field> from, long value) {
    Field field = from.next();
    field.setLongValue(value);
    document.add(field);
  }

  /** Fields of one name and type: one for each value that a record has had of it, up to a bound. */
  private static final class Reused<F> {
    private static final int MAX_KEPT = 16;

    private final Supplier<F> maker;
    private final List<F> kept = new ArrayList<>(1);
    private int used;

    Reused(Supplier<F> maker) {
      this.maker = maker;
    }

    F next() {
      if (used < kept.size()) {
        return kept.get(used++);
      }
      F made = maker.get();
      if (used < MAX_KEPT) {
        kept.add(made);
        used++;
      }
      return made;
    }
  }

  /** An id as its 16 bytes. */
  private static final class IdField {
    private final byte[] id = new byte[HexId.BYTES];
    private final SliceField field;

    IdField(String name) {
      this.field = new SliceField(name, TERMS_ONLY, new BytesRef(id));
    }

    Field over(byte[] utf8, int offset, int length) {
      HexId.decode(utf8, offset, length, id);
      return field;
    }
  }

  /** A text, cut into tokens while it is indexed. */
  private static final class TextField extends Field {
    private final LightTokenStream tokens;

    TextField(String name) {
      this(name, new LightTokenStream());
    }

    private TextField(String name, LightTokenStream tokens) {
      super(name, tokens, TEXT);
      this.tokens = tokens;
    }

    TextField over(byte[] utf8, int offset, int length) {
      tokens.over(utf8, offset, length);
      return this;
    }
  }
}
