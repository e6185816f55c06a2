package dev.headroom.storage.logs;

import java.io.IOException;
import java.util.Iterator;
import org.apache.lucene.codecs.FieldsConsumer;
import org.apache.lucene.codecs.FieldsProducer;
import org.apache.lucene.codecs.NormsProducer;
import org.apache.lucene.codecs.PostingsFormat;
import org.apache.lucene.codecs.perfield.PerFieldPostingsFormat;
import org.apache.lucene.index.Fields;
import org.apache.lucene.index.FilterLeafReader.FilterFields;
import org.apache.lucene.index.MergeState;
import org.apache.lucene.index.SegmentReadState;
import org.apache.lucene.index.SegmentWriteState;
import org.apache.lucene.index.Terms;
import org.jspecify.annotations.Nullable;

/**
 * Lucene's postings, measured while they are written. Segments name Lucene's own format, so reading
 * goes past this class.
 */
final class MeteredPostings extends PerFieldPostingsFormat {
  private final PostingsFormat format;

  MeteredPostings(SegmentMeter meter, PostingsFormat format) {
    this.format = new Metered(meter, format);
  }

  @Override
  public PostingsFormat getPostingsFormatForField(String field) {
    return format;
  }

  private static final class Metered extends PostingsFormat {
    private final SegmentMeter meter;
    private final PostingsFormat format;

    Metered(SegmentMeter meter, PostingsFormat format) {
      super(format.getName());
      this.meter = meter;
      this.format = format;
    }

    @Override
    public FieldsConsumer fieldsConsumer(SegmentWriteState state) throws IOException {
      SegmentMeasure measure = meter.of(state.segmentInfo.name);
      var outputs = new OutputMeter(state.directory, measure);
      return new Consumer(format.fieldsConsumer(withDirectory(state, outputs)), outputs, measure);
    }

    @Override
    public FieldsProducer fieldsProducer(SegmentReadState state) throws IOException {
      return format.fieldsProducer(state);
    }
  }

  static SegmentWriteState withDirectory(SegmentWriteState state, OutputMeter outputs) {
    return new SegmentWriteState(
        state.infoStream,
        outputs,
        state.segmentInfo,
        state.fieldInfos,
        state.segUpdates,
        state.context,
        state.segmentSuffix);
  }

  private static final class Consumer extends FieldsConsumer {
    private final FieldsConsumer consumer;
    private final OutputMeter outputs;
    private final SegmentMeasure measure;
    private boolean merging;

    Consumer(FieldsConsumer consumer, OutputMeter outputs, SegmentMeasure measure) {
      this.consumer = consumer;
      this.outputs = outputs;
      this.measure = measure;
    }

    @Override
    public void merge(MergeState state, NormsProducer norms) throws IOException {
      merging = true; // weights come from the merged segments
      super.merge(state, norms);
    }

    @Override
    public void write(Fields fields, NormsProducer norms) throws IOException {
      outputs.skip();
      var watched = new Watched(fields, outputs, measure, merging);
      consumer.write(watched, norms);
      watched.fieldEnded();
    }

    @Override
    public void close() throws IOException {
      consumer.close();
    }
  }

  /** Fields as they are asked for, one after the other. */
  private static final class Watched extends FilterFields {
    private final OutputMeter outputs;
    private final SegmentMeasure measure;
    private final boolean merging;
    private @Nullable String current;

    Watched(Fields fields, OutputMeter outputs, SegmentMeasure measure, boolean merging) {
      super(fields);
      this.outputs = outputs;
      this.measure = measure;
      this.merging = merging;
    }

    void fieldEnded() {
      String field = current;
      if (field != null) {
        outputs.attribute(field);
        current = null;
      }
    }

    @Override
    public Iterator<String> iterator() {
      Iterator<String> names = in.iterator();
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return names.hasNext();
        }

        @Override
        public String next() {
          fieldEnded();
          String name = names.next();
          current = name;
          return name;
        }
      };
    }

    @Override
    public @Nullable Terms terms(String field) throws IOException {
      Terms terms = in.terms(field);
      DocumentGroups groups = measure.groups();
      if (terms == null || merging || groups == null) {
        return terms;
      }
      return new WeighedTerms(terms, groups.groupOf, measure.weightsOf(field, groups));
    }
  }
}
