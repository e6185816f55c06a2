package dev.headroom.storage.logs;

import dev.headroom.storage.logs.LogSchema.Type;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Printable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.FieldDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.SortedNumericSelector;
import org.apache.lucene.search.SortedNumericSortField;
import org.apache.lucene.search.SortedSetSelector;
import org.apache.lucene.search.SortedSetSortField;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/** A {@link LogSort} over the types a snapshot has; ties are broken by position. */
final class SortOrder {
  private final SortField[] fields;
  private final Sort sort;

  private SortOrder(SortField[] fields, boolean descending) {
    this.fields = fields;
    SortField[] all = Arrays.copyOf(fields, fields.length + 1);
    all[fields.length] = new SortField(LogSchema.POSITION, SortField.Type.LONG, descending);
    this.sort = new Sort(all);
  }

  static SortOrder of(LogSort sort, List<LeafReaderContext> leaves) {
    return new SortOrder(
        sort.keys().stream().map(key -> field(key, leaves)).toArray(SortField[]::new),
        sort.descending());
  }

  private static boolean has(List<LeafReaderContext> leaves, String name) {
    return leaves.stream().anyMatch(leaf -> leaf.reader().getFieldInfos().fieldInfo(name) != null);
  }

  private static SortField field(LogSort sort, List<LeafReaderContext> leaves) {
    String field = LogSchema.withoutAlias(sort.field());
    boolean descending = sort.descending();
    if (field.equals(LogSchema.TIMESTAMP) || field.equals(LogSchema.POSITION)) {
      return new SortField(field, SortField.Type.LONG, descending);
    }
    if (has(leaves, Type.LONG.physicalName(field))) {
      return new SortedNumericSortField(
          Type.LONG.physicalName(field),
          SortField.Type.LONG,
          descending,
          descending ? SortedNumericSelector.Type.MAX : SortedNumericSelector.Type.MIN,
          descending ? Long.MIN_VALUE : Long.MAX_VALUE);
    }
    if (has(leaves, Type.DOUBLE.physicalName(field))) {
      return new SortedNumericSortField(
          Type.DOUBLE.physicalName(field),
          SortField.Type.DOUBLE,
          descending,
          descending ? SortedNumericSelector.Type.MAX : SortedNumericSelector.Type.MIN,
          descending ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
    }
    return new SortedSetSortField(
        Type.KEYWORD.physicalName(field),
        descending,
        descending ? SortedSetSelector.Type.MAX : SortedSetSelector.Type.MIN,
        // A descending order turns this around with all the rest.
        descending ? SortField.STRING_FIRST : SortField.STRING_LAST);
  }

  Sort sort() {
    return sort;
  }

  FieldDoc place(LogCursor cursor) {
    List<Object> values = cursor.values();
    if (values.size() != fields.length) {
      throw HeadroomException.invalid(
          "a place in this order has "
              + fields.length
              + " values and a position, got "
              + values.size());
    }
    var place = new @Nullable Object[fields.length + 1];
    for (int i = 0; i < fields.length; i++) {
      place[i] = place(fields[i], values.get(i));
    }
    place[fields.length] = cursor.position();
    return new FieldDoc(Integer.MAX_VALUE, Float.NaN, place);
  }

  private static @Nullable Object place(SortField field, Object value) {
    boolean isText = field instanceof SortedSetSortField;
    return switch (value) {
      case LogCursor.Missing _ when isText -> null;
      case LogCursor.Missing _ -> field.getMissingValue();
      case String text when isText -> new BytesRef(text);
      case Number number when isText -> new BytesRef(number.toString());
      case Number number when isDouble(field) -> number.doubleValue();
      case Number number -> number.longValue();
      default ->
          throw HeadroomException.invalid(
              "a place in this order has a number for "
                  + field.getField()
                  + ", got "
                  + Printable.quote(value.toString()));
    };
  }

  private static boolean isDouble(SortField field) {
    return field instanceof SortedNumericSortField numeric
        && numeric.getNumericType() == SortField.Type.DOUBLE;
  }

  LogCursor cursor(FieldDoc doc) {
    List<Object> then = new ArrayList<>();
    for (int i = 1; i < fields.length; i++) {
      then.add(plain(doc.fields[i]));
    }
    Object position = doc.fields[fields.length];
    return new LogCursor(plain(doc.fields[0]), position instanceof Long number ? number : 0L, then);
  }

  private static Object plain(@Nullable Object value) {
    return value instanceof BytesRef bytes
        ? bytes.utf8ToString()
        : value == null ? LogCursor.Missing.VALUE : value;
  }
}
