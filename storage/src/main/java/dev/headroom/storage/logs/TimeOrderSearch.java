package dev.headroom.storage.logs;

import dev.headroom.storage.model.Deadline;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.DocValuesSkipper;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.search.BulkScorer;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.LeafCollector;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.Scorable;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.Weight;

/**
 * Finds the first records of an order by event time without looking at all that match. Segments
 * hold records as they arrived, that is nearly in the order of time; so the newest are looked for
 * in windows from a segment's end, the oldest from its start. A block of the {@code @timestamp}
 * skip index whose bounds leave no record a place among the first is passed over. The bounds are
 * exact, so the answer is that of a sort however late data came. One thread.
 */
final class TimeOrderSearch {
  /** So few matches are not worth several scorers. */
  private static final int FEW_MATCHES = 4096;

  private final TimeTop top;
  private final Deadline deadline;

  /** Some documents of a segment, {@code to} exclusive, with the bounds of their times. */
  private record Block(int from, int to, long minTime, long maxTime) {}

  private record Segment(LeafReaderContext leaf, long minTime, long maxTime) {}

  TimeOrderSearch(TimeTop top, Deadline deadline) {
    this.top = top;
    this.deadline = deadline;
  }

  /** Goes on with the records of one more reader; stops early at the deadline. */
  void over(IndexSearcher searcher, Query query) throws IOException {
    Weight weight = searcher.createWeight(searcher.rewrite(query), ScoreMode.COMPLETE_NO_SCORES, 1);
    for (Segment segment : segments(searcher)) {
      if (deadline.isExpired()) {
        return;
      }
      if (top.mayTake(segment.minTime, segment.maxTime)) {
        visit(weight, segment.leaf);
      }
    }
  }

  private List<Segment> segments(IndexSearcher searcher) throws IOException {
    var segments = new ArrayList<Segment>();
    for (LeafReaderContext leaf : searcher.getLeafContexts()) {
      DocValuesSkipper times = leaf.reader().getDocValuesSkipper(LogSchema.TIMESTAMP);
      if (times != null) {
        segments.add(new Segment(leaf, times.minValue(), times.maxValue()));
      }
    }
    segments.sort(
        top.isDescending()
            ? Comparator.comparingLong(Segment::maxTime).reversed()
            : Comparator.comparingLong(Segment::minTime));
    return segments;
  }

  private void visit(Weight weight, LeafReaderContext leaf) throws IOException {
    ScorerSupplier matches = weight.scorerSupplier(leaf);
    if (matches == null) {
      return;
    }
    List<Block> blocks = blocks(leaf.reader());
    if (!top.isDescending() || matches.cost() <= FEW_MATCHES) {
      visit(matches, leaf.reader(), blocks);
      return;
    }
    // A scorer only goes forward, so each window needs a new one: let windows grow.
    int end = blocks.size();
    int width = 1;
    while (true) {
      while (end > 0 && !mayTake(blocks.get(end - 1))) {
        end--;
      }
      if (end == 0 || deadline.isExpired() || matches == null) {
        return;
      }
      int start = Math.max(0, end - width);
      visit(matches, leaf.reader(), blocks.subList(start, end));
      end = start;
      width *= 2;
      matches = weight.scorerSupplier(leaf);
    }
  }

  private void visit(ScorerSupplier matches, LeafReader reader, List<Block> blocks)
      throws IOException {
    BulkScorer scorer = matches.bulkScorer();
    if (scorer == null) {
      return;
    }
    var collector = new Collector(reader);
    int next = 0;
    for (Block block : blocks) {
      if (next >= block.to || !mayTake(block)) {
        continue;
      }
      if (deadline.isExpired()) {
        return;
      }
      next = scorer.score(collector, reader.getLiveDocs(), Math.max(next, block.from), block.to);
    }
  }

  private boolean mayTake(Block block) {
    return top.mayTake(block.minTime, block.maxTime);
  }

  private static List<Block> blocks(LeafReader reader) throws IOException {
    var blocks = new ArrayList<Block>();
    DocValuesSkipper times = reader.getDocValuesSkipper(LogSchema.TIMESTAMP);
    times.advance(0);
    while (times.minDocID(0) != DocIdSetIterator.NO_MORE_DOCS) {
      int to = times.maxDocID(0) + 1;
      blocks.add(new Block(times.minDocID(0), to, times.minValue(0), times.maxValue(0)));
      times.advance(to);
    }
    return blocks;
  }

  private final class Collector implements LeafCollector {
    private final LeafReader reader;
    private final NumericDocValues times;
    private final NumericDocValues positions;

    Collector(LeafReader reader) throws IOException {
      this.reader = reader;
      this.times = DocValues.getNumeric(reader, LogSchema.TIMESTAMP);
      this.positions = DocValues.getNumeric(reader, LogSchema.POSITION);
    }

    @Override
    public void setScorer(Scorable scorer) {}

    @Override
    public void collect(int doc) throws IOException {
      if (times.advanceExact(doc)) {
        long time = times.longValue();
        if (top.mayTake(time, time) && positions.advanceExact(doc)) {
          top.offer(reader, doc, time, positions.longValue());
        }
      }
    }
  }
}
