package dev.headroom.storage.logs;

import org.apache.lucene.codecs.CompoundFormat;
import org.apache.lucene.codecs.DocValuesFormat;
import org.apache.lucene.codecs.FilterCodec;
import org.apache.lucene.codecs.PostingsFormat;
import org.apache.lucene.codecs.SegmentInfoFormat;
import org.apache.lucene.codecs.StoredFieldsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene90.compressing.Lucene90CompressingStoredFieldsFormat;
import org.jspecify.annotations.Nullable;

/** Lucene's codec with the source kept in zstd; registered in {@code META-INF/services}. */
public final class LogCodec extends FilterCodec {
  private static final int CHUNK_BYTES = 128 << 10;
  private static final int MAX_DOCUMENTS_PER_CHUNK = 4096;
  private static final int BLOCK_SHIFT = 10;

  private final StoredFieldsFormat storedFields =
      new Lucene90CompressingStoredFieldsFormat(
          "HeadroomZstd1",
          new ZstdCompression(),
          CHUNK_BYTES,
          MAX_DOCUMENTS_PER_CHUNK,
          BLOCK_SHIFT);

  private static final String NAME = "Headroom1";

  private final @Nullable SegmentMeter meter;

  /**
   * For Lucene's service loader, which reads with it. The delegate is named, as asking for the
   * default would recurse.
   */
  public LogCodec() {
    super(NAME, new Lucene104Codec());
    this.meter = null;
  }

  /** For a writer; what it writes is measured. */
  LogCodec(SegmentMeter meter) {
    super(NAME, new Lucene104Codec());
    this.meter = meter;
  }

  @Override
  public StoredFieldsFormat storedFieldsFormat() {
    return meter == null ? storedFields : new MeteredStoredFields(meter, storedFields);
  }

  @Override
  public PostingsFormat postingsFormat() {
    return meter == null
        ? super.postingsFormat()
        : new MeteredPostings(meter, new Lucene104Codec().getPostingsFormatForField(""));
  }

  @Override
  public DocValuesFormat docValuesFormat() {
    return meter == null
        ? super.docValuesFormat()
        : new MeteredDocValues(meter, new Lucene104Codec().getDocValuesFormatForField(""));
  }

  @Override
  public SegmentInfoFormat segmentInfoFormat() {
    return meter == null
        ? super.segmentInfoFormat()
        : new MeteredSegmentInfo(meter, super.segmentInfoFormat());
  }

  @Override
  public CompoundFormat compoundFormat() {
    return meter == null
        ? super.compoundFormat()
        : new MeteredSegmentInfo.Compound(meter, super.compoundFormat());
  }
}
