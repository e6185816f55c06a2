package dev.headroom.storage.logs;

import dev.headroom.storage.ledger.StockEntry;
import dev.headroom.storage.logs.WeightTable.Group;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.SortedDocValues;
import org.apache.lucene.search.DocIdSetIterator;
import org.jspecify.annotations.Nullable;

/** Which (stream, event hour) each document of a segment belongs to. */
final class DocumentGroups {
  private static final long NANOS_PER_HOUR = 3_600_000_000_000L;

  final List<Group> groups = new ArrayList<>();

  /** By document, an index into {@link #groups}. */
  final int[] groupOf;

  private DocumentGroups(int documents) {
    this.groupOf = new int[documents];
  }

  /** A record without stream or time (its indexing failed half-way) is in a group of its own. */
  static DocumentGroups of(
      int documents, @Nullable SortedDocValues streams, @Nullable NumericDocValues times)
      throws IOException {
    var hours = new long[documents];
    Arrays.fill(hours, StockEntry.NO_HOUR);
    if (times != null) {
      while (times.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
        hours[times.docID()] = Math.floorDiv(times.longValue(), NANOS_PER_HOUR);
      }
    }
    var ordinals = new int[documents];
    Arrays.fill(ordinals, -1);
    if (streams != null) {
      while (streams.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
        ordinals[streams.docID()] = streams.ordValue();
      }
    }
    var result = new DocumentGroups(documents);
    result.assign(ordinals, hours, streams);
    return result;
  }

  private record Key(int ordinal, long hour) {}

  private void assign(int[] ordinals, long[] hours, @Nullable SortedDocValues streams)
      throws IOException {
    Map<Key, Integer> known = new HashMap<>();
    int last = -1;
    for (int doc = 0; doc < groupOf.length; doc++) {
      // Neighbours mostly share stream and hour.
      boolean same =
          last >= 0 && ordinals[doc] == ordinals[doc - 1] && hours[doc] == hours[doc - 1];
      if (!same) {
        var key = new Key(ordinals[doc], hours[doc]);
        Integer group = known.get(key);
        if (group == null) {
          group = groups.size();
          known.put(key, group);
          String stream =
              streams == null || key.ordinal < 0
                  ? ""
                  : streams.lookupOrd(key.ordinal).utf8ToString();
          groups.add(new Group(stream, key.hour));
        }
        last = group;
      }
      groupOf[doc] = last;
    }
  }
}
