package dev.headroom.storage.sketch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class QuantileSketchTest {
  private static final long SEED = Long.getLong("headroom.seed", 20261124L);
  private static final double[] QUANTILES = {0, 0.001, 0.01, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 1};

  private final Random random = new Random(SEED);

  private interface Draw {
    double next(int i);
  }

  private void check(String name, int count, Draw draw) {
    var parts =
        new QuantileSketch[] {new QuantileSketch(), new QuantileSketch(), new QuantileSketch()};
    var whole = new QuantileSketch();
    var values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = draw.next(i);
      whole.add(values[i]);
      parts[random.nextInt(parts.length)].add(values[i]);
    }
    parts[0].merge(parts[1]);
    parts[0].merge(parts[2]);
    Arrays.sort(values);
    for (QuantileSketch sketch : new QuantileSketch[] {whole, parts[0]}) {
      assertEquals(count, sketch.count(), name);
      assertEquals(values[0], sketch.min(), name);
      assertEquals(values[count - 1], sketch.max(), name);
      for (double q : QUANTILES) {
        // The two neighbours' errors add to that of the interpolation between signs.
        double rank = q * (count - 1);
        int below = (int) rank;
        double above = values[Math.min(below + 1, count - 1)];
        double expected = values[below] * (1 - (rank - below)) + above * (rank - below);
        double error =
            0.01001 * Math.max(Math.abs(values[below]), Math.abs(above)) + Double.MIN_NORMAL;
        assertEquals(
            expected,
            sketch.quantile(q),
            error,
            name + " of " + count + " at " + q + " seed " + SEED);
      }
    }
  }

  @Test
  void quantilesStayWithinTheStatedError() {
    for (int count : new int[] {1, 2, 100, 128, 129, 500, 20_000}) {
      check("uniform", count, _ -> random.nextDouble());
      check("normal", count, _ -> random.nextGaussian());
      check("log-normal", count, _ -> Math.exp(3 * random.nextGaussian()));
      check("negative pareto", count, _ -> -Math.pow(1 - random.nextDouble(), -0.8));
      check("mostly zero", count, _ -> random.nextInt(10) == 0 ? random.nextInt(100) - 50 : 0);
      check("whole", count, i -> i);
      check("constant", count, _ -> 42);
      check("nanoseconds", count, i -> 1.795521e18 + i * 1e9);
      check("fifteen orders", count, _ -> Math.pow(10, random.nextDouble() * 15 - 7));
    }
  }

  @Test
  void valuesNextToZeroAreMergedWhenThereAreTooManyBuckets() {
    var sketch = new QuantileSketch();
    for (int i = 0; i < 60_000; i++) {
      sketch.add(Math.pow(10, i % 600 - 300));
    }
    assertTrue(sketch.bytes() < 40_000, "bytes " + sketch.bytes());
    assertEquals(1e290, sketch.quantile(590.5 / 600), 0.011e290);
    assertEquals(1e-300, sketch.min());
    assertTrue(sketch.quantile(0.2) <= 1e283, "the lowest stand for each other");
  }

  @Test
  void extremesAreCounted() {
    var sketch = new QuantileSketch();
    for (int i = 0; i < 200; i++) {
      sketch.add(i % 2 == 0 ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY);
      sketch.add(Double.NaN);
    }
    assertEquals(200, sketch.count());
    assertEquals(-Double.MAX_VALUE, sketch.quantile(0.1), 0.02 * Double.MAX_VALUE);
    assertEquals(Double.MAX_VALUE, sketch.quantile(0.9), 0.02 * Double.MAX_VALUE);
  }

  @Test
  void anEmptySketchHasNone() {
    var sketch = new QuantileSketch();
    sketch.merge(new QuantileSketch());
    assertTrue(Double.isNaN(sketch.quantile(0.5)) && Double.isNaN(sketch.rank(1)));
    assertEquals(0, sketch.count());
  }

  @Test
  void ranksTellTheShareUpToAValue() {
    for (int count : new int[] {100, 50_000}) {
      DoubleUnaryOperator share =
          x -> (double) Math.clamp((long) Math.floor(x) + count / 2 + 1, 0, count) / count;
      var sketch = new QuantileSketch();
      for (int i = 0; i < count; i++) {
        sketch.add(i - count / 2);
      }
      for (double x : new double[] {-1e9, -0.4 * count, -1, 0, 1, 0.1 * count, 0.4 * count, 1e9}) {
        assertEquals(share.applyAsDouble(x), sketch.rank(x), 0.01, count + " at " + x);
      }
    }
  }
}
