package dev.headroom.storage.metrics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.SampleBatch;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.retention.RetentionPolicy;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricConcurrencyTest {
  private static final TenantId TENANT = TenantId.DEFAULT;
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final long T = NOW.toEpochMilli() - 86_400_000L;
  private static final int WRITERS = 3;
  private static final int BATCHES = 200;

  @TempDir Path directory;

  /** What was acknowledged is seen by every read that begins later, in flushes and compactions. */
  @Test
  void readersSeeEveryAcknowledgedSampleWhileTheStoreMovesThem() throws Exception {
    var acknowledged = new AtomicLong[WRITERS];
    var done = new AtomicBoolean();
    try (var store =
            EmbeddedMetricStore.open(
                MetricStores.withLimits(MetricStores.config(directory), 4_000, 1 << 20),
                RetentionPolicy.DEFAULT,
                InstantSource.fixed(NOW));
        var threads = Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
      List<Future<?>> writers = new ArrayList<>();
      List<Future<?>> readers = new ArrayList<>();
      for (int writer = 0; writer < WRITERS; writer++) {
        var count = new AtomicLong();
        acknowledged[writer] = count;
        int number = writer;
        writers.add(threads.submit(() -> write(store, number, count)));
        readers.add(threads.submit(() -> read(store, number, count, done)));
      }
      readers.add(
          threads.submit(
              () -> {
                while (!done.get()) {
                  store.flushNow();
                  store.compactNow();
                }
              }));
      try {
        for (Future<?> writer : writers) {
          writer.get();
        }
      } finally {
        done.set(true);
      }
      for (Future<?> reader : readers) {
        reader.get();
      }
      store.flushNow();
      store.flushNow();
      store.compactNow();
      assertEquals(1, store.pieces().size());
      assertEquals(WRITERS * BATCHES * 3L, store.pieces().getFirst().records());
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    }
  }

  private static Labels labels(int writer) {
    return Labels.of("__name__", "up", "writer", String.valueOf(writer));
  }

  private static void write(EmbeddedMetricStore store, int writer, AtomicLong acknowledged) {
    for (int i = 0; i < BATCHES; i++) {
      var batch = new SampleBatch.Builder(TENANT, "test", 0);
      for (int sample = 0; sample < 3; sample++) {
        batch.add(labels(writer), T + 3L * i + sample, 3 * i + sample);
      }
      store.append(batch.build(0));
      acknowledged.set(3L * (i + 1));
    }
  }

  private static void read(
      EmbeddedMetricStore store, int writer, AtomicLong acknowledged, AtomicBoolean done) {
    while (!done.get()) {
      long atLeast = acknowledged.get();
      List<SeriesSamples> found =
          MetricStores.select(
              store,
              TENANT,
              T,
              Long.MAX_VALUE,
              LabelMatcher.equal("writer", String.valueOf(writer)));
      double[] values = found.isEmpty() ? new double[0] : found.getFirst().values();
      assertTrue(values.length >= atLeast, () -> values.length + " of " + atLeast + " seen");
      var expected = new double[values.length];
      for (int i = 0; i < expected.length; i++) {
        expected[i] = i;
      }
      assertArrayEquals(expected, values);
    }
  }
}
