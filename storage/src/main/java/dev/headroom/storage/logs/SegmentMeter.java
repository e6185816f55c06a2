package dev.headroom.storage.logs;

import java.util.concurrent.ConcurrentHashMap;
import org.apache.lucene.index.SegmentInfo;

/**
 * Measures the segments that one index writer makes. The codec's formats report to it while a
 * segment is written; when Lucene writes the segment's description, the ledger file is written
 * first and belongs to the segment from then on.
 *
 * <p><i>Threads.</i> A segment is written by one thread at a time; several segments may be written
 * at once (a search's refresh flushes on the search's thread).
 */
final class SegmentMeter {
  private final ConcurrentHashMap<String, SegmentMeasure> open = new ConcurrentHashMap<>();

  /** What is being measured of a segment; begun by whoever asks first. */
  SegmentMeasure of(String segment) {
    return open.computeIfAbsent(segment, _ -> new SegmentMeasure());
  }

  SegmentMeasure finish(SegmentInfo segment) {
    SegmentMeasure measure = open.remove(segment.name);
    return measure == null ? new SegmentMeasure() : measure;
  }

  /** Forgets a segment that came to nothing. */
  void forget(String segment) {
    open.remove(segment);
  }
}
