package dev.headroom.storage.logs;

import dev.headroom.storage.file.DurableFiles;
import dev.headroom.storage.model.LogOp;
import dev.headroom.storage.model.LogRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LogByteSizeMergePolicy;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/**
 * One Lucene index; the format is in {@code storage/docs/format/log-partition.md}.
 *
 * <p><i>Threads.</i> Writing, committing and closing the writer happen on the indexing thread only.
 * {@link #acquire} may be called by any thread; a reader is counted and lives until it is released.
 */
final class LogPartition implements AutoCloseable {
  private static final String POSITION_KEY = "position";

  /** Small segments are joined while hot, larger ones never: merging takes 40 % of the CPU else. */
  private static final double MAX_HOT_MERGE_MB = 16;

  private static final int MERGE_FACTOR = 10;

  final PartitionKey key;
  final Path path;
  private final Directory directory;
  private final double bufferMegabytes;
  private final LogDocuments documents = new LogDocuments();
  private final PartitionStock stock;

  // Indexing thread only, which others may see.
  private volatile @Nullable IndexWriter writer;
  private long committedPosition;
  private boolean dirty;

  // Guarded by this.
  private @Nullable DirectoryReader reader;
  private boolean stale = true;

  LogPartition(PartitionKey key, Path path, double bufferMegabytes) throws IOException {
    this.key = key;
    this.path = path;
    this.bufferMegabytes = bufferMegabytes;
    DurableFiles.createDirectories(path);
    this.directory = new MMapDirectory(path);
    this.stock = new PartitionStock(key, path, directory, this::isWriterOpen);
    this.committedPosition = readCommittedPosition();
  }

  private long readCommittedPosition() throws IOException {
    if (!DirectoryReader.indexExists(directory)) {
      return 0;
    }
    Map<String, String> data = SegmentInfos.readLatestCommit(directory).getUserData();
    return Long.parseLong(data.getOrDefault(POSITION_KEY, "0"));
  }

  /** Every record below this position that belongs here is on the disk. */
  long committedPosition() {
    return committedPosition;
  }

  boolean isDirty() {
    return dirty;
  }

  boolean isWriterOpen() {
    return writer != null;
  }

  long bufferedBytes() {
    IndexWriter open = writer;
    return open == null ? 0 : open.ramBytesUsed();
  }

  private IndexWriter writer() throws IOException {
    IndexWriter open = writer;
    if (open == null) {
      open = new IndexWriter(directory, writerConfig());
      writer = open;
    }
    return open;
  }

  private IndexWriterConfig writerConfig() {
    var merges = new LogByteSizeMergePolicy();
    merges.setMaxMergeMB(MAX_HOT_MERGE_MB);
    merges.setMergeFactor(MERGE_FACTOR);
    merges.setNoCFSRatio(1.0); // few files: 20,000 open ones are a real limit
    var meter = new SegmentMeter();
    return new IndexWriterConfig()
        .setCodec(new LogCodec(meter))
        .setRAMBufferSizeMB(bufferMegabytes)
        .setMergePolicy(new MeteredMerges(meter, merges))
        .setMergeScheduler(new SerialMergeScheduler())
        .setUseCompoundFile(true)
        .setCommitOnClose(false);
  }

  /** Adds a record; of several with one position and a replay only the first counts. */
  void add(LogRecord log, long position) throws IOException {
    writer().addDocument(documents.document(log, position));
    markChanged();
  }

  /** Removes the record of that id at that position, if it is here. */
  void remove(LogRecord log, long position) throws IOException {
    var id = LogDocuments.idTerm(log.index(), log.id().orElseThrow());
    if (writer == null && !mayHold(id)) {
      return;
    }
    Query query =
        new BooleanQuery.Builder()
            .add(new TermQuery(new Term(LogSchema.ID, id)), BooleanClause.Occur.FILTER)
            .add(
                NumericDocValuesField.newSlowExactQuery(LogSchema.POSITION, position),
                BooleanClause.Occur.FILTER)
            .build();
    writer().deleteDocuments(query);
    markChanged();
  }

  private boolean mayHold(BytesRef id) throws IOException {
    DirectoryReader current = acquire();
    if (current == null) {
      return false;
    }
    try {
      return current.docFreq(new Term(LogSchema.ID, id)) > 0;
    } finally {
      current.decRef();
    }
  }

  static boolean isRemoval(LogRecord log) {
    return log.op() == LogOp.DELETE;
  }

  private void markChanged() {
    dirty = true;
    synchronized (this) {
      stale = true;
    }
  }

  /** Makes everything durable; {@code position} is where the index now stands in the WAL. */
  void commit(long position) throws IOException {
    IndexWriter open = writer;
    if (open == null || !dirty) {
      return;
    }
    open.setLiveCommitData(Map.of(POSITION_KEY, Long.toString(position)).entrySet());
    open.commit();
    committedPosition = position;
    dirty = false;
  }

  /** Writes the buffer to a segment, without making it durable. */
  void flush() throws IOException {
    IndexWriter open = writer;
    if (open != null) {
      open.flush();
    }
  }

  /** Commits and gives the writer's memory back; the partition stays readable. */
  void closeWriter(long position) throws IOException {
    commit(position);
    synchronized (this) {
      IndexWriter open = writer;
      if (open != null) {
        closeReader();
        open.close();
        writer = null;
        stale = true;
      }
    }
  }

  /**
   * A point-in-time reader of all that was added; null when the partition is empty. Counted: the
   * caller releases it by {@code decRef}.
   */
  synchronized @Nullable DirectoryReader acquire() throws IOException {
    if (reader == null || stale) {
      refresh();
    }
    DirectoryReader current = reader;
    if (current != null) {
      current.incRef();
    }
    return current;
  }

  private void refresh() throws IOException {
    stale = false;
    IndexWriter open = writer;
    DirectoryReader old = reader;
    if (open != null) {
      DirectoryReader newer =
          old == null ? DirectoryReader.open(open) : DirectoryReader.openIfChanged(old, open);
      if (newer != null) {
        closeReader();
        reader = newer;
      }
    } else if (old == null && DirectoryReader.indexExists(directory)) {
      reader = DirectoryReader.open(directory);
    }
  }

  private void closeReader() throws IOException {
    DirectoryReader old = reader;
    reader = null;
    if (old != null) {
      old.decRef();
    }
  }

  /** What the bytes in its folder are. */
  PartitionStock stock() {
    return stock;
  }

  /** Closes without committing; call {@link #commit} first to keep what is new. */
  @Override
  public synchronized void close() throws IOException {
    closeReader();
    IndexWriter open = writer;
    writer = null;
    if (open != null) {
      open.rollback();
    }
    directory.close();
  }
}
