package dev.headroom.forecast.capacity;

import dev.headroom.forecast.cost.Meter;
import dev.headroom.forecast.cost.RetentionForecast;
import dev.headroom.forecast.cost.StreamForecast;
import dev.headroom.forecast.cost.StreamHistory;
import dev.headroom.forecast.model.Quantiles;
import dev.headroom.storage.model.TenantId;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Streams' stored bytes at the horizon. */
final class StreamPlans {
  /** Of one tenant, in the forecast's order. */
  static List<StreamPlan> of(RetentionForecast forecast, TenantId tenant) {
    int last = forecast.horizonDays() - 1;
    double[][] ends = new double[forecast.streams().size()][forecast.paths()];
    forecast.follow(
        new int[] {0},
        (path, stock) -> {
          for (int s = 0; s < ends.length; s++) {
            ends[s][path] = stock[s][0][last];
          }
        });
    List<StreamPlan> plans = new ArrayList<>();
    for (int s = 0; s < ends.length; s++) {
      StreamForecast stream = forecast.streams().get(s);
      if (stream.history().key().tenant().equals(tenant)) {
        plans.add(plan(forecast, stream, ends[s]));
      }
    }
    return plans;
  }

  private static StreamPlan plan(RetentionForecast forecast, StreamForecast stream, double[] ends) {
    StreamHistory history = stream.history();
    boolean isForecast = stream instanceof StreamForecast.Modelled;
    LocalDate plateau = history.firstDay().plusDays(history.ageDays() + 1L);
    List<String> notes = new ArrayList<>(stream.notes());
    notes.addAll(history.notes());
    return new StreamPlan(
        history.key().name(),
        history.attributes(),
        history.storedNow(),
        dailyBytes(forecast, stream),
        history.ageDays(),
        plateau.isAfter(history.today()) ? Optional.of(plateau) : Optional.empty(),
        Arrays.stream(ends).average().orElse(0),
        isForecast ? OptionalDouble.of(Quantiles.of(ends, 0.5)) : OptionalDouble.empty(),
        isForecast ? OptionalDouble.of(Quantiles.of(ends, 0.9)) : OptionalDouble.empty(),
        stream.method(),
        notes);
  }

  /** Mean over paths and days, today left out because it has begun. */
  private static double dailyBytes(RetentionForecast forecast, StreamForecast stream) {
    var soFar = stream.soFar();
    double sum = 0;
    long count = 0;
    for (int path = 0; path < forecast.paths(); path++) {
      for (int h = Math.min(1, forecast.horizonDays() - 1); h < forecast.horizonDays(); h++) {
        sum += stream.added(Meter.STORED, path, h, soFar);
        count++;
      }
    }
    return sum / count;
  }

  private StreamPlans() {}
}
