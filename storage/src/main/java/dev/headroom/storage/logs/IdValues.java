package dev.headroom.storage.logs;

import dev.headroom.storage.logs.LogSchema.Type;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.LongPredicate;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.BytesRef;

/**
 * Ids of a field by document, turned round from its terms: ids have no column, because hardly
 * anybody counts them. They are given as 32 hex digits, also those written as UUIDs.
 */
final class IdValues extends FieldValues {
  private static final int NONE = -1;

  private final int[] lastOf;
  private int[] before = new int[16];
  private int[] ordinalOf = new int[16];
  private byte[] ids = new byte[16 * HexId.BYTES];
  private int values;
  private int ordinals;
  private int at = NONE;

  private IdValues(int documents) {
    this.lastOf = new int[documents];
    Arrays.fill(lastOf, NONE);
  }

  /**
   * Empty when the segment has no ids of the field, or there is no memory for them.
   *
   * @param reserve asked whether so many bytes may be used
   */
  static Optional<FieldValues> of(LeafReader reader, String field, LongPredicate reserve)
      throws IOException {
    Terms terms = reader.terms(Type.ID.physicalName(LogSchema.withoutAlias(field)));
    if (terms == null) {
      return Optional.empty();
    }
    long bytes =
        4L * reader.maxDoc() + 8L * terms.getSumDocFreq() + (long) HexId.BYTES * terms.size();
    if (!reserve.test(2 * bytes)) {
      return Optional.empty();
    }
    var values = new IdValues(reader.maxDoc());
    values.read(terms.iterator());
    return Optional.of(values);
  }

  private void read(TermsEnum terms) throws IOException {
    PostingsEnum postings = null;
    for (BytesRef id = terms.next(); id != null; id = terms.next()) {
      if ((ordinals + 1) * HexId.BYTES > ids.length) {
        ids = Arrays.copyOf(ids, 2 * ids.length);
      }
      System.arraycopy(id.bytes, id.offset, ids, ordinals * HexId.BYTES, HexId.BYTES);
      postings = terms.postings(postings, PostingsEnum.NONE);
      for (int doc = postings.nextDoc();
          doc != DocIdSetIterator.NO_MORE_DOCS;
          doc = postings.nextDoc()) {
        if (values == before.length) {
          before = Arrays.copyOf(before, 2 * values);
          ordinalOf = Arrays.copyOf(ordinalOf, 2 * values);
        }
        before[values] = lastOf[doc];
        ordinalOf[values] = ordinals;
        lastOf[doc] = values++;
      }
      ordinals++;
    }
  }

  @Override
  int advance(int doc) {
    at = lastOf[doc];
    int count = 0;
    for (int value = at; value != NONE; value = before[value]) {
      count++;
    }
    return count;
  }

  @Override
  Object next() {
    return text(nextOrdinal()).utf8ToString();
  }

  @Override
  long nextHash() {
    return hash(text(nextOrdinal()));
  }

  @Override
  int ordinals() {
    return ordinals;
  }

  @Override
  int nextOrdinal() {
    int ordinal = ordinalOf[at];
    at = before[at];
    return ordinal;
  }

  @Override
  BytesRef text(int ordinal) {
    int from = ordinal * HexId.BYTES;
    return new BytesRef(HexFormat.of().formatHex(ids, from, from + HexId.BYTES));
  }
}
