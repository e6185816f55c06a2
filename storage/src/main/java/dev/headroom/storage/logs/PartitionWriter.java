package dev.headroom.storage.logs;

import dev.headroom.storage.file.DiskGuard;
import dev.headroom.storage.model.LogRecord;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An open index writer of a partition: records become documents, documents segments. Used under the
 * partition's write lock; {@link #index} may be read by others, and {@link #abort} be called.
 */
final class PartitionWriter {
  private static final Logger LOG = LoggerFactory.getLogger(PartitionWriter.class);

  private final String partition;
  private final IndexWriter index;
  private final PartitionMergeScheduler merges;
  private final Set<String> streams;
  private @Nullable LogDocuments documents;

  /**
   * @param streams of the records in the last commit
   * @param mayMergeHere asked on the thread that wants to merge
   */
  PartitionWriter(
      String partition,
      Directory directory,
      Collection<String> streams,
      double bufferMegabytes,
      DiskGuard guard,
      BooleanSupplier mayMergeHere)
      throws IOException {
    this.partition = partition;
    this.streams = new HashSet<>(streams);
    this.merges = new PartitionMergeScheduler(mayMergeHere);
    var meter = new SegmentMeter();
    this.index =
        new IndexWriter(
            directory,
            new IndexWriterConfig()
                .setCodec(new LogCodec(meter))
                .setRAMBufferSizeMB(bufferMegabytes)
                .setMergePolicy(
                    new MeteredMerges(meter, new PartitionMergePolicy(guard::hasRoomFor)))
                .setMergeScheduler(merges)
                .setMaxFullFlushMergeWaitMillis(0)
                .setUseCompoundFile(true)
                .setCommitOnClose(false));
  }

  IndexWriter index() {
    return index;
  }

  /** Whether no error closed it. */
  boolean isOpen() {
    return index.isOpen();
  }

  long bufferedBytes() {
    return index.isOpen() ? index.ramBytesUsed() : 0;
  }

  /** Of all records that were added, sorted. */
  List<String> streams() {
    return streams.stream().sorted().toList();
  }

  void add(LogRecord log, long position) throws IOException {
    LogDocuments made = documents;
    if (made == null) {
      made = new LogDocuments();
      documents = made;
    }
    try {
      index.addDocument(made.document(log, position));
    } catch (IllegalArgumentException e) {
      LOG.warn("a value cannot be indexed partition={} position={}", partition, position, e);
      index.addDocument(made.withoutFields(log, position));
    }
    streams.add(log.stream());
  }

  /** Removes the record of that id at that position. */
  void remove(LogRecord log, long position) throws IOException {
    Query at = NumericDocValuesField.newSlowExactQuery(LogSchema.POSITION, position);
    index.deleteDocuments(
        LogDocuments.isAutomaticId(log, position)
            ? at
            : new BooleanQuery.Builder()
                .add(new TermQuery(LogDocuments.idTerm(log)), BooleanClause.Occur.FILTER)
                .add(at, BooleanClause.Occur.FILTER)
                .build());
  }

  void mergeWaiting() throws IOException {
    merges.mergeWaiting();
  }

  void mergeAll() throws IOException {
    index.forceMerge(1);
  }

  /** Writes the buffer to a segment, without making it durable. */
  void flush() throws IOException {
    index.flush();
  }

  void commit(PartitionState state) throws IOException {
    index.setLiveCommitData(state.toUserData().entrySet());
    index.commit();
    LogDocuments made = documents;
    if (made != null) {
      made.release();
    }
  }

  /** What was not committed is lost. */
  void close() throws IOException {
    index.close();
  }

  /** Throws everything away that was not committed, also while another thread merges. */
  void abort() {
    try {
      index.rollback();
    } catch (IOException | AlreadyClosedException e) {
      LOG.warn("rolling back failed partition={}", partition, e);
    }
  }
}
