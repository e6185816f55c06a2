package dev.headroom.storage.logs;

import java.io.IOException;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.IndexSearcher;

/** The segment that aggregates are being computed over, and what filters need of its part. */
record AggregateSegment(LeafReaderContext leaf, IndexSearcher searcher, FilterQueries queries) {
  LeafReader reader() {
    return leaf.reader();
  }

  /** A field's values, one reader a type; empty when the segment has none. */
  java.util.List<FieldValues> values(String field, java.util.Optional<Object> missing)
      throws IOException {
    return missing.isEmpty()
        ? FieldValues.of(reader(), field)
        : AbsentValue.or(reader(), field, missing.get());
  }
}
