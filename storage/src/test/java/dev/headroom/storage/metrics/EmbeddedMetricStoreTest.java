package dev.headroom.storage.metrics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.headroom.storage.model.Deadline;
import dev.headroom.storage.model.ErrorCategory;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.MemoryPermit;
import dev.headroom.storage.model.Sample;
import dev.headroom.storage.model.SampleBatch;
import dev.headroom.storage.model.TenantId;
import dev.headroom.storage.retention.RetainedPiece;
import dev.headroom.storage.retention.RetentionPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedMetricStoreTest {
  private static final TenantId TENANT = TenantId.DEFAULT;
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  private static final long T = NOW.toEpochMilli();
  private static final long DAY = 86_400_000L;

  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init")
  private EmbeddedMetricStore store;

  @BeforeEach
  void open() {
    store =
        EmbeddedMetricStore.open(
            MetricStores.config(directory), RetentionPolicy.DEFAULT, InstantSource.fixed(NOW));
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void reopen() {
    store.close();
    open();
  }

  private static Labels up(String instance) {
    return Labels.of("__name__", "up", "job", "node", "instance", instance);
  }

  private MetricAppendResult add(Labels labels, long time, double value) {
    return store.append(
        new SampleBatch.Builder(TENANT, "test", 0).add(labels, time, value).build(100));
  }

  private List<SeriesSamples> select(long from, long to, LabelMatcher... matchers) {
    return MetricStores.select(store, TENANT, from, to, matchers);
  }

  private static LabelMatcher matcher(String name, LabelMatcher.Op op, String value) {
    return new LabelMatcher(name, op, value);
  }

  private static final LabelMatcher UP = LabelMatcher.equal("__name__", "up");

  @Test
  void acknowledgedSamplesAreSelectedFromHeadAndBlocksAndAfterARestart() {
    add(up("a"), T - 2 * DAY, 1);
    add(up("a"), T - 1000, 2);
    store.flushNow();
    add(up("a"), T, 3);
    add(up("b"), T, 4);
    for (int round = 0; round < 2; round++) {
      List<SeriesSamples> found = select(0, Long.MAX_VALUE, UP);
      assertEquals(List.of(up("a"), up("b")), found.stream().map(SeriesSamples::labels).toList());
      assertArrayEquals(new long[] {T - 2 * DAY, T - 1000, T}, found.get(0).timesMillis());
      assertArrayEquals(new double[] {1, 2, 3}, found.get(0).values());
      assertArrayEquals(new double[] {4}, found.get(1).values());
      assertEquals(1, select(T - 1000, T - 1000, UP).size(), "both ends of a range belong to it");
      assertEquals(0, select(T - 999, T - 1, UP).size());
      reopen();
      assertEquals(0, store.replayedSamples(), "an orderly close leaves nothing to replay");
    }
  }

  @Test
  void laterWriteWinsAcrossHeadAndBlocks() {
    add(up("a"), T, 1);
    store.flushNow();
    add(up("a"), T, 2);
    check(2);
    store.flushNow();
    check(2);
    add(up("a"), T - 5000, 8);
    add(up("a"), T, 3);
    add(up("a"), T, 4);
    check(8, 4);
    store.flushNow();
    store.flushNow();
    check(8, 4);
    store.compactNow();
    check(8, 4);
  }

  private void check(double... expected) {
    List<SeriesSamples> found = select(0, T, UP);
    assertEquals(1, found.size());
    assertArrayEquals(expected, found.getFirst().values());
  }

  @Test
  void matchersFollowPrometheus() {
    add(Labels.of("__name__", "up", "job", "api", "zone", "a"), T, 1);
    add(Labels.of("__name__", "up", "job", "api"), T, 1);
    add(Labels.of("__name__", "up", "job", "db", "zone", "b"), T, 1);
    for (int round = 0; round < 2; round++) {
      matches(3, UP);
      matches(2, UP, matcher("job", LabelMatcher.Op.EQUAL, "api"));
      matches(1, UP, matcher("job", LabelMatcher.Op.NOT_EQUAL, "api"));
      matches(1, UP, matcher("zone", LabelMatcher.Op.EQUAL, ""));
      matches(2, UP, matcher("zone", LabelMatcher.Op.NOT_EQUAL, ""));
      matches(2, UP, matcher("zone", LabelMatcher.Op.NOT_EQUAL, "a"));
      matches(2, UP, matcher("zone", LabelMatcher.Op.REGEX, "a?"));
      matches(2, UP, matcher("zone", LabelMatcher.Op.REGEX, ".+"));
      matches(3, UP, matcher("zone", LabelMatcher.Op.REGEX, ".*"));
      matches(2, UP, matcher("zone", LabelMatcher.Op.REGEX, "a|b"));
      matches(1, UP, matcher("zone", LabelMatcher.Op.NOT_REGEX, "a|b"));
      matches(1, UP, matcher("zone", LabelMatcher.Op.NOT_REGEX, ".+"));
      matches(0, UP, matcher("zone", LabelMatcher.Op.NOT_REGEX, ".*"));
      matches(0, UP, matcher("job", LabelMatcher.Op.REGEX, "ap"));
      matches(3, UP, matcher("nothing", LabelMatcher.Op.EQUAL, ""));
      matches(0, UP, matcher("nothing", LabelMatcher.Op.EQUAL, "x"));
      matches(2, matcher("job", LabelMatcher.Op.REGEX, "(?i)API"));
      store.flushNow();
    }
    HeadroomException e =
        assertThrows(
            HeadroomException.class,
            () -> select(0, T, matcher("job", LabelMatcher.Op.REGEX, "(")));
    assertEquals(ErrorCategory.INVALID, e.category());
    assertThrows(HeadroomException.class, () -> select(0, T));
  }

  private void matches(int count, LabelMatcher... matchers) {
    assertEquals(count, select(0, T, matchers).size(), () -> List.of(matchers).toString());
    assertEquals(count, store.series(TENANT, List.of(matchers), 0, T).size());
  }

  @Test
  void labelsOfARangeAreListed() {
    add(Labels.of("__name__", "old", "host", "x"), T - 3 * DAY, 1);
    add(Labels.of("__name__", "new", "zone", "a"), T, 1);
    for (int round = 0; round < 2; round++) {
      assertEquals(List.of("__name__", "host", "zone"), store.labelNames(TENANT, List.of(), 0, T));
      assertEquals(List.of("__name__", "zone"), store.labelNames(TENANT, List.of(), T - DAY, T));
      assertEquals(List.of("new", "old"), store.labelValues(TENANT, "__name__", List.of(), 0, T));
      assertEquals(
          List.of("x"),
          store.labelValues(TENANT, "host", List.of(LabelMatcher.equal("__name__", "old")), 0, T));
      assertEquals(List.of(TENANT), store.tenants());
      store.flushNow();
    }
  }

  @Test
  void samplesOutsideTheAcceptedTimeAreRejectedWithTheReason() {
    var batch = new SampleBatch.Builder(TENANT, "test", 0);
    batch.add(up("a"), T + 3_600_001, 1).add(up("a"), T, 2).add(up("b"), T - 401 * DAY, 3);
    batch.add(up("c"), T + 3_600_000, 4).add(up("a"), T - 1, 5);
    MetricAppendResult result = store.append(batch.build(0));
    assertEquals(3, result.accepted());
    assertEquals(2, result.rejectedCount());
    assertEquals(
        List.of("0 too_new", "2 too_old"),
        result.rejected().stream().map(r -> r.index() + " " + r.reason()).toList());
    check(5, 2);
    assertEquals(2, store.series(TENANT, List.of(), 0, Long.MAX_VALUE).size());
  }

  @Test
  void newSeriesPastTheLimitAreRejectedAndKnownOnesAreNot() {
    store.close();
    store =
        EmbeddedMetricStore.open(
            MetricStores.withMaxSeries(MetricStores.config(directory), 2),
            RetentionPolicy.DEFAULT,
            InstantSource.fixed(NOW));
    add(up("a"), T, 1);
    add(up("b"), T, 1);
    MetricAppendResult result = add(up("c"), T, 1);
    assertEquals(0, result.accepted());
    assertEquals("series_limit", result.rejected().getFirst().reason());
    assertEquals(1, add(up("a"), T + 1, 1).accepted());
    assertEquals(2, store.activeSeries(TENANT));
  }

  @Test
  void stalenessMarkersKeepTheirBits() {
    add(up("a"), T, Sample.STALE);
    store.flushNow();
    double value = select(0, T, UP).getFirst().values()[0];
    assertEquals(Sample.STALE_NAN_BITS, Double.doubleToRawLongBits(value));
  }

  @Test
  void manyFlushesOfADayAreJoinedAndADroppedPieceIsGone() {
    for (int i = 0; i < 40; i++) {
      add(up("a"), T - 1000 + i, i);
      add(up("b"), T - 2 * DAY + i, i);
      store.flushNow();
      store.compactNow();
    }
    assertEquals(2, select(0, T, UP).size());
    assertEquals(40, select(0, T, UP).getFirst().size());
    store.flushNow(); // nothing new: the days are settled
    store.compactNow();
    List<RetainedPiece> pieces = new ArrayList<>(store.pieces());
    assertEquals(1, pieces.stream().filter(p -> p.range().fromNanos() < (T - DAY) * 1e6).count());
    assertEquals(80, pieces.stream().mapToLong(RetainedPiece::records).sum());
    assertEquals("d400", pieces.getFirst().retentionClass());
    store.drop(pieces.getFirst());
    store.drop(pieces.getFirst());
    assertEquals(List.of(up("a")), store.series(TENANT, List.of(UP), 0, T));
    reopen();
    assertEquals(List.of(up("a")), store.series(TENANT, List.of(UP), 0, T));
  }

  @Test
  void selectKeepsToItsMemory() {
    add(up("a"), T, 1);
    add(up("a"), T + 1, 1);
    try (MemoryPermit permit = new MemoryPermit.Pool(31, 31).open()) {
      HeadroomException e =
          assertThrows(
              HeadroomException.class,
              () ->
                  store.select(
                      TENANT, List.of(UP), 0, T, Deadline.after(Duration.ofMinutes(1)), permit));
      assertEquals(ErrorCategory.OVERLOADED, e.category());
    }
  }
}
