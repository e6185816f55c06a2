package dev.headroom.storage.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.SampleBatch;
import dev.headroom.storage.model.TenantId;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class MetricFrameTest {
  @Property(tries = 300)
  void anyBatchComesBack(@ForAll long seed) {
    var random = new Random(seed);
    var batch = new SampleBatch.Builder(new TenantId("t"), "remote_write", random.nextLong());
    int count = 1 + random.nextInt(500);
    for (int i = 0; i < count; i++) {
      Labels labels =
          random.nextInt(20) == 0
              ? Labels.EMPTY
              : Labels.of("__name__", "größe", "i", "x" + random.nextInt(30));
      double value =
          random.nextBoolean() ? Double.longBitsToDouble(random.nextLong()) : random.nextInt(100);
      batch.add(labels, random.nextLong(), value);
    }
    check(batch.build(random.nextInt(1 << 20)));
  }

  private static void check(SampleBatch batch) {
    byte[] frame = MetricFrame.encode(batch);
    SampleBatch decoded = MetricFrame.decode(frame, 0, frame.length);
    assertEquals(batch.tenant(), decoded.tenant());
    assertEquals(batch.door(), decoded.door());
    assertEquals(batch.receivedAtNanos(), decoded.receivedAtNanos());
    assertEquals(batch.wireBytes(), decoded.wireBytes());
    assertEquals(batch.size(), decoded.size());
    for (int i = 0; i < batch.size(); i++) {
      assertEquals(batch.series(batch.seriesOrdinal(i)), decoded.series(decoded.seriesOrdinal(i)));
      assertEquals(batch.timeMillis(i), decoded.timeMillis(i));
      assertEquals(
          Double.doubleToRawLongBits(batch.value(i)), Double.doubleToRawLongBits(decoded.value(i)));
    }
  }

  @Test
  void scrapesAndBackfillsAreSmall() {
    var scrape = new SampleBatch.Builder(TenantId.DEFAULT, "test", 0);
    var backfill = new SampleBatch.Builder(TenantId.DEFAULT, "test", 0);
    for (int i = 0; i < 1000; i++) {
      Labels labels = Labels.of("__name__", "m" + i % 50, "instance", "host-" + i / 50);
      scrape.add(labels, 1_700_000_000_000L, i % 7);
      backfill.add(Labels.of("__name__", "m"), 1_700_000_000_000L + 300_000L * i, i % 7);
    }
    assertTrue(MetricFrame.encode(scrape.build(0)).length < 13 * 1000);
    assertTrue(MetricFrame.encode(backfill.build(0)).length < 6 * 1000);
  }

  @Test
  void brokenBytesAreSaidToBe() {
    var batch = new SampleBatch.Builder(TenantId.DEFAULT, "test", 0);
    batch.add(Labels.of("a", "b"), 1, 2).add(Labels.of("a", "c"), 3, 4.5);
    byte[] frame = MetricFrame.encode(batch.build(0));
    for (int length = 1; length < frame.length; length++) {
      int cut = length;
      assertThrows(IndexOutOfBoundsException.class, () -> MetricFrame.decode(frame, 0, cut));
    }
    frame[0] = 2;
    assertThrows(HeadroomException.class, () -> MetricFrame.decode(frame, 0, frame.length));
  }
}
