package dev.headroom.storage.logs;

import org.apache.lucene.codecs.FilterCodec;
import org.apache.lucene.codecs.StoredFieldsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene90.compressing.Lucene90CompressingStoredFieldsFormat;

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

  /**
   * For Lucene's service loader. The delegate is named, as asking for the default would recurse.
   */
  public LogCodec() {
    super("Headroom1", new Lucene104Codec());
  }

  @Override
  public StoredFieldsFormat storedFieldsFormat() {
    return storedFields;
  }
}
