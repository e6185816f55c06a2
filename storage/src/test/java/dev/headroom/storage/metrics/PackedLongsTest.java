package dev.headroom.storage.metrics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.headroom.storage.model.ByteReader;
import dev.headroom.storage.model.ByteWriter;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PackedLongsTest {
  private static byte[] encode(long[] numbers) {
    var out = new ByteWriter(16);
    new PackedLongs().encode(numbers, numbers.length, out);
    return out.toByteArray();
  }

  private static void comesBack(long[] numbers) {
    byte[] bytes = encode(numbers);
    var decoded = new long[numbers.length];
    var in = new ByteReader(bytes, 0, bytes.length);
    PackedLongs.decode(in, decoded, numbers.length);
    assertArrayEquals(numbers, decoded);
    assertEquals(0, in.remaining(), "what follows begins behind it");
  }

  @Property(tries = 500)
  void anyNumbersComeBack(@ForAll @Size(min = 1, max = 300) long[] numbers) {
    comesBack(numbers);
  }

  @Property(tries = 500)
  void numbersOfAnyWidthComeBack(
      @ForAll long seed,
      @ForAll @IntRange(max = 64) int width,
      @ForAll @IntRange(max = 2) int order) {
    var random = new Random(seed);
    var numbers = new long[1 + random.nextInt(1024)];
    for (int i = 0; i < numbers.length; i++) {
      long outlier = random.nextInt(50) == 0 ? random.nextLong() : 0;
      numbers[i] = width == 0 ? 7 : (random.nextLong() >>> (64 - width)) ^ outlier;
    }
    for (int round = 0; round < order; round++) {
      Arrays.parallelPrefix(numbers, Long::sum);
    }
    comesBack(numbers);
  }

  @Test
  void extremesComeBack() {
    comesBack(new long[] {0});
    comesBack(new long[] {Long.MIN_VALUE});
    comesBack(new long[] {Long.MAX_VALUE, Long.MIN_VALUE});
    comesBack(new long[] {Long.MIN_VALUE, Long.MAX_VALUE, Long.MIN_VALUE, 0, -1});
  }

  @Test
  void regularNumbersTakeNextToNothing() {
    var constant = new long[1000];
    Arrays.fill(constant, 42);
    assertEquals(3, encode(constant).length);
    var steps = new long[1000];
    Arrays.setAll(steps, i -> 15_000L * i);
    assertEquals(6, encode(steps).length);
    var random = new Random(3);
    Arrays.setAll(steps, _ -> 4096L * random.nextInt(16));
    assertEquals(500 + 5, encode(steps).length, "a common divisor is taken out");
  }

  @Test
  void anOutlierDoesNotWidenTheRest() {
    var numbers = new long[1000];
    var random = new Random(3);
    Arrays.setAll(numbers, _ -> random.nextInt(16));
    int plain = encode(numbers).length;
    numbers[500] = 1L << 60;
    assertEquals(plain + 12, encode(numbers).length);
  }

  @Test
  void brokenBytesAreSaidToBe() {
    var random = new Random(7);
    var numbers = new long[100];
    Arrays.setAll(numbers, _ -> random.nextInt(1000));
    byte[] bytes = encode(numbers);
    for (int length = 0; length < bytes.length; length++) {
      var in = new ByteReader(Arrays.copyOf(bytes, length), 0, length);
      assertThrows(
          IndexOutOfBoundsException.class, () -> PackedLongs.decode(in, new long[100], 100));
    }
  }
}
