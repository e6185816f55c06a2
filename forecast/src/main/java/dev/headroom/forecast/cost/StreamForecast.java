package dev.headroom.forecast.cost;

import dev.headroom.forecast.model.Forecast;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What one stream will bring in, day by day from today, on each sample path. Where there is too
 * little history for a forecast, its daily average so far is assumed to go on, on every path.
 */
public sealed interface StreamForecast {
  StreamHistory history();

  /** How it was made, for people. */
  String method();

  List<String> notes();

  /** The driver's value on day {@code h}, from 0 for today. */
  double driver(int path, int h);

  /**
   * Units of a meter that day {@code h} adds in all; today is at least what has come so far.
   *
   * @param soFar of today, from {@link #soFar}
   */
  default long added(Meter meter, int path, int h, Map<Meter, Long> soFar) {
    double amount = Math.max(0, driver(path, h)) * history().ratioOf(meter);
    long rounded = (long) StrictMath.rint(amount);
    return h == 0 ? Math.max(rounded, soFar.getOrDefault(meter, 0L)) : rounded;
  }

  /** What each meter shows for today already. */
  default Map<Meter, Long> soFar() {
    Map<Meter, Long> amounts = new EnumMap<>(Meter.class);
    for (Meter meter : Meter.values()) {
      amounts.put(meter, history().amount(meter, history().today()));
    }
    return amounts;
  }

  /** From the model pool. */
  record Modelled(StreamHistory history, Forecast forecast) implements StreamForecast {
    @Override
    public String method() {
      return forecast.method();
    }

    @Override
    public List<String> notes() {
      return forecast.notes();
    }

    @Override
    public double driver(int path, int h) {
      return forecast.paths()[path][h];
    }
  }

  /**
   * @param level of every day
   * @param reason why there is no forecast
   */
  record Assumed(StreamHistory history, double level, String reason) implements StreamForecast {
    @Override
    public String method() {
      return "assumed: the daily average so far goes on";
    }

    @Override
    public List<String> notes() {
      return List.of(reason);
    }

    @Override
    public double driver(int path, int h) {
      return level;
    }
  }
}
