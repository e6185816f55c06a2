package dev.headroom.query.promql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.headroom.query.engine.QueryAdmission;
import dev.headroom.query.engine.QueryLimits;
import dev.headroom.storage.metrics.SeriesSamples;
import dev.headroom.storage.model.HeadroomException;
import dev.headroom.storage.model.Labels;
import dev.headroom.storage.model.Sample;
import dev.headroom.storage.model.SampleBatch;
import dev.headroom.storage.model.TenantId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * A range query slides windows over arrays; an instant query at each of its steps is the plain way
 * to the same values. Random queries over series with gaps, stale markers and NaN must agree.
 */
final class StepwiseOracleTest {
  private static final long SEED = Long.getLong("headroom.seed", System.nanoTime());
  private static final int QUERIES = 1500;
  private static final long START = 200_000;
  private static final long STEP = 61_000;
  private static final int POINTS = 12;

  private final Random random = new Random(SEED);
  private final MemoryMetricStore store = new MemoryMetricStore();
  private final MetricEngine engine =
      new MetricEngine(store, new QueryAdmission(QueryLimits.DEFAULT, new SimpleMeterRegistry()));

  @Test
  void rangesAgreeWithTheInstantsOfTheirSteps() {
    fill();
    var queries = new RandomQueries(random);
    int compared = 0;
    int values = 0;
    for (int i = 0; i < QUERIES; i++) {
      String query = queries.vector(1 + random.nextInt(3));
      Map<String, Double> stepwise;
      Map<String, Double> sliding;
      try {
        sliding = sliding(query);
        stepwise = stepwise(query);
      } catch (HeadroomException e) {
        continue; // labels that do not match up; PromScriptTest has those
      }
      compared++;
      values += sliding.size();
      assertEquals(stepwise.keySet(), sliding.keySet(), () -> "seed " + SEED + ": " + query);
      stepwise.forEach(
          (at, value) ->
              assertTrue(
                  isSame(value, sliding.getOrDefault(at, Double.NaN)),
                  () -> "seed " + SEED + ": " + query + " at " + at + ": " + value));
    }
    assertTrue(compared > QUERIES / 2, compared + " compared, seed " + SEED);
    assertTrue(values > QUERIES, values + " values, seed " + SEED);
  }

  private static boolean isSame(double a, double b) {
    return Double.compare(a, b) == 0
        || Math.abs(a - b) <= 1e-12 * Math.max(Math.abs(a), Math.abs(b));
  }

  private void fill() {
    var batch = new SampleBatch.Builder(TenantId.DEFAULT, "test", 0);
    for (int i = 0; i < 3; i++) {
      for (String name : new String[] {"a", "b"}) {
        Labels labels =
            Labels.of("__name__", name, "i", String.valueOf(i), "j", String.valueOf(i % 2));
        double value = 0;
        for (long time = 0; time < 1_200_000; time += 1 + random.nextInt(30_000)) {
          if (random.nextInt(40) == 0) {
            time += 400_000;
          }
          value += random.nextDouble() * 10;
          batch.add(labels, time, special(value));
          value = random.nextInt(25) == 0 ? 0 : value;
        }
      }
    }
    store.append(batch.build(0));
  }

  private double special(double value) {
    return switch (random.nextInt(60)) {
      case 0 -> Sample.STALE;
      case 1 -> Double.NaN;
      default -> value;
    };
  }

  private Map<String, Double> sliding(String query) {
    var values = new TreeMap<String, Double>();
    PromAnswer answer =
        engine.range(TenantId.DEFAULT, query, START, START + (POINTS - 1) * STEP, STEP);
    for (SeriesSamples series : ((PromValue.Matrix) answer.value()).series()) {
      for (int i = 0; i < series.size(); i++) {
        values.put(series.timesMillis()[i] + " " + series.labels(), series.values()[i]);
      }
    }
    return values;
  }

  private Map<String, Double> stepwise(String query) {
    var values = new TreeMap<String, Double>();
    for (int i = 0; i < POINTS; i++) {
      long time = START + i * STEP;
      PromAnswer answer = engine.instant(TenantId.DEFAULT, query, time);
      for (PromValue.Element element : ((PromValue.Vector) answer.value()).elements()) {
        values.put(time + " " + element.labels(), element.value());
      }
    }
    return values;
  }
}
