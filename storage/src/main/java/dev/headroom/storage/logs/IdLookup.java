package dev.headroom.storage.logs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/**
 * Finds the live records of the ids of one batch, segment by segment in their term dictionaries.
 * Opens readers at the first id that is asked for, and keeps them until closed. One thread.
 */
final class IdLookup implements AutoCloseable {
  /** The ids of one segment. */
  private static final class Segment {
    private final LeafReader reader;
    private final TermsEnum terms;
    private final @Nullable Bits live;
    private @Nullable PostingsEnum postings;

    Segment(LeafReader reader, TermsEnum terms) {
      this.reader = reader;
      this.terms = terms;
      this.live = reader.getLiveDocs();
    }

    Optional<LogIds.Live> find(BytesRef id) throws IOException {
      if (!terms.seekExact(id)) {
        return Optional.empty();
      }
      PostingsEnum found = terms.postings(postings, PostingsEnum.NONE);
      postings = found;
      for (int doc = found.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = found.nextDoc()) {
        if (live == null || live.get(doc)) {
          return Optional.of(
              new LogIds.Live(
                  number(LogSchema.POSITION, doc), number(LogSchema.VERSION, doc), false));
        }
      }
      return Optional.empty();
    }

    private long number(String field, int doc) throws IOException {
      NumericDocValues values = reader.getNumericDocValues(field);
      if (values == null || !values.advanceExact(doc)) {
        throw new IOException("a record with an id has no " + field);
      }
      return values.longValue();
    }
  }

  private final List<LogPartition> partitions;
  private final long indexedBelow;
  private final List<DirectoryReader> readers = new ArrayList<>();
  private @Nullable List<Segment> segments;

  /**
   * @param indexedBelow a position that is indexed; changes of ids behind it may be seen or not
   */
  IdLookup(List<LogPartition> partitions, long indexedBelow) {
    this.partitions = partitions;
    this.indexedBelow = indexedBelow;
  }

  Optional<LogIds.Live> find(String index, String id) throws IOException {
    List<Segment> all = segments;
    if (all == null) {
      all = open();
      segments = all;
    }
    BytesRef term = LogDocuments.idTerm(index, id);
    for (Segment segment : all) {
      Optional<LogIds.Live> found = segment.find(term);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private List<Segment> open() throws IOException {
    List<Segment> all = new ArrayList<>();
    for (LogPartition partition : partitions) {
      DirectoryReader reader = partition.readers.acquireIds(indexedBelow);
      if (reader == null) {
        continue;
      }
      readers.add(reader);
      try {
        addSegments(reader, all);
      } catch (IOException e) {
        partition.readers.tellIfDamaged(e);
        throw e;
      }
    }
    return all;
  }

  private static void addSegments(DirectoryReader reader, List<Segment> all) throws IOException {
    for (LeafReaderContext leaf : reader.leaves()) {
      Terms terms = leaf.reader().terms(LogSchema.ID);
      if (terms != null) {
        all.add(new Segment(leaf.reader(), terms.iterator()));
      }
    }
  }

  @Override
  public void close() throws IOException {
    for (DirectoryReader reader : readers) {
      reader.decRef();
    }
  }
}
