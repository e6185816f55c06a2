package dev.headroom.storage.logs;

import dev.headroom.storage.logs.LogSnapshot.Part;
import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.MemoryPermit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.FieldDoc;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopFieldCollectorManager;
import org.apache.lucene.search.TopFieldDocs;

/**
 * Answers searches over a snapshot, partition by partition. Stateless; safe for any thread.
 *
 * <p>Hits come first, then aggregates, then the count, so that what was asked for most is there
 * when the deadline cuts the rest.
 */
final class LogSearcher {
  static final String TIMED_OUT = "timed_out";
  static final String OUT_OF_MEMORY = "memory";

  LogAnswer search(LogSnapshot snapshot, LogSearch search, Deadline deadline, MemoryPermit permit)
      throws IOException {
    List<String> partial = new ArrayList<>();
    List<LogHit> hits = hits(snapshot, search, deadline, permit, partial);
    List<LogAggregateResult> aggregates = List.of();
    long total = -1;
    if (!search.aggregates().isEmpty()) {
      AggregatePasses.Found found = new AggregatePasses(snapshot, search, deadline, permit).find();
      total = found.total();
      aggregates = found.results();
      partial.addAll(found.partialReasons());
    } else if (search.countHits()) {
      total = count(snapshot, search, deadline);
    }
    if (deadline.isExpired()) {
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

  private static Query query(Part part, LogSearch search) {
    return new FilterQueries(part.reader()).query(search);
  }

  static IndexSearcher searcher(Part part, Deadline deadline) {
    var searcher = new IndexSearcher(part.reader());
    searcher.setQueryCache(null);
    searcher.setTimeout(deadline::isExpired);
    return searcher;
  }

  private static long count(LogSnapshot snapshot, LogSearch search, Deadline deadline)
      throws IOException {
    long total = 0;
    for (Part part : snapshot.parts()) {
      if (deadline.isExpired()) {
        break;
      }
      total += part.read(_ -> searcher(part, deadline).count(query(part, search)));
    }
    return total;
  }

  private static List<LogHit> hits(
      LogSnapshot snapshot,
      LogSearch search,
      Deadline deadline,
      MemoryPermit permit,
      List<String> partial)
      throws IOException {
    if (search.limit() == 0) {
      return List.of();
    }
    List<HitReader.Place> places =
        search.sort().isByTime()
            ? byTime(snapshot, search, deadline)
            : byField(snapshot, search, deadline);
    var reader = new HitReader(snapshot, permit::tryReserve);
    List<LogHit> hits = reader.read(places);
    if (reader.isOutOfMemory()) {
      partial.add(OUT_OF_MEMORY);
    }
    return hits;
  }

  private static List<HitReader.Place> byTime(
      LogSnapshot snapshot, LogSearch search, Deadline deadline) throws IOException {
    var top = new TimeTop(search.sort().descending(), search.limit(), search.after());
    var run = new TimeOrderSearch(top, deadline);
    List<Part> parts = new ArrayList<>(snapshot.parts());
    parts.sort(
        (a, b) ->
            top.isDescending()
                ? Long.compare(b.days().fromNanos(), a.days().fromNanos())
                : Long.compare(a.days().fromNanos(), b.days().fromNanos()));
    for (Part part : parts) {
      if (!deadline.isExpired()
          && top.mayTake(part.days().fromNanos(), part.days().toNanos() - 1)) {
        part.read(
            _ -> {
              run.over(searcher(part, deadline), query(part, search));
              return part;
            });
      }
    }
    return top.inOrder().stream()
        .map(found -> new HitReader.Place(found.reader(), found.doc(), found.cursor()))
        .toList();
  }

  private static List<HitReader.Place> byField(
      LogSnapshot snapshot, LogSearch search, Deadline deadline) throws IOException {
    SortOrder order = SortOrder.of(search.sort(), snapshot.leaves());
    FieldDoc after = search.after().map(order::place).orElse(null);
    List<Part> parts = snapshot.parts();
    var tops = new TopFieldDocs[parts.size()];
    for (int i = 0; i < tops.length; i++) {
      var collector =
          new TopFieldCollectorManager(order.sort(), search.limit(), after, search.limit());
      Part part = parts.get(i);
      tops[i] = part.read(_ -> searcher(part, deadline).search(query(part, search), collector));
      for (ScoreDoc doc : tops[i].scoreDocs) {
        doc.shardIndex = i;
      }
    }
    var places = new ArrayList<HitReader.Place>();
    for (ScoreDoc doc : TopDocs.merge(order.sort(), search.limit(), tops).scoreDocs) {
      places.add(place(parts.get(doc.shardIndex).reader(), doc.doc, order.cursor((FieldDoc) doc)));
    }
    return places;
  }

  private static HitReader.Place place(IndexReader reader, int doc, LogCursor cursor) {
    LeafReaderContext leaf = reader.leaves().get(ReaderUtil.subIndex(doc, reader.leaves()));
    return new HitReader.Place(leaf.reader(), doc - leaf.docBase, cursor);
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
    for (Part part : snapshot.parts()) {
      var searcher = new IndexSearcher(part.reader());
      searcher.setQueryCache(null);
      TopDocs top = part.read(_ -> searcher.search(query, 1));
      if (top.scoreDocs.length > 0) {
        HitReader.Place place = place(part.reader(), top.scoreDocs[0].doc, new LogCursor(0L, 0));
        return new HitReader(snapshot, _ -> true).read(List.of(place)).stream().findFirst();
      }
    }
    return Optional.empty();
  }
}
