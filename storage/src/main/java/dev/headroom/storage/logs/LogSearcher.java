package dev.headroom.storage.logs;

import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.MemoryPermit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.FieldDoc;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopFieldCollectorManager;
import org.apache.lucene.search.TopFieldDocs;
import org.apache.lucene.util.BytesRef;

/** Answers searches over a snapshot. Stateless; safe for any thread. */
final class LogSearcher {
  static final String TIMED_OUT = "timed_out";
  static final String OUT_OF_MEMORY = "memory";

  LogAnswer search(LogSnapshot snapshot, LogSearch search, Deadline deadline, MemoryPermit permit)
      throws IOException {
    IndexReader reader = snapshot.reader();
    Query query = new FilterQueries(reader).query(search);
    var searcher = new IndexSearcher(reader);
    searcher.setQueryCache(null);
    searcher.setTimeout(deadline::isExpired);
    List<String> partial = new ArrayList<>();
    List<LogAggregateResult> aggregates = List.of();
    long total = -1;
    if (!search.aggregates().isEmpty()) {
      var run = new AggregateRun(search.aggregates(), deadline, permit);
      total = run.over(searcher, query);
      aggregates = run.results();
      partial.addAll(run.partialReasons());
    } else if (search.countHits()) {
      total = searcher.count(query);
    }
    List<LogHit> hits =
        search.limit() == 0 ? List.of() : hits(searcher, query, search, permit, partial);
    if (searcher.timedOut() || deadline.isExpired()) {
      partial.add(TIMED_OUT);
    }
    boolean exact = total >= 0 && partial.isEmpty();
    return new LogAnswer(
        hits,
        Math.max(total, hits.size()),
        exact,
        aggregates,
        partial.stream().distinct().toList());
  }

  private static List<LogHit> hits(
      IndexSearcher searcher,
      Query query,
      LogSearch search,
      MemoryPermit permit,
      List<String> partial)
      throws IOException {
    SortOrder order = SortOrder.of(search.sort(), searcher.getIndexReader());
    Sort sort = order.sort();
    FieldDoc after = search.after().map(order::place).orElse(null);
    var collector = new TopFieldCollectorManager(sort, search.limit(), after, search.limit());
    TopFieldDocs top = searcher.search(query, collector);
    List<LogHit> hits = new ArrayList<>(top.scoreDocs.length);
    StoredFields stored = searcher.storedFields();
    for (ScoreDoc doc : top.scoreDocs) {
      Document document = stored.document(doc.doc);
      BytesRef source = document.getBinaryValue(LogSchema.SOURCE);
      if (!permit.tryReserve(source == null ? 0 : source.length + 200L)) {
        partial.add(OUT_OF_MEMORY);
        break;
      }
      hits.add(hit(searcher.getIndexReader(), doc.doc, document, order.cursor((FieldDoc) doc)));
    }
    return hits;
  }

  private static LogHit hit(IndexReader reader, int doc, Document document, LogCursor cursor)
      throws IOException {
    LeafReaderContext leaf = reader.leaves().get(ReaderUtil.subIndex(doc, reader.leaves()));
    int local = doc - leaf.docBase;
    long position = number(leaf, LogSchema.POSITION, local);
    String id = document.get(LogSchema.ID);
    BytesRef source = document.getBinaryValue(LogSchema.SOURCE);
    return new LogHit(
        position,
        number(leaf, LogSchema.TIMESTAMP, local),
        name(leaf, LogSchema.STREAM, local),
        name(leaf, LogSchema.INDEX, local),
        id == null ? AutomaticId.of(position) : id,
        id == null ? 1 : number(leaf, LogSchema.VERSION, local),
        source == null ? new byte[0] : BytesRef.deepCopyOf(source).bytes,
        cursor);
  }

  private static long number(LeafReaderContext leaf, String field, int doc) throws IOException {
    NumericDocValues values = DocValues.getNumeric(leaf.reader(), field);
    return values.advanceExact(doc) ? values.longValue() : 0;
  }

  private static String name(LeafReaderContext leaf, String field, int doc) throws IOException {
    SortedDocValues values = DocValues.getSorted(leaf.reader(), field);
    return values.advanceExact(doc) ? values.lookupOrd(values.ordValue()).utf8ToString() : "";
  }

  /** The live record of an id, the sender's or a derived one. */
  Optional<LogHit> get(LogSnapshot snapshot, String index, String id) throws IOException {
    Optional<LogHit> bySender =
        first(snapshot, new TermQuery(new Term(LogSchema.ID, LogDocuments.idTerm(index, id))));
    OptionalLong position = AutomaticId.position(id);
    if (bySender.isPresent() || position.isEmpty()) {
      return bySender;
    }
    return first(
            snapshot,
            NumericDocValuesField.newSlowExactQuery(LogSchema.POSITION, position.getAsLong()))
        .filter(hit -> hit.index().equals(index) && hit.id().equals(id));
  }

  private static Optional<LogHit> first(LogSnapshot snapshot, Query query) throws IOException {
    var searcher = new IndexSearcher(snapshot.reader());
    searcher.setQueryCache(null);
    TopDocs top = searcher.search(query, 1);
    if (top.scoreDocs.length == 0) {
      return Optional.empty();
    }
    int doc = top.scoreDocs[0].doc;
    Document document = searcher.storedFields().document(doc);
    return Optional.of(hit(snapshot.reader(), doc, document, new LogCursor(0L, 0)));
  }

  /** Where an id lives, without its source. */
  Optional<LogIds.Live> findLive(LogSnapshot snapshot, String index, String id)
      throws HeadroomException {
    try {
      if (snapshot.reader().docFreq(new Term(LogSchema.ID, LogDocuments.idTerm(index, id))) == 0
          && AutomaticId.position(id).isEmpty()) {
        return Optional.empty();
      }
      return get(snapshot, index, id)
          .map(hit -> new LogIds.Live(hit.position(), hit.version(), false));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
