package dev.headroom.storage.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.headroom.storage.file.DurableFiles;
import dev.headroom.storage.metrics.ChunkCodec.Effort;
import dev.headroom.storage.model.ByteWriter;
import dev.headroom.storage.model.Labels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TimeStampMilliTZVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.ListVector;

/**
 * Writes the files of one block into a folder of its own, series after series in the order of
 * labels. Chunks go to the file in batches; of the series only the labels stay in memory. One
 * thread.
 */
final class BlockWriter implements AutoCloseable {
  private static final int MAX_BATCH_ROWS = 1 << 16;
  private static final int MAX_BATCH_BYTES = 8 << 20;

  private final Path folder;
  private final BufferAllocator allocator;
  private final Effort effort;
  private final ChunkCodec codec = new ChunkCodec();
  private final ArrowTableWriter chunks;
  private int batchBytes;

  private final List<Labels> series = new ArrayList<>();
  private final List<Integer> chunkCounts = new ArrayList<>();
  private long chunkCount;
  private long samples;
  private long minTime = Long.MAX_VALUE;
  private long maxTime = Long.MIN_VALUE;

  /**
   * @param folder does not exist yet
   */
  BlockWriter(Path folder, BufferAllocator allocator, Effort effort) throws IOException {
    this.folder = folder;
    this.allocator = allocator;
    this.effort = effort;
    DurableFiles.createDirectories(folder);
    this.chunks =
        new ArrowTableWriter(folder, BlockSchema.CHUNKS_FILE, BlockSchema.CHUNK_ROWS, allocator);
  }

  /** Adds the next series, in the order of labels, with samples whose times ascend. */
  void add(Labels labels, long[] times, double[] values, int from, int to) throws IOException {
    if (from == to) {
      return;
    }
    int count = Math.ceilDiv(to - from, ChunkCodec.MAX_SAMPLES);
    for (int i = 0; i < count; i++) {
      int start = from + (int) ((long) (to - from) * i / count);
      int end = from + (int) ((long) (to - from) * (i + 1) / count);
      addChunk(times, values, start, end - start);
    }
    series.add(labels);
    chunkCounts.add(count);
    chunkCount += count;
    samples += to - from;
    minTime = Math.min(minTime, times[from]);
    maxTime = Math.max(maxTime, times[to - 1]);
  }

  private void addChunk(long[] times, double[] values, int from, int n) throws IOException {
    byte[] packedTimes = codec.encodeTimes(times, from, n, effort);
    byte[] packedValues = codec.encodeValues(values, from, n, effort);
    int row = chunks.row();
    chunks.column(BlockSchema.SERIES, IntVector.class).setSafe(row, series.size());
    time(BlockSchema.MIN_TIME).setSafe(row, times[from]);
    time(BlockSchema.MAX_TIME).setSafe(row, times[from + n - 1]);
    chunks.column(BlockSchema.COUNT, IntVector.class).setSafe(row, n);
    addSummary(row, values, from, n);
    chunks.column(BlockSchema.TIMES, VarBinaryVector.class).setSafe(row, packedTimes);
    chunks.column(BlockSchema.VALUES, VarBinaryVector.class).setSafe(row, packedValues);
    chunks.rowDone();
    batchBytes += packedTimes.length + packedValues.length;
    if (chunks.row() >= MAX_BATCH_ROWS || batchBytes >= MAX_BATCH_BYTES) {
      chunks.writeBatch();
      batchBytes = 0;
    }
  }

  private TimeStampMilliTZVector time(String column) {
    return chunks.column(column, TimeStampMilliTZVector.class);
  }

  private void addSummary(int row, double[] values, int from, int n) {
    double sum = 0;
    double min = Double.NaN;
    double max = Double.NaN;
    boolean any = false;
    for (int i = from; i < from + n; i++) {
      double value = values[i];
      if (!Double.isNaN(value)) {
        sum += value;
        min = any ? Math.min(min, value) : value;
        max = any ? Math.max(max, value) : value;
        any = true;
      }
    }
    number(BlockSchema.SUM).setSafe(row, any ? sum : Double.NaN);
    number(BlockSchema.MIN).setSafe(row, min);
    number(BlockSchema.MAX).setSafe(row, max);
  }

  private Float8Vector number(String column) {
    return chunks.column(column, Float8Vector.class);
  }

  boolean isEmpty() {
    return series.isEmpty();
  }

  /** Writes what is left and the manifest; everything is forced when this returns. */
  BlockManifest finish(BlockKey key, long first, long last) throws IOException {
    var files = new ArrayList<BlockManifest.DataFile>();
    files.add(chunks.finish());
    var rows = new LabelRows(series);
    files.add(writeSeries(rows));
    files.add(writeLabels(rows));
    var manifest =
        new BlockManifest(
            key, first, last, minTime, maxTime, samples, series.size(), chunkCount, files);
    manifest.write(folder);
    return manifest;
  }

  private BlockManifest.DataFile writeSeries(LabelRows rows) throws IOException {
    try (var table =
        new ArrowTableWriter(folder, BlockSchema.SERIES_FILE, BlockSchema.SERIES_ROWS, allocator)) {
      int firstChunk = 0;
      for (int id = 0; id < series.size(); id++) {
        writeSeriesRow(table, rows, id, firstChunk);
        firstChunk += chunkCounts.get(id);
        if (table.row() >= MAX_BATCH_ROWS) {
          table.writeBatch();
        }
      }
      return table.finish();
    }
  }

  private void writeSeriesRow(ArrowTableWriter table, LabelRows rows, int id, int firstChunk) {
    int row = table.row();
    Labels labels = series.get(id);
    ListVector list = table.column(BlockSchema.LABELS, ListVector.class);
    var items = (IntVector) list.getDataVector();
    int at = list.startNewValue(row);
    for (int i = 0; i < labels.size(); i++) {
      items.setSafe(at + i, rows.number(labels.name(i), labels.value(i)));
    }
    list.endValue(row, labels.size());
    table.column(BlockSchema.FIRST_CHUNK, IntVector.class).setSafe(row, firstChunk);
    table.column(BlockSchema.CHUNK_COUNT, IntVector.class).setSafe(row, chunkCounts.get(id));
    table.rowDone();
  }

  private BlockManifest.DataFile writeLabels(LabelRows rows) throws IOException {
    try (var table =
        new ArrowTableWriter(folder, BlockSchema.LABELS_FILE, BlockSchema.LABEL_ROWS, allocator)) {
      int bytes = 0;
      for (var byName : rows.postings.entrySet()) {
        for (var byValue : byName.getValue().entrySet()) {
          int row = table.row();
          byte[] name = byName.getKey().getBytes(UTF_8);
          byte[] value = byValue.getKey().getBytes(UTF_8);
          ByteWriter ids = byValue.getValue().ids;
          table.column(BlockSchema.NAME, VarCharVector.class).setSafe(row, name);
          table.column(BlockSchema.VALUE, VarCharVector.class).setSafe(row, value);
          table
              .column(BlockSchema.SERIES, VarBinaryVector.class)
              .setSafe(row, ids.array(), 0, ids.length());
          table.rowDone();
          bytes += name.length + value.length + ids.length();
          if (table.row() >= MAX_BATCH_ROWS || bytes >= MAX_BATCH_BYTES) {
            table.writeBatch();
            bytes = 0;
          }
        }
      }
      return table.finish();
    }
  }

  @Override
  public void close() {
    chunks.close();
  }

  /** Every label pair of the block once, numbered in order, with the ids of its series. */
  private static final class LabelRows {
    final TreeMap<String, TreeMap<String, Row>> postings = new TreeMap<>();

    private static final class Row {
      int number;
      int previousId;
      final ByteWriter ids = new ByteWriter(16);
    }

    LabelRows(List<Labels> series) {
      for (int id = 0; id < series.size(); id++) {
        Labels labels = series.get(id);
        for (int i = 0; i < labels.size(); i++) {
          Row row =
              postings
                  .computeIfAbsent(labels.name(i), _ -> new TreeMap<>())
                  .computeIfAbsent(labels.value(i), _ -> new Row());
          row.ids.writeVarInt(id - row.previousId);
          row.previousId = id;
        }
      }
      int number = 0;
      for (var values : postings.values()) {
        for (Row row : values.values()) {
          row.number = number++;
        }
      }
    }

    int number(String name, String value) {
      Row row = postings.getOrDefault(name, new TreeMap<>()).get(value);
      if (row == null) {
        throw new IllegalStateException("label " + name + " was not numbered");
      }
      return row.number;
    }
  }
}
