package dev.headroom.storage.metrics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.storage.metrics.ChunkCodec.Effort;
import dev.headroom.storage.model.Sample;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ChunkCodecTest {
  private static final double[] SPECIAL = {
    0.0,
    -0.0,
    Double.NaN,
    Sample.STALE,
    Double.longBitsToDouble(0xfff8_0000_0000_1234L),
    Double.longBitsToDouble(0x7ff0_0000_0000_0001L),
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.MIN_VALUE,
    -Double.MIN_VALUE,
    Double.MIN_NORMAL,
    Double.MAX_VALUE,
    -Double.MAX_VALUE,
    0x1p53,
    0x1p53 + 2,
    0x1p62,
    0x1p63,
    -0x1p63,
    0x1.fffffffffffffp62,
    1e18,
    1e22,
    1e-18,
    0.1,
    0.1 + 0.2,
    123456789.123456,
    Math.PI
  };

  private final ChunkCodec codec = new ChunkCodec();

  private int comesBack(double[] values) {
    int length = 0;
    for (Effort effort : Effort.values()) {
      byte[] bytes = codec.encodeValues(values, 0, values.length, effort);
      var decoded = new double[values.length];
      codec.decodeValues(bytes, bytes.length, values.length, decoded);
      assertArrayEquals(bits(values), bits(decoded));
      length = effort == Effort.HOT ? bytes.length : Math.min(length, bytes.length);
    }
    return codec.encodeValues(values, 0, values.length, Effort.HOT).length;
  }

  private static long[] bits(double[] values) {
    return Arrays.stream(values).mapToLong(Double::doubleToRawLongBits).toArray();
  }

  @Property(tries = 500)
  void anyBitPatternsComeBack(@ForAll @Size(min = 1, max = 200) long[] bits) {
    comesBack(Arrays.stream(bits).mapToDouble(Double::longBitsToDouble).toArray());
  }

  @Property(tries = 500)
  void anyDoublesComeBack(@ForAll @Size(min = 1, max = 200) double[] values) {
    comesBack(values);
  }

  @Property(tries = 1000)
  void shapesMixedWithSpecialValuesComeBack(@ForAll long seed) {
    var random = new Random(seed);
    var values = new double[1 + random.nextInt(ChunkCodec.MAX_SAMPLES)];
    int shape = random.nextInt(8);
    double level = random.nextGaussian() * Math.pow(10, random.nextInt(20) - 6);
    double scale = Math.pow(10, random.nextInt(10));
    int oneIn = random.nextInt(3) == 0 ? 1 + random.nextInt(40) : Integer.MAX_VALUE;
    for (int i = 0; i < values.length; i++) {
      level += shape == 7 ? random.nextGaussian() : 0;
      values[i] =
          switch (shape) {
            case 0 -> level;
            case 1 -> Math.floor(level) + i * scale;
            case 2 -> Math.rint(random.nextGaussian() * scale) / scale;
            case 3 -> random.nextInt(1 << (1 + random.nextInt(30))) * 4096.0;
            case 4 -> random.nextDouble();
            case 5 -> (float) random.nextGaussian();
            case 6 -> Math.rint(Math.sin(i / 50.0) * 1e4) / 1e2;
            default -> level;
          };
      if (random.nextInt(oneIn) == 0) {
        values[i] = SPECIAL[random.nextInt(SPECIAL.length)];
      }
    }
    comesBack(values);
  }

  @Test
  void specialValuesComeBackAloneAndTogether() {
    comesBack(SPECIAL);
    for (double value : SPECIAL) {
      comesBack(new double[] {value});
      comesBack(new double[] {value, value, 1.5});
      comesBack(new double[] {1.5, 2.5, value});
    }
  }

  @Test
  void everydaySeriesAreSmall() {
    var values = new double[1000];
    Arrays.fill(values, 0.25);
    assertEquals(6, comesBack(values), "constant");
    Arrays.setAll(values, i -> 1e9 + 1234.0 * i);
    assertEquals(12, comesBack(values), "steady counter");
    var random = new Random(42);
    double total = 5e9;
    for (int i = 0; i < values.length; i++) {
      total += random.nextInt(1000);
      values[i] = total;
    }
    assertEquals(1260, comesBack(values), "counter with steps up to 1,000: 10 bits each");
    Arrays.setAll(values, _ -> random.nextInt(10_000) / 100.0);
    assertEquals(1756, comesBack(values), "percentages of two decimals: 14 bits each");
    Arrays.setAll(values, _ -> (4_000_000 + random.nextInt(4096)) * 4096.0);
    assertEquals(1512, comesBack(values), "memory in pages: 12 bits each");
    Arrays.setAll(values, _ -> random.nextBoolean() ? 1.0 : 0.0);
    assertEquals(131, comesBack(values), "up or down: 1 bit each");
    values[999] = Sample.STALE;
    assertEquals(141, comesBack(values), "and a stale marker at the end");
    Arrays.setAll(values, _ -> (float) (20 + random.nextGaussian()));
    assertTrue(comesBack(values) < 3600, "single precision stored as double");
    Arrays.setAll(values, _ -> 1 + random.nextDouble());
    assertTrue(comesBack(values) < 6550, "nothing in common but the exponent");
    Arrays.setAll(values, _ -> Double.longBitsToDouble(random.nextLong()));
    assertTrue(comesBack(values) <= 8 * 1000 + 16, "never more than the raw bits and a header");
  }

  @Property(tries = 300)
  void timesComeBack(@ForAll long seed) {
    var random = new Random(seed);
    var times = new long[1 + random.nextInt(ChunkCodec.MAX_SAMPLES)];
    long time = random.nextLong() >> 20;
    int jitter = 1 + random.nextInt(1 << random.nextInt(16));
    for (int i = 0; i < times.length; i++) {
      times[i] = time;
      time += random.nextInt(100) == 0 ? 86_400_000L : 15_000 + random.nextInt(jitter);
    }
    for (Effort effort : Effort.values()) {
      byte[] bytes = codec.encodeTimes(times, 0, times.length, effort);
      var decoded = new long[times.length];
      codec.decodeTimes(bytes, bytes.length, times[0], times.length, decoded);
      assertArrayEquals(times, decoded);
    }
  }

  @Test
  void regularTimesTakeNextToNothing() {
    var times = new long[1000];
    Arrays.setAll(times, i -> 1_700_000_000_000L + 15_000L * i);
    assertEquals(7, codec.encodeTimes(times, 0, 1000, Effort.HOT).length);
    for (int i = 500; i < 1000; i++) {
      times[i] += 60_000; // scrapes missed
    }
    assertEquals(14, codec.encodeTimes(times, 0, 1000, Effort.HOT).length);
    var random = new Random(1);
    for (int i = 0; i < 1000; i++) {
      times[i] += random.nextInt(8);
    }
    assertTrue(codec.encodeTimes(times, 0, 1000, Effort.HOT).length < 540, "4 bits of jitter");
  }

  @Test
  void brokenBytesAreSaidToBe() {
    var values = new double[100];
    Arrays.setAll(values, i -> i * 0.37);
    for (Effort effort : Effort.values()) {
      byte[] bytes = codec.encodeValues(values, 0, 100, effort);
      for (int length = 0; length < bytes.length; length++) {
        byte[] cut = Arrays.copyOf(bytes, length);
        int n = length;
        assertThrows(
            IndexOutOfBoundsException.class,
            () -> codec.decodeValues(cut, n, 100, new double[100]));
      }
    }
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> codec.decodeValues(new byte[] {1}, 1, 0, new double[1]));
  }
}
