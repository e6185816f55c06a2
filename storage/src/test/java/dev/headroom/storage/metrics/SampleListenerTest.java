package dev.headroom.storage.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.SampleBatch;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.retention.RetentionPolicy;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleListenerTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final long T = NOW.toEpochMilli();

  @TempDir Path directory;

  /** Writes down what it is told. */
  private static final class Log implements SampleListener {
    final List<String> told = Collections.synchronizedList(new ArrayList<>());
    volatile long neededFrom = Long.MAX_VALUE;

    @Override
    public void committed(SampleBatch batch, long position) {
      told.add(position + ":" + batch.size() + " " + batch.wireBytes());
    }

    @Override
    public void rejected(SampleBatch batch, int index, String reason) {
      told.add(index + " " + reason);
    }

    @Override
    public long neededFrom() {
      return neededFrom;
    }
  }

  private EmbeddedMetricStore open(SampleListener listener) {
    return EmbeddedMetricStore.open(
        MetricStores.config(directory),
        RetentionPolicy.DEFAULT,
        InstantSource.fixed(NOW),
        listener);
  }

  private static void add(EmbeddedMetricStore store, int wireBytes, long... times) {
    var batch = new SampleBatch.Builder(TenantId.DEFAULT, "test", 0);
    for (long time : times) {
      batch.add(Labels.of("__name__", "up"), time, 1);
    }
    store.append(batch.build(wireBytes));
  }

  @Test
  void acceptedFramesAreToldInOrderAndRejectedSamplesAtTheDoor() {
    var log = new Log();
    try (EmbeddedMetricStore store = open(log)) {
      add(store, 10, T, T + 1);
      assertEquals(List.of("0:2 10"), log.told, "before append returns");
      add(store, 20, T - 500L * 86_400_000, T, T + 7_200_000);
      add(store, 30, T + 7_200_000);
      assertEquals(List.of("0:2 10", "0 too_old", "2 too_new", "2:1 20", "0 too_new"), log.told);
    }
    try (EmbeddedMetricStore store = open(SampleListener.NONE)) {
      assertEquals(0, store.replayedSamples());
    }
  }

  @Test
  void framesStillNeededAreToldAgainAtAStart() {
    var log = new Log();
    log.neededFrom = 0;
    var bulk = new long[2_000];
    java.util.Arrays.setAll(bulk, i -> T - 10_000 + i);
    try (EmbeddedMetricStore store = open(log)) {
      for (int i = 0; i < 20; i++) {
        add(store, i, bulk);
        store.flushNow();
      }
    }
    var again = new Log();
    try (EmbeddedMetricStore store = open(again)) {
      assertEquals(log.told, again.told, "though every sample is in a block");
      assertEquals(0, store.replayedSamples());
      again.neededFrom = 38_000;
      store.flushNow();
      add(store, 99, T);
      store.flushNow();
    }
    var last = new Log();
    open(last).close();
    assertEquals("40000:1 99", last.told.getLast());
    assertEquals(true, last.told.contains("38000:2000 19"), last.told::toString);
    assertEquals(false, last.told.contains("0:2000 0"), last.told::toString);
  }
}
