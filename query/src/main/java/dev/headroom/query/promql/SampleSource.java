package dev.headroom.query.promql;

import dev.headroom.storage.metrics.LabelMatcher;
import dev.headroom.storage.metrics.SeriesSamples;
import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.MemoryPermit;
import java.util.List;

/** Where selectors find their samples. */
public interface SampleSource {
  /**
   * Series that every matcher holds for, with their samples of a closed range; neither the list nor
   * the arrays change any more.
   */
  List<SeriesSamples> select(
      List<LabelMatcher> matchers,
      long fromMillis,
      long toMillis,
      Deadline deadline,
      MemoryPermit memory);
}
