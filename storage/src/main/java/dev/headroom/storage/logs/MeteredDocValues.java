package dev.headroom.storage.logs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.codecs.DocValuesConsumer;
import org.apache.lucene.codecs.DocValuesFormat;
import org.apache.lucene.codecs.DocValuesProducer;
import org.apache.lucene.codecs.perfield.PerFieldDocValuesFormat;
import org.apache.lucene.index.DocValuesType;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.MergeState;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.index.SortedNumericDocValues;
import org.apache.lucene.search.DocIdSetIterator;
import org.jspecify.annotations.Nullable;

/** Lucene's doc values, measured while they are written; read by Lucene's own format. */
final class MeteredDocValues extends PerFieldDocValuesFormat {
  private final DocValuesFormat format;

  MeteredDocValues(SegmentMeter meter, DocValuesFormat format) {
    this.format = new Metered(meter, format);
  }

  @Override
  public DocValuesFormat getDocValuesFormatForField(String field) {
    return format;
  }

  private static final class Metered extends DocValuesFormat {
    private final SegmentMeter meter;
    private final DocValuesFormat format;

    Metered(SegmentMeter meter, DocValuesFormat format) {
      super(format.getName());
      this.meter = meter;
      this.format = format;
    }

    @Override
    public DocValuesConsumer fieldsConsumer(SegmentWriteState state) throws IOException {
      SegmentMeasure measure = meter.of(state.segmentInfo.name);
      var outputs = new OutputMeter(state.directory, measure);
      DocValuesConsumer consumer =
          format.fieldsConsumer(MeteredPostings.withDirectory(state, outputs));
      return new Consumer(consumer, outputs, measure, state.segmentInfo.maxDoc());
    }

    @Override
    public DocValuesProducer fieldsProducer(SegmentReadState state) throws IOException {
      return format.fieldsProducer(state);
    }
  }

  /** What one value of a field without terms weighs. */
  static int weightOfNumber(String physicalName) {
    boolean isBoolean = physicalName.endsWith(LogSchema.Type.BOOLEAN.physicalName(""));
    return 1 + (isBoolean ? 1 : Long.BYTES);
  }

  private static final class Consumer extends DocValuesConsumer {
    private record Seen(FieldInfo field, DocValuesProducer values) {}

    private final DocValuesConsumer consumer;
    private final OutputMeter outputs;
    private final SegmentMeasure measure;
    private final int documents;

    /** Of a flush: values lie in memory until it ends, so they can be read again at the end. */
    private final List<Seen> seen = new ArrayList<>();

    private boolean merging;

    Consumer(
        DocValuesConsumer consumer, OutputMeter outputs, SegmentMeasure measure, int documents) {
      this.consumer = consumer;
      this.outputs = outputs;
      this.measure = measure;
      this.documents = documents;
    }

    @Override
    public void merge(MergeState state) throws IOException {
      merging = true; // weights come from the merged segments
      super.merge(state);
    }

    private interface Add {
      void to(DocValuesConsumer consumer) throws IOException;
    }

    private void add(FieldInfo field, DocValuesProducer values, Add add) throws IOException {
      outputs.skip();
      add.to(consumer);
      outputs.attribute(field.name);
      if (!merging) {
        seen.add(new Seen(field, values));
      }
    }

    @Override
    public void addNumericField(FieldInfo field, DocValuesProducer values) throws IOException {
      add(field, values, to -> to.addNumericField(field, values));
    }

    @Override
    public void addBinaryField(FieldInfo field, DocValuesProducer values) throws IOException {
      add(field, values, to -> to.addBinaryField(field, values));
    }

    @Override
    public void addSortedField(FieldInfo field, DocValuesProducer values) throws IOException {
      add(field, values, to -> to.addSortedField(field, values));
    }

    @Override
    public void addSortedNumericField(FieldInfo field, DocValuesProducer values)
        throws IOException {
      add(field, values, to -> to.addSortedNumericField(field, values));
    }

    @Override
    public void addSortedSetField(FieldInfo field, DocValuesProducer values) throws IOException {
      add(field, values, to -> to.addSortedSetField(field, values));
    }

    @Override
    public void close() throws IOException {
      consumer.close();
      if (!merging && !seen.isEmpty()) {
        weigh();
      }
    }

    private void weigh() throws IOException {
      SortedDocValues streams = null;
      NumericDocValues times = null;
      for (Seen field : seen) {
        if (field.field.name.equals(LogSchema.STREAM)) {
          streams = field.values.getSorted(field.field);
        } else if (field.field.name.equals(LogSchema.TIMESTAMP)) {
          times = field.values.getNumeric(field.field);
        }
      }
      DocumentGroups groups = DocumentGroups.of(documents, streams, times);
      measure.setGroups(groups);
      for (Seen field : seen) {
        weigh(field, groups);
      }
    }

    private void weigh(Seen field, DocumentGroups groups) throws IOException {
      DocValuesType type = field.field.getDocValuesType();
      if (type == DocValuesType.NUMERIC) {
        long[] weights = measure.weightsOf(field.field.name, groups);
        count(field.values.getNumeric(field.field), field.field, groups, weights);
      } else if (type == DocValuesType.SORTED_NUMERIC) {
        long[] weights = measure.weightsOf(field.field.name, groups);
        count(field.values.getSortedNumeric(field.field), field.field, groups, weights);
      }
    }

    private static void count(
        @Nullable NumericDocValues values, FieldInfo field, DocumentGroups groups, long[] weights)
        throws IOException {
      int weight = weightOfNumber(field.name);
      while (values != null && values.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
        weights[groups.groupOf[values.docID()]] += weight;
      }
    }

    private static void count(
        @Nullable SortedNumericDocValues values,
        FieldInfo field,
        DocumentGroups groups,
        long[] weights)
        throws IOException {
      int weight = weightOfNumber(field.name);
      while (values != null && values.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
        weights[groups.groupOf[values.docID()]] += (long) weight * values.docValueCount();
      }
    }
  }
}
