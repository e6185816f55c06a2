package dev.headroom.storage.metrics;

import dev.headroom.storage.ledger.StockEntry;
import dev.headroom.storage.ledger.StockEntry.Basis;
import dev.headroom.storage.ledger.Structure;
import dev.headroom.storage.model.Labels;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the bytes of one block are. Rows of chunks and series belong to one series and are measured.
 * Label texts and postings are shared by series: texts are split by the length of each series' own
 * texts, postings by its number of labels, by largest remainder. Headers are what is no record
 * batch, padding is what of a batch is no cell.
 */
final class BlockStock {
  /** Of series without the label {@code job}. */
  static final String DEFAULT_STREAM = "metrics";

  private static final long MILLIS_PER_HOUR = 3_600_000L;
  private static final int OFFSET_BYTES = 4;
  private static final int CHUNK_ROW_BYTES = 4 + 2 * 8 + 4 + 3 * 8 + 2 * OFFSET_BYTES;
  private static final int SERIES_ROW_BYTES = OFFSET_BYTES + 2 * 4;
  private static final int LABEL_REFERENCE_BYTES = 4;
  private static final int LABEL_ROW_OFFSETS = 2 * OFFSET_BYTES;

  /** Stream and metric name; ordered, because ties of the split go by it. */
  private record Owner(String stream, String field) implements Comparable<Owner> {
    @Override
    public int compareTo(Owner other) {
      int byStream = stream.compareTo(other.stream);
      return byStream != 0 ? byStream : field.compareTo(other.field);
    }
  }

  private record Cell(Owner owner, Structure structure, long hour) {}

  private final MetricBlock block;
  private final BlockReader reader;
  private final long dayHour;
  private final Map<Cell, Long> measured = new HashMap<>();
  private final Map<Owner, Long> textWeights = new TreeMap<>();
  private final Map<Owner, Long> postingWeights = new TreeMap<>();
  private long chunkBytes;
  private long seriesBytes;

  private BlockStock(MetricBlock block, BlockReader reader) {
    this.block = block;
    this.reader = reader;
    this.dayHour = hour(block.manifest.key().fromMillis());
  }

  private static long hour(long millis) {
    return Math.floorDiv(millis, MILLIS_PER_HOUR);
  }

  static List<StockEntry> of(MetricBlock block, BlockReader reader) throws IOException {
    return new BlockStock(block, reader).entries();
  }

  private List<StockEntry> entries() throws IOException {
    for (int id = 0; id < reader.seriesCount(); id++) {
      addSeries(id);
    }
    long texts = 0;
    long postings = 0;
    for (int row = 0; row < reader.labelRowCount(); row++) {
      texts += reader.textBytes(row) + LABEL_ROW_OFFSETS;
      postings += reader.postingsBytes(row) + OFFSET_BYTES;
    }
    List<StockEntry> entries = new ArrayList<>();
    measured.forEach(
        (cell, bytes) ->
            entries.add(entry(cell.owner, cell.structure, cell.hour, bytes, Basis.MEASURED)));
    split(texts, textWeights)
        .forEach(
            (owner, bytes) ->
                entries.add(entry(owner, Structure.LABELS, dayHour, bytes, Basis.ALLOCATED)));
    split(postings, postingWeights)
        .forEach(
            (owner, bytes) ->
                entries.add(
                    entry(owner, Structure.LABEL_POSTINGS, dayHour, bytes, Basis.ALLOCATED)));
    addOverhead(reader.chunkTable(), chunkBytes, entries);
    addOverhead(reader.seriesTable(), seriesBytes, entries);
    addOverhead(reader.labelTable(), texts + postings, entries);
    entries.add(overhead(Structure.MANIFEST, Files.size(block.folder.resolve(BlockManifest.FILE))));
    return entries;
  }

  private void addSeries(int id) {
    Labels labels = reader.labels(id);
    String job = labels.get("job");
    var owner = new Owner(job.isEmpty() ? DEFAULT_STREAM : job, labels.metricName());
    int[] rows = reader.labelRows(id);
    long texts = 0;
    for (int row : rows) {
      texts += reader.textBytes(row);
    }
    textWeights.merge(owner, texts, Long::sum);
    postingWeights.merge(owner, (long) rows.length, Long::sum);
    long rowBytes = SERIES_ROW_BYTES + (long) LABEL_REFERENCE_BYTES * rows.length;
    seriesBytes += rowBytes;
    measured.merge(new Cell(owner, Structure.LABELS, dayHour), rowBytes, Long::sum);
    for (int chunk = reader.firstChunk(id); chunk < reader.endChunk(id); chunk++) {
      addChunk(owner, chunk);
    }
  }

  private void addChunk(Owner owner, int chunk) {
    long hour = hour(reader.minTime(chunk));
    long times = reader.timesBytes(chunk);
    long values = reader.valuesBytes(chunk);
    measured.merge(new Cell(owner, Structure.TIMES, hour), times, Long::sum);
    measured.merge(new Cell(owner, Structure.VALUES, hour), values, Long::sum);
    measured.merge(new Cell(owner, Structure.CHUNK_META, hour), (long) CHUNK_ROW_BYTES, Long::sum);
    chunkBytes += CHUNK_ROW_BYTES + times + values;
  }

  private void addOverhead(ArrowTable table, long cellBytes, List<StockEntry> entries) {
    entries.add(overhead(Structure.HEADERS, table.length() - table.bodyBytes()));
    entries.add(overhead(Structure.PADDING, table.bodyBytes() - cellBytes));
  }

  private StockEntry overhead(Structure structure, long bytes) {
    return entry(new Owner("", ""), structure, dayHour, bytes, Basis.MEASURED);
  }

  private StockEntry entry(Owner owner, Structure structure, long hour, long bytes, Basis basis) {
    return new StockEntry(
        Optional.of(block.manifest.key().tenant()),
        owner.stream,
        owner.field,
        structure,
        hour,
        bytes,
        basis);
  }

  /** Integers that add up to the total; what the division leaves goes to the largest remainders. */
  private static Map<Owner, Long> split(long total, Map<Owner, Long> weights) {
    long sum = weights.values().stream().mapToLong(Long::longValue).sum();
    Map<Owner, Long> parts = new TreeMap<>();
    if (sum == 0) {
      return parts;
    }
    List<Map.Entry<Owner, Long>> remainders = new ArrayList<>();
    long left = total;
    for (Map.Entry<Owner, Long> weight : weights.entrySet()) {
      long product = Math.multiplyExact(total, weight.getValue());
      parts.put(weight.getKey(), product / sum);
      left -= product / sum;
      remainders.add(Map.entry(weight.getKey(), product % sum));
    }
    remainders.sort(Map.Entry.<Owner, Long>comparingByValue().reversed());
    for (int i = 0; i < left; i++) {
      parts.merge(remainders.get(i).getKey(), 1L, Long::sum);
    }
    return parts;
  }
}
