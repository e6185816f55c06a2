package dev.headroom.storage.metrics;

import dev.headroom.storage.model.ByteReader;
import dev.headroom.storage.model.Labels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TimeStampMilliTZVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** The three mapped files of a block. Any thread may read; nobody may after {@link #close}. */
final class BlockReader implements LabelPostings, AutoCloseable {
  private static final int[] NONE = {};

  private final ArrowTable chunks;
  private final List<TimeStampMilliTZVector> minTimes;
  private final List<TimeStampMilliTZVector> maxTimes;
  private final List<IntVector> counts;
  private final List<VarBinaryVector> times;
  private final List<VarBinaryVector> values;

  private final ArrowTable series;
  private final List<ListVector> seriesLabels;
  private final List<IntVector> firstChunks;
  private final List<IntVector> chunkCounts;

  private final ArrowTable labels;
  private final List<VarCharVector> names;
  private final List<VarCharVector> labelValues;
  private final List<VarBinaryVector> postings;

  /** Texts decoded before, name and value of each row; racing threads store equal ones. */
  private final @Nullable String[] texts;

  private BlockReader(ArrowTable chunks, ArrowTable series, ArrowTable labels) {
    this.chunks = chunks;
    this.minTimes = chunks.column(BlockSchema.MIN_TIME, TimeStampMilliTZVector.class);
    this.maxTimes = chunks.column(BlockSchema.MAX_TIME, TimeStampMilliTZVector.class);
    this.counts = chunks.column(BlockSchema.COUNT, IntVector.class);
    this.times = chunks.column(BlockSchema.TIMES, VarBinaryVector.class);
    this.values = chunks.column(BlockSchema.VALUES, VarBinaryVector.class);
    this.series = series;
    this.seriesLabels = series.column(BlockSchema.LABELS, ListVector.class);
    this.firstChunks = series.column(BlockSchema.FIRST_CHUNK, IntVector.class);
    this.chunkCounts = series.column(BlockSchema.CHUNK_COUNT, IntVector.class);
    this.labels = labels;
    this.names = labels.column(BlockSchema.NAME, VarCharVector.class);
    this.labelValues = labels.column(BlockSchema.VALUE, VarCharVector.class);
    this.postings = labels.column(BlockSchema.SERIES, VarBinaryVector.class);
    this.texts = new String[2 * labels.rowCount()];
  }

  /**
   * @throws IOException when a file is not what the manifest says
   */
  static BlockReader open(Path folder, BlockManifest manifest, BufferAllocator allocator)
      throws IOException {
    List<ArrowTable> tables = new ArrayList<>();
    try {
      tables.add(map(folder, BlockSchema.CHUNKS_FILE, BlockSchema.CHUNK_ROWS, allocator));
      tables.add(map(folder, BlockSchema.SERIES_FILE, BlockSchema.SERIES_ROWS, allocator));
      tables.add(map(folder, BlockSchema.LABELS_FILE, BlockSchema.LABEL_ROWS, allocator));
      if (tables.get(0).rowCount() != manifest.chunks()
          || tables.get(1).rowCount() != manifest.series()) {
        throw new IOException(folder + ": has other numbers of rows than its manifest says");
      }
      return new BlockReader(tables.get(0), tables.get(1), tables.get(2));
    } catch (IOException | RuntimeException e) {
      tables.forEach(ArrowTable::close);
      throw e;
    }
  }

  private static ArrowTable map(Path folder, String file, Schema schema, BufferAllocator allocator)
      throws IOException {
    return ArrowTable.map(folder.resolve(file), schema, allocator);
  }

  ArrowTable chunkTable() {
    return chunks;
  }

  ArrowTable seriesTable() {
    return series;
  }

  ArrowTable labelTable() {
    return labels;
  }

  // Chunks

  int firstChunk(int id) {
    int batch = series.batchOf(id);
    return firstChunks.get(batch).get(id - series.firstRow(batch));
  }

  /** Behind the last chunk of a series. */
  int endChunk(int id) {
    int batch = series.batchOf(id);
    int row = id - series.firstRow(batch);
    return firstChunks.get(batch).get(row) + chunkCounts.get(batch).get(row);
  }

  long minTime(int chunk) {
    int batch = chunks.batchOf(chunk);
    return minTimes.get(batch).get(chunk - chunks.firstRow(batch));
  }

  long maxTime(int chunk) {
    int batch = chunks.batchOf(chunk);
    return maxTimes.get(batch).get(chunk - chunks.firstRow(batch));
  }

  int count(int chunk) {
    int batch = chunks.batchOf(chunk);
    return counts.get(batch).get(chunk - chunks.firstRow(batch));
  }

  /** A cell's length; a damaged file must not make anybody allocate what it says. */
  private static int checkedLength(BaseVariableWidthVector vector, int row) {
    int length = vector.getValueLength(row);
    if (length < 0 || length > vector.getDataBuffer().capacity()) {
      throw new IndexOutOfBoundsException("cell of " + length + " bytes");
    }
    return length;
  }

  private static byte[] cell(BaseVariableWidthVector vector, int row) {
    var bytes = new byte[checkedLength(vector, row)];
    vector.getDataBuffer().getBytes(vector.getStartOffset(row), bytes);
    return bytes;
  }

  int timesBytes(int chunk) {
    int batch = chunks.batchOf(chunk);
    return times.get(batch).getValueLength(chunk - chunks.firstRow(batch));
  }

  int valuesBytes(int chunk) {
    int batch = chunks.batchOf(chunk);
    return values.get(batch).getValueLength(chunk - chunks.firstRow(batch));
  }

  /** Decodes a chunk into the cursor's arrays; returns the number of samples. */
  int decode(int chunk, ChunkCursor cursor) {
    int batch = chunks.batchOf(chunk);
    int row = chunk - chunks.firstRow(batch);
    int n = counts.get(batch).get(row);
    int length = cursor.load(times.get(batch), row);
    cursor.codec.decodeTimes(cursor.bytes, length, minTimes.get(batch).get(row), n, cursor.times);
    length = cursor.load(values.get(batch), row);
    cursor.codec.decodeValues(cursor.bytes, length, n, cursor.values);
    return n;
  }

  /** Space to decode into; one thread. */
  static final class ChunkCursor {
    final ChunkCodec codec = new ChunkCodec();
    final long[] times = new long[ChunkCodec.MAX_SAMPLES];
    final double[] values = new double[ChunkCodec.MAX_SAMPLES];
    private byte[] bytes = new byte[4096];

    private int load(BaseVariableWidthVector vector, int row) {
      int length = checkedLength(vector, row);
      if (bytes.length < length + Long.BYTES) {
        bytes = new byte[length + length / 2 + Long.BYTES];
      }
      vector.getDataBuffer().getBytes(vector.getStartOffset(row), bytes, 0, length);
      return length;
    }
  }

  // Labels

  @Override
  public int seriesCount() {
    return series.rowCount();
  }

  /** Rows of the label table that a series refers to. */
  int[] labelRows(int id) {
    int batch = series.batchOf(id);
    ListVector list = seriesLabels.get(batch);
    int row = id - series.firstRow(batch);
    int start = list.getElementStartIndex(row);
    int count = list.getElementEndIndex(row) - start;
    if (start < 0 || count < 0 || count > labels.rowCount()) {
      throw new IndexOutOfBoundsException("series with " + count + " labels");
    }
    var rows = new int[count];
    var items = (IntVector) list.getDataVector();
    for (int i = 0; i < rows.length; i++) {
      rows[i] = items.get(start + i);
    }
    return rows;
  }

  Labels labels(int id) {
    int[] rows = labelRows(id);
    var pairs = new String[2 * rows.length];
    for (int i = 0; i < rows.length; i++) {
      pairs[2 * i] = name(rows[i]);
      pairs[2 * i + 1] = value(rows[i]);
    }
    return Labels.ofSorted(pairs);
  }

  int labelRowCount() {
    return labels.rowCount();
  }

  String name(int row) {
    String known = texts[2 * row];
    if (known == null) {
      known = text(names, row).intern(); // a few names, each in many rows
      texts[2 * row] = known;
    }
    return known;
  }

  String value(int row) {
    String known = texts[2 * row + 1];
    if (known == null) {
      known = text(labelValues, row);
      texts[2 * row + 1] = known;
    }
    return known;
  }

  private String text(List<VarCharVector> column, int row) {
    int batch = labels.batchOf(row);
    int inBatch = row - labels.firstRow(batch);
    byte[] utf8 = cell(column.get(batch), inBatch);
    return new String(utf8, java.nio.charset.StandardCharsets.UTF_8);
  }

  /** Bytes of a row's postings and of its name and value. */
  int postingsBytes(int row) {
    int batch = labels.batchOf(row);
    return postings.get(batch).getValueLength(row - labels.firstRow(batch));
  }

  int textBytes(int row) {
    int batch = labels.batchOf(row);
    int inBatch = row - labels.firstRow(batch);
    return names.get(batch).getValueLength(inBatch)
        + labelValues.get(batch).getValueLength(inBatch);
  }

  private int[] ids(int row) {
    int batch = labels.batchOf(row);
    int inBatch = row - labels.firstRow(batch);
    byte[] bytes = cell(postings.get(batch), inBatch);
    var in = new ByteReader(bytes, 0, bytes.length);
    var ids = new int[bytes.length];
    int count = 0;
    int id = 0;
    while (in.remaining() > 0) {
      id += in.readVarInt();
      ids[count++] = id;
    }
    return count == ids.length ? ids : Arrays.copyOf(ids, count);
  }

  /** First row not before that pair. */
  private int lowerBound(String name, String value) {
    int low = 0;
    int high = labels.rowCount();
    while (low < high) {
      int middle = (low + high) >>> 1;
      int order = name(middle).compareTo(name);
      if (order == 0) {
        order = value(middle).compareTo(value);
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  @Override
  public int[] withValue(String name, String value) {
    int row = lowerBound(name, value);
    boolean found = row < labels.rowCount() && name(row).equals(name) && value(row).equals(value);
    return found ? ids(row) : NONE;
  }

  @Override
  public void withValues(String name, Predicate<String> condition, IdSink sink) {
    for (int row = lowerBound(name, ""); row < labels.rowCount(); row++) {
      if (!name(row).equals(name)) {
        return;
      }
      if (condition.test(value(row))) {
        int[] ids = ids(row);
        sink.accept(ids, ids.length);
      }
    }
  }

  @Override
  public void close() {
    chunks.close();
    series.close();
    labels.close();
  }
}
