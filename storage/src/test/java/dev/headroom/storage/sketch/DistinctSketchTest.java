package dev.headroom.storage.sketch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class DistinctSketchTest {
  private static final long SEED = Long.getLong("headroom.seed", 20261124L);

  private final Random random = new Random(SEED);

  private interface Add {
    void value(DistinctSketch sketch, long value);
  }

  private static void text(DistinctSketch sketch, long value) {
    byte[] bytes = ("host-" + value + ".example.org").getBytes(UTF_8);
    sketch.addBytes(bytes, 0, bytes.length);
  }

  /** Every value twice, over two sketches that share a third. */
  private void check(String name, int count, Add add) {
    var a = new DistinctSketch();
    var b = new DistinctSketch();
    for (int i = 0; i < count; i++) {
      if (i < count * 2L / 3) {
        add.value(a, i);
      }
      if (i >= count / 3) {
        add.value(b, i);
        add.value(b, count / 3 + random.nextInt(i - count / 3 + 1));
      }
    }
    DistinctSketch merged = a.copy();
    merged.merge(b);
    b.merge(a);
    for (DistinctSketch sketch : new DistinctSketch[] {merged, b}) {
      double error = count <= DistinctSketch.EXACT_VALUES ? 0 : count * 0.0081 * 4;
      assertEquals(count, sketch.count(), error, name + " of " + count + " seed " + SEED);
      assertEquals(count <= DistinctSketch.EXACT_VALUES, sketch.isExact());
    }
  }

  @Test
  void countsStayWithinFourStandardErrors() {
    for (int count :
        new int[] {0, 1, 7, 100, 3000, 3001, 5000, 17_000, 40_000, 120_000, 1_000_000}) {
      check("sequence", count, DistinctSketch::addLong);
      check("multiples", count, (sketch, value) -> sketch.addLong(value * 1_000_000_000L));
      check("fractions", count, (sketch, value) -> sketch.addDouble(value / 7.0));
      if (count <= 120_000) {
        check("texts", count, DistinctSketchTest::text);
      }
    }
  }

  @Test
  void theEstimateIsNotBiased() {
    for (int count : new int[] {4000, 20_000, 60_000}) {
      double sum = 0;
      for (int run = 0; run < 40; run++) {
        var sketch = new DistinctSketch();
        for (int i = 0; i < count; i++) {
          sketch.addHash(random.nextLong());
        }
        assertFalse(sketch.isExact());
        sum += (double) sketch.count() / count;
      }
      assertEquals(1, sum / 40, 4 * 0.0081 / Math.sqrt(40), "of " + count + " seed " + SEED);
    }
  }

  @Test
  void numbersAreTheSameByValue() {
    var sketch = new DistinctSketch();
    sketch.addLong(7);
    sketch.addDouble(7);
    sketch.addDouble(0);
    sketch.addDouble(-0.0);
    sketch.addDouble(7.5);
    sketch.addHash(0);
    assertEquals(4, sketch.count());
  }

  @Test
  void memoryIsBounded() {
    var sketch = new DistinctSketch();
    long most = 0;
    for (int i = 0; i < 100_000; i++) {
      sketch.addLong(i);
      most = Math.max(most, sketch.bytes());
    }
    assertTrue(most <= 34_000, "bytes " + most);
    assertTrue(sketch.bytes() <= 17_000, "bytes " + sketch.bytes());
  }
}
