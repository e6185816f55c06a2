package dev.headroom.query.promql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.query.engine.QueryAdmission;
import dev.headroom.query.engine.QueryLimits;
import dev.headroom.storage.metrics.LabelMatcher;
import dev.headroom.storage.metrics.MetricAppendResult;
import dev.headroom.storage.metrics.MetricStore;
import dev.headroom.storage.metrics.SeriesSamples;
import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.MemoryPermit;
import dev.headroom.storage.model.SampleBatch;
import dev.headroom.storage.model.TenantId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Limits and what is read; {@link PromScriptTest} has the values. */
final class MetricEngineTest {
  private static final TenantId TENANT = TenantId.DEFAULT;

  private final MemoryMetricStore store = new MemoryMetricStore();

  private void fill(int series, int samples) {
    var batch = new SampleBatch.Builder(TENANT, "test", 0);
    for (int s = 0; s < series; s++) {
      Labels labels = Labels.of("__name__", "m", "i", String.valueOf(s));
      for (int i = 0; i < samples; i++) {
        batch.add(labels, i * 1000L, i);
      }
    }
    store.append(batch.build(0));
  }

  private static QueryLimits limits(Duration deadline, long memoryBytes) {
    return new QueryLimits(deadline, 1000, 1000, memoryBytes, memoryBytes, 1, Duration.ofMillis(1));
  }

  private static QueryAdmission admission(QueryLimits limits) {
    return new QueryAdmission(limits, new SimpleMeterRegistry());
  }

  private static ErrorCategory failure(Runnable query) {
    return assertThrows(HeadroomException.class, query::run).category();
  }

  @Test
  void stopsAtTheDeadline() {
    fill(1, 10);
    var engine = new MetricEngine(store, admission(limits(Duration.ofNanos(1), 1 << 20)));
    assertEquals(ErrorCategory.TIMEOUT, failure(() -> engine.instant(TENANT, "m", 0)));
    var patient = new MetricEngine(store, admission(limits(Duration.ofSeconds(30), 1 << 20)));
    var options = new MetricEngine.Options(Optional.of(Duration.ZERO), 300_000);
    assertEquals(
        ErrorCategory.TIMEOUT,
        failure(() -> patient.instant(TENANT, "m", 0, options, (PromAnswer _) -> {})));
  }

  @Test
  void givesTurnAndMemoryBackAfterEveryEnd() {
    fill(2, 10);
    var engine = new MetricEngine(store, admission(limits(Duration.ofSeconds(30), 100_000)));
    for (int i = 0; i < 100; i++) {
      assertEquals(
          ErrorCategory.OVERLOADED, failure(() -> engine.range(TENANT, "m", 0, 10_000_000, 1000)));
      assertEquals(
          ErrorCategory.UNPROCESSABLE, failure(() -> engine.instant(TENANT, "m + on () m", 0)));
      assertThrows(
          IllegalStateException.class,
          () ->
              engine.instant(
                  TENANT,
                  "m",
                  0,
                  MetricEngine.Options.DEFAULT,
                  (PromAnswer _) -> {
                    throw new IllegalStateException("reader failed");
                  }));
      engine.instant(TENANT, "sum(m)", 9000);
    }
  }

  @Test
  void keepsMemoryOfSubqueriesAndScalarsWithinThePermit() {
    fill(1, 10);
    var engine = new MetricEngine(store, admission(limits(Duration.ofSeconds(30), 1 << 20)));
    for (String query :
        List.of(
            "sum_over_time(m[100d:1s])",
            "sum_over_time(vector(1)[100d:1s])",
            "sum_over_time(vector(time())[1d:1s] @ 0)")) {
      assertEquals(
          ErrorCategory.OVERLOADED, failure(() -> engine.instant(TENANT, query, 0)), query);
    }
  }

  @Test
  void answersTheLongestRangeAndRefusesLonger() {
    fill(1, 10);
    var engine = new MetricEngine(store, admission(QueryLimits.DEFAULT));
    PromAnswer answer = engine.range(TENANT, "vector(1)", 0, 11_000_000, 1000);
    assertEquals(
        11_001, ((PromValue.Matrix) answer.value()).series().getFirst().timesMillis().length);
    assertEquals(
        ErrorCategory.INVALID,
        failure(() -> engine.range(TENANT, "vector(1)", 0, 11_001_000, 1000)));
  }

  @Test
  void survivesTimesAtTheEndsOfTheWorld() {
    fill(1, 10);
    var engine = new MetricEngine(store, admission(QueryLimits.DEFAULT));
    for (long time : new long[] {Long.MIN_VALUE, Long.MAX_VALUE}) {
      for (String query : List.of("m", "m offset 292y", "m[292y]", "rate(m[5m])", "year()")) {
        assertTrue(engine.instant(TENANT, query, time).warnings().isEmpty(), query);
      }
    }
    PromAnswer answer = engine.instant(TENANT, "count_over_time(m[1y])", 9_000);
    assertEquals(
        10, ((PromValue.Vector) answer.value()).elements().getFirst().value(), "whole series");
  }

  @Test
  void readsEachSelectorOnceForTheWholeRange() {
    fill(3, 100);
    var counting = new CountingStore(store);
    var engine = new MetricEngine(counting, admission(QueryLimits.DEFAULT));
    engine.range(TENANT, "rate(m[20s]) / rate(m[20s]) + m{i=\"1\"}", 20_000, 90_000, 5_000);
    assertEquals(List.of("[1..90000]", "[-279999..90000]"), counting.reads);
  }

  @Test
  void deepQueriesDoNotOverflowTheStack() {
    fill(1, 10);
    var engine = new MetricEngine(store, admission(QueryLimits.DEFAULT));
    String chain = "m" + " + m".repeat(PromQlParser.MAX_OPERATORS - 1);
    String nested = "abs(".repeat(190) + "m" + ")".repeat(190);
    for (String query : List.of(chain, nested)) {
      PromAnswer answer = engine.instant(TENANT, query, 1000);
      assertEquals(1, ((PromValue.Vector) answer.value()).elements().size());
    }
  }

  /** Remembers what was read. */
  private static final class CountingStore implements MetricStore {
    private final MetricStore store;
    private final List<String> reads = new ArrayList<>();

    CountingStore(MetricStore store) {
      this.store = store;
    }

    @Override
    public List<SeriesSamples> select(
        TenantId tenant,
        List<LabelMatcher> matchers,
        long fromMillis,
        long toMillis,
        Deadline deadline,
        MemoryPermit permit) {
      reads.add("[" + fromMillis + ".." + toMillis + "]");
      return store.select(tenant, matchers, fromMillis, toMillis, deadline, permit);
    }

    @Override
    public MetricAppendResult append(SampleBatch batch) {
      return store.append(batch);
    }

    @Override
    public List<Labels> series(
        TenantId tenant, List<LabelMatcher> matchers, long fromMillis, long toMillis) {
      return store.series(tenant, matchers, fromMillis, toMillis);
    }

    @Override
    public List<String> labelNames(
        TenantId tenant, List<LabelMatcher> matchers, long fromMillis, long toMillis) {
      return store.labelNames(tenant, matchers, fromMillis, toMillis);
    }

    @Override
    public List<String> labelValues(
        TenantId tenant, String name, List<LabelMatcher> matchers, long fromMillis, long toMillis) {
      return store.labelValues(tenant, name, matchers, fromMillis, toMillis);
    }

    @Override
    public List<TenantId> tenants() {
      return store.tenants();
    }

    @Override
    public void close() {}
  }
}
