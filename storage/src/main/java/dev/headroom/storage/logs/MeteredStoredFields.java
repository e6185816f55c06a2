package dev.headroom.storage.logs;

import java.io.IOException;
import java.util.Collection;
import org.apache.lucene.codecs.StoredFieldsFormat;
import org.apache.lucene.codecs.StoredFieldsReader;
import org.apache.lucene.codecs.StoredFieldsWriter;
import org.apache.lucene.index.FieldInfo;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.MergeState;
import org.apache.lucene.index.SegmentInfo;
import org.apache.lucene.index.StoredFieldDataInput;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.util.Accountable;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.UnicodeUtil;

/** Stored fields, whose bytes a document are counted while they are written. */
final class MeteredStoredFields extends StoredFieldsFormat {
  private final SegmentMeter meter;
  private final StoredFieldsFormat format;

  MeteredStoredFields(SegmentMeter meter, StoredFieldsFormat format) {
    this.meter = meter;
    this.format = format;
  }

  @Override
  public StoredFieldsReader fieldsReader(
      Directory directory, SegmentInfo info, FieldInfos fields, IOContext context)
      throws IOException {
    return format.fieldsReader(directory, info, fields, context);
  }

  @Override
  public StoredFieldsWriter fieldsWriter(Directory directory, SegmentInfo info, IOContext context)
      throws IOException {
    return new Writer(format.fieldsWriter(directory, info, context), meter.of(info.name));
  }

  /** What a text weighs: its bytes in UTF-8. */
  static int bytesOf(String text) {
    return UnicodeUtil.calcUTF16toUTF8Length(text, 0, text.length());
  }

  private static final class Writer extends StoredFieldsWriter {
    private final StoredFieldsWriter writer;
    private final SegmentMeasure measure;
    private int bytes;

    Writer(StoredFieldsWriter writer, SegmentMeasure measure) {
      this.writer = writer;
      this.measure = measure;
    }

    @Override
    public void startDocument() throws IOException {
      bytes = 0;
      writer.startDocument();
    }

    @Override
    public void finishDocument() throws IOException {
      writer.finishDocument();
      measure.addStored(bytes);
    }

    @Override
    public void writeField(FieldInfo info, int value) throws IOException {
      bytes += Integer.BYTES;
      writer.writeField(info, value);
    }

    @Override
    public void writeField(FieldInfo info, long value) throws IOException {
      bytes += Long.BYTES;
      writer.writeField(info, value);
    }

    @Override
    public void writeField(FieldInfo info, float value) throws IOException {
      bytes += Float.BYTES;
      writer.writeField(info, value);
    }

    @Override
    public void writeField(FieldInfo info, double value) throws IOException {
      bytes += Double.BYTES;
      writer.writeField(info, value);
    }

    @Override
    public void writeField(FieldInfo info, StoredFieldDataInput value) throws IOException {
      bytes += value.getLength();
      writer.writeField(info, value);
    }

    @Override
    public void writeField(FieldInfo info, BytesRef value) throws IOException {
      bytes += value.length;
      writer.writeField(info, value);
    }

    @Override
    public void writeField(FieldInfo info, String value) throws IOException {
      bytes += bytesOf(value);
      writer.writeField(info, value);
    }

    @Override
    public void finish(int documents) throws IOException {
      writer.finish(documents);
    }

    /** Chunks are copied as they are; weights come from the merged segments. */
    @Override
    public int merge(MergeState state) throws IOException {
      return writer.merge(state);
    }

    @Override
    public long ramBytesUsed() {
      return writer.ramBytesUsed();
    }

    @Override
    public Collection<Accountable> getChildResources() {
      return writer.getChildResources();
    }

    @Override
    public void close() throws IOException {
      writer.close();
    }
  }
}
