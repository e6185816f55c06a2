package dev.headroom.storage.logs;

import dev.headroom.storage.logs.LogSchema.Type;
import dev.headroom.storage.sketch.Hash64;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.index.SortedNumericDocValues;
import org.apache.lucene.index.SortedSetDocValues;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.NumericUtils;
import org.jspecify.annotations.Nullable;

/** The values of a logical field in one segment, one reader a type. Documents in rising order. */
abstract class FieldValues {
  private static final long TRUE = hash(new BytesRef("true"));
  private static final long FALSE = hash(new BytesRef("false"));

  static List<FieldValues> of(LeafReader reader, String fieldOrAlias) throws IOException {
    String field = LogSchema.withoutAlias(fieldOrAlias);
    if (field.equals(LogSchema.STREAM) || field.equals("stream")) {
      return List.of(new Names(DocValues.getSorted(reader, LogSchema.STREAM)));
    }
    if (field.equals(LogSchema.INDEX)) {
      return List.of(new Names(DocValues.getSorted(reader, LogSchema.INDEX)));
    }
    if (field.equals(LogSchema.TIMESTAMP)) {
      return List.of(new Times(DocValues.getNumeric(reader, LogSchema.TIMESTAMP)));
    }
    List<FieldValues> values = new ArrayList<>(2);
    SortedSetDocValues keywords = reader.getSortedSetDocValues(Type.KEYWORD.physicalName(field));
    if (keywords != null) {
      SortedDocValues single = DocValues.unwrapSingleton(keywords);
      values.add(single == null ? new Keywords(keywords) : new Names(single));
    }
    for (Type type : List.of(Type.LONG, Type.DOUBLE, Type.BOOLEAN)) {
      SortedNumericDocValues numbers = reader.getSortedNumericDocValues(type.physicalName(field));
      if (numbers != null) {
        values.add(new NumbersOf(numbers, type));
      }
    }
    return values;
  }

  /** Goes to a document; returns how many values it has. */
  abstract int advance(int doc) throws IOException;

  abstract Object next() throws IOException;

  /** Whether the values are numbers, so that {@link #nextDouble} may be asked for. */
  boolean isNumber() {
    return false;
  }

  /** The next value as a number, instead of {@link #next}. */
  double nextDouble() throws IOException {
    throw new IllegalStateException("no numbers");
  }

  /** The {@link Hash64} of the next value, instead of {@link #next}. */
  abstract long nextHash() throws IOException;

  /** How many different values the segment has, for those that are known by ordinal; else 0. */
  int ordinals() {
    return 0;
  }

  /** The next value as its ordinal, instead of {@link #next}. */
  int nextOrdinal() throws IOException {
    throw new IllegalStateException("no ordinals");
  }

  /** The text of an ordinal; valid until the next call. */
  BytesRef text(int ordinal) throws IOException {
    throw new IllegalStateException("no ordinals");
  }

  private static final class Names extends FieldValues {
    private final SortedDocValues values;
    private final Texts texts;

    Names(SortedDocValues values) {
      this.values = values;
      this.texts = new Texts(values.getValueCount(), values::lookupOrd);
    }

    @Override
    int advance(int doc) throws IOException {
      return values.advanceExact(doc) ? 1 : 0;
    }

    @Override
    Object next() throws IOException {
      return texts.at(values.ordValue());
    }

    @Override
    long nextHash() throws IOException {
      return hash(values.lookupOrd(values.ordValue()));
    }

    @Override
    int ordinals() {
      return values.getValueCount();
    }

    @Override
    int nextOrdinal() throws IOException {
      return values.ordValue();
    }

    @Override
    BytesRef text(int ordinal) throws IOException {
      return values.lookupOrd(ordinal);
    }
  }

  /** Event times, epoch nanoseconds. */
  private static final class Times extends FieldValues {
    private final NumericDocValues values;

    Times(NumericDocValues values) {
      this.values = values;
    }

    @Override
    int advance(int doc) throws IOException {
      return values.advanceExact(doc) ? 1 : 0;
    }

    @Override
    Object next() throws IOException {
      return values.longValue();
    }

    @Override
    boolean isNumber() {
      return true;
    }

    @Override
    double nextDouble() throws IOException {
      return values.longValue();
    }

    @Override
    long nextHash() throws IOException {
      return Hash64.of(values.longValue());
    }
  }

  private static final class Keywords extends FieldValues {
    private final SortedSetDocValues values;
    private final Texts texts;

    Keywords(SortedSetDocValues values) {
      this.values = values;
      this.texts = new Texts(values.getValueCount(), values::lookupOrd);
    }

    @Override
    int advance(int doc) throws IOException {
      return values.advanceExact(doc) ? values.docValueCount() : 0;
    }

    @Override
    Object next() throws IOException {
      return texts.at((int) values.nextOrd());
    }

    @Override
    long nextHash() throws IOException {
      return hash(values.lookupOrd(values.nextOrd()));
    }

    @Override
    int ordinals() {
      return (int) values.getValueCount();
    }

    @Override
    int nextOrdinal() throws IOException {
      return (int) values.nextOrd(); // a segment has fewer than 2^31 documents and values
    }

    @Override
    BytesRef text(int ordinal) throws IOException {
      return values.lookupOrd(ordinal);
    }
  }

  static long hash(BytesRef text) {
    return Hash64.of(text.bytes, text.offset, text.length);
  }

  private interface Lookup {
    BytesRef of(int ordinal) throws IOException;
  }

  /** Texts of ordinals already seen, for fields with few values. */
  private static final class Texts {
    private static final int MAX_CACHED = 1 << 14;

    private final @Nullable String[] known;
    private final Lookup lookup;

    Texts(long count, Lookup lookup) {
      this.known = new @Nullable String[count <= MAX_CACHED ? (int) count : 0];
      this.lookup = lookup;
    }

    String at(int ordinal) throws IOException {
      if (ordinal >= known.length) {
        return lookup.of(ordinal).utf8ToString();
      }
      String text = known[ordinal];
      if (text == null) {
        text = lookup.of(ordinal).utf8ToString();
        known[ordinal] = text;
      }
      return text;
    }
  }

  private static final class NumbersOf extends FieldValues {
    private final SortedNumericDocValues values;
    private final Type type;

    NumbersOf(SortedNumericDocValues values, Type type) {
      this.values = values;
      this.type = type;
    }

    @Override
    int advance(int doc) throws IOException {
      return values.advanceExact(doc) ? values.docValueCount() : 0;
    }

    @Override
    Object next() throws IOException {
      long bits = values.nextValue();
      return switch (type) {
        case DOUBLE -> NumericUtils.sortableLongToDouble(bits);
        case BOOLEAN -> bits == 1;
        default -> bits;
      };
    }

    @Override
    boolean isNumber() {
      return type != Type.BOOLEAN;
    }

    @Override
    double nextDouble() throws IOException {
      long bits = values.nextValue();
      return type == Type.DOUBLE ? NumericUtils.sortableLongToDouble(bits) : bits;
    }

    @Override
    long nextHash() throws IOException {
      long bits = values.nextValue();
      return switch (type) {
        case DOUBLE -> Hash64.of(NumericUtils.sortableLongToDouble(bits));
        case BOOLEAN -> bits == 1 ? TRUE : FALSE;
        default -> Hash64.of(bits);
      };
    }
  }
}
