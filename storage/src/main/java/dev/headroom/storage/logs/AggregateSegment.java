package dev.headroom.storage.logs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.IndexSearcher;

/** The segment that aggregates are being computed over, and what filters need of its part. */
record AggregateSegment(
    LeafReaderContext leaf, IndexSearcher searcher, FilterQueries queries, AggregateRun run) {
  LeafReader reader() {
    return leaf.reader();
  }

  /** A field's values, one reader a type; empty when the segment has none. */
  List<FieldValues> values(String field, Optional<Object> missing) throws IOException {
    List<FieldValues> values = values(field);
    if (missing.isPresent()) {
      values.add(new AbsentValue(values(field), missing.get()));
    }
    return values;
  }

  private List<FieldValues> values(String field) throws IOException {
    List<FieldValues> values = new ArrayList<>(FieldValues.of(reader(), field));
    IdValues.of(reader(), field, run::reserve).ifPresent(values::add);
    return values;
  }
}
