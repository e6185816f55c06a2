package dev.headroom.storage.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.storage.model.TenantId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompactionPlanTest {
  private static final BlockKey KEY = new BlockKey(TenantId.DEFAULT, "d400", 20_000);

  private static BlockManifest block(long first, long last, long samples) {
    return new BlockManifest(KEY, first, last, 0, 1, samples, 1, 1, List.of());
  }

  private static void check(boolean settled, int joined, long... samples) {
    List<BlockManifest> blocks = new ArrayList<>();
    for (int i = 0; i < samples.length; i++) {
      blocks.add(block(i, i, samples[i]));
    }
    List<BlockManifest> plan = CompactionPlan.next(blocks, settled);
    assertEquals(
        blocks.subList(samples.length - joined, samples.length), plan, Arrays.toString(samples));
  }

  @Test
  void newestNeighboursOfOneSizeAreJoined() {
    check(false, 0);
    check(false, 0, 1);
    check(false, 0, 1, 1, 1);
    check(false, 4, 1, 1, 1, 1);
    check(false, 4, 100, 1, 1, 1, 1);
    check(false, 5, 4, 1, 1, 1, 1);
    check(false, 0, 100, 50, 20, 5, 1);
    check(false, 5, 100, 3, 3, 1, 1, 1);
    check(false, 5, 1, 1, 1, 1, 50);
  }

  @Test
  void aSettledDayBecomesOneBlock() {
    check(true, 0, 7);
    check(true, 2, 1000, 1);
    check(true, 5, 100, 50, 20, 5, 1);
  }

  @Test
  void aDayOfFlushesStaysFewBlocksAndIsWrittenFewTimes() {
    List<BlockManifest> blocks = new ArrayList<>();
    long written = 0;
    int most = 0;
    for (int flush = 0; flush < 288; flush++) {
      blocks.add(block(flush, flush, 100));
      List<BlockManifest> plan = List.copyOf(CompactionPlan.next(blocks, false));
      if (!plan.isEmpty()) {
        long samples = plan.stream().mapToLong(BlockManifest::samples).sum();
        blocks.removeAll(plan);
        blocks.add(block(plan.getFirst().first(), plan.getLast().last(), samples));
        written += samples;
      }
      most = Math.max(most, blocks.size());
    }
    assertTrue(most <= 10, "at most " + most + " blocks");
    assertTrue(written <= 7 * 28_800, "samples written again " + written / 28_800.0 + " times");
  }

  @Test
  void aBlockReplacesThoseItsNumbersContain() {
    assertTrue(block(3, 9, 1).replaces(block(3, 3, 1)));
    assertTrue(block(3, 9, 1).replaces(block(9, 9, 1)));
    assertTrue(!block(3, 9, 1).replaces(block(3, 9, 1)));
    assertTrue(!block(3, 9, 1).replaces(block(10, 10, 1)));
    assertTrue(!block(3, 9, 1).replaces(block(2, 9, 1)));
  }
}
