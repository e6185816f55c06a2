package dev.headroom.storage.metrics;

import java.util.function.Predicate;

/** Which series have which label: what matchers are answered from, in the head and in a block. */
interface LabelPostings {
  /** Series are numbered from 0 to this. */
  int seriesCount();

  /** Ids with that label and value, ascending; empty when there are none. */
  int[] withValue(String name, String value);

  /** Tells of the ids of every value of a label that the condition holds for. */
  void withValues(String name, Predicate<String> condition, IdSink sink);

  /** Gets ids, ascending within one call. */
  interface IdSink {
    void accept(int[] ids, int count);
  }
}
