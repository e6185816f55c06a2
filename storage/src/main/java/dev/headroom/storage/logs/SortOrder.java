package dev.headroom.storage.logs;

import dev.headroom.storage.logs.LogSchema.Type;
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

/** A {@link LogSort} over the types a snapshot has; ties are broken by position. */
final class SortOrder {
  private final SortField first;
  private final Sort sort;

  private SortOrder(SortField first, boolean descending) {
    this.first = first;
    this.sort = new Sort(first, new SortField(LogSchema.POSITION, SortField.Type.LONG, descending));
  }

  static SortOrder of(LogSort sort, List<LeafReaderContext> leaves) {
    return new SortOrder(field(sort, leaves), sort.descending());
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
        SortField.STRING_LAST);
  }

  Sort sort() {
    return sort;
  }

  FieldDoc place(LogCursor cursor) {
    Object value =
        switch (cursor.value()) {
          case LogCursor.Missing _ -> null;
          case String text -> new BytesRef(text);
          case Number number when isDouble() -> number.doubleValue();
          case Number number -> number.longValue();
          default -> cursor.value();
        };
    return new FieldDoc(Integer.MAX_VALUE, Float.NaN, new Object[] {value, cursor.position()});
  }

  private boolean isDouble() {
    return first instanceof SortedNumericSortField numeric
        && numeric.getNumericType() == SortField.Type.DOUBLE;
  }

  LogCursor cursor(FieldDoc doc) {
    Object value = doc.fields[0];
    Object position = doc.fields[1];
    Object plain =
        value instanceof BytesRef bytes
            ? bytes.utf8ToString()
            : value == null ? LogCursor.Missing.VALUE : value;
    return new LogCursor(plain, position instanceof Long number ? number : 0L);
  }
}
