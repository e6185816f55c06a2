package dev.headroom.storage.metrics;

import java.util.List;

/** Which blocks of a day to join next; decided from numbers only. */
final class CompactionPlan {
  /** Fewer, and the same samples are written again too often; more, and reads open more blocks. */
  static final int MIN_BLOCKS = 4;

  /** After a day's end some samples still come late. */
  static final long GRACE_MILLIS = 3 * 3_600_000L;

  /**
   * Neighbours to be joined, or none.
   *
   * @param blocks of one day, by running number
   * @param settled whether the day is over and got nothing of late
   */
  static List<BlockManifest> next(List<BlockManifest> blocks, boolean settled) {
    if (settled) {
      return blocks.size() > 1 ? blocks : List.of();
    }
    int from = blocks.size();
    long samples = 0;
    // A block joins when it is no larger than all newer ones together: sizes stay about powers of
    // two, and a sample is written again at most once for each.
    while (from > 0 && (samples == 0 || blocks.get(from - 1).samples() <= samples)) {
      samples += blocks.get(--from).samples();
    }
    List<BlockManifest> run = blocks.subList(from, blocks.size());
    return run.size() >= MIN_BLOCKS ? run : List.of();
  }

  static boolean isOver(BlockKey key, long nowMillis) {
    return nowMillis > key.toMillis() + GRACE_MILLIS;
  }

  private CompactionPlan() {}
}
