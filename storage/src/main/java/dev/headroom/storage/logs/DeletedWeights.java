package dev.headroom.storage.logs;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.lucene.index.DocValuesType;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.SortedNumericDocValues;
import org.apache.lucene.index.StoredFieldDataInput;
import org.apache.lucene.index.StoredFieldVisitor;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.Bits;

/** Reads what the deleted documents of a segment weigh, by the same rules as a flush counts. */
final class DeletedWeights {
  private final LeafReader reader;
  private final Bits live;
  private final DocumentGroups groups;
  private final Map<String, long[]> weights = new HashMap<>();

  private DeletedWeights(LeafReader reader, Bits live) throws IOException {
    this.reader = reader;
    this.live = live;
    this.groups =
        DocumentGroups.of(
            reader.maxDoc(),
            reader.getSortedDocValues(LogSchema.STREAM),
            reader.getNumericDocValues(LogSchema.TIMESTAMP));
  }

  static WeightTable of(LeafReader reader) throws IOException {
    Bits live = reader.getLiveDocs();
    if (live == null) {
      return WeightTable.EMPTY;
    }
    var deleted = new DeletedWeights(reader, live);
    for (FieldInfo field : reader.getFieldInfos()) {
      deleted.addField(field);
    }
    deleted.addStored();
    return WeightTable.of(deleted.groups.groups, deleted.weights);
  }

  private void addField(FieldInfo field) throws IOException {
    if (field.getIndexOptions() != IndexOptions.NONE) {
      addTerms(field);
    } else if (field.getDocValuesType() == DocValuesType.NUMERIC) {
      addNumbers(field);
    } else if (field.getDocValuesType() == DocValuesType.SORTED_NUMERIC) {
      addManyNumbers(field);
    }
  }

  private long[] weightsOf(String field) {
    return weights.computeIfAbsent(field, _ -> new long[groups.groups.size()]);
  }

  private void addTerms(FieldInfo field) throws IOException {
    Terms terms = reader.terms(field.name);
    if (terms == null) {
      return;
    }
    boolean hasFrequencies = terms.hasFreqs();
    long[] target = weightsOf(field.name);
    TermsEnum each = terms.iterator();
    PostingsEnum postings = null;
    while (each.next() != null) {
      long weight = WeighedTerms.weight(each.term());
      postings = each.postings(postings, hasFrequencies ? PostingsEnum.FREQS : PostingsEnum.NONE);
      while (postings.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
        int doc = postings.docID();
        if (!live.get(doc)) {
          target[groups.groupOf[doc]] += hasFrequencies ? weight * postings.freq() : weight;
        }
      }
    }
  }

  private void addNumbers(FieldInfo field) throws IOException {
    NumericDocValues values = reader.getNumericDocValues(field.name);
    long[] target = weightsOf(field.name);
    while (values != null && values.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
      if (!live.get(values.docID())) {
        target[groups.groupOf[values.docID()]] += MeteredDocValues.weightOfNumber(field.name);
      }
    }
  }

  private void addManyNumbers(FieldInfo field) throws IOException {
    SortedNumericDocValues values = reader.getSortedNumericDocValues(field.name);
    long[] target = weightsOf(field.name);
    long weight = MeteredDocValues.weightOfNumber(field.name);
    while (values != null && values.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
      if (!live.get(values.docID())) {
        target[groups.groupOf[values.docID()]] += weight * values.docValueCount();
      }
    }
  }

  private void addStored() throws IOException {
    StoredFields stored = reader.storedFields();
    var length = new Length();
    long[] target = weightsOf(LogSchema.SOURCE);
    for (int doc = 0; doc < reader.maxDoc(); doc++) {
      if (!live.get(doc)) {
        length.bytes = 0;
        stored.document(doc, length);
        target[groups.groupOf[doc]] += length.bytes;
      }
    }
  }

  private static final class Length extends StoredFieldVisitor {
    private long bytes;

    @Override
    public Status needsField(FieldInfo field) {
      return Status.YES;
    }

    @Override
    public void binaryField(FieldInfo field, StoredFieldDataInput value) throws IOException {
      bytes += value.getLength();
      value.getDataInput().skipBytes(value.getLength());
    }

    @Override
    public void binaryField(FieldInfo field, byte[] value) {
      bytes += value.length;
    }

    @Override
    public void stringField(FieldInfo field, String value) {
      bytes += MeteredStoredFields.bytesOf(value);
    }
  }
}
