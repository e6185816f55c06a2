package dev.headroom.forecast.backtest;

import dev.headroom.forecast.model.NotEnoughData;
import dev.headroom.forecast.series.Gaps;
import dev.headroom.forecast.series.RegularSeries;
import java.util.Optional;

/**
 * How much past a look ahead takes: two seasons (days under a step of a day, weeks under a step of
 * a week) or three horizons, whichever is less; an eighth of the horizon; and 8 steps. Nothing is
 * forecast of a series whose last value is older than half its length or that misses a third.
 */
public final class MinimumHistory {
  private static final long DAY = 86_400_000;
  private static final int LEAST_STEPS = 8;
  private static final double MOST_MISSING = 1 / 3.0;

  /** In steps. */
  public static long neededSteps(long stepMillis, int horizon) {
    long season = stepMillis < DAY ? DAY : 7 * DAY;
    long seasons = Math.ceilDiv(2 * season, stepMillis);
    long near = Math.min(seasons, 3L * horizon);
    return Math.max(LEAST_STEPS, Math.max(near, Math.ceilDiv(horizon, 8)));
  }

  /**
   * @param series from its first known value on
   * @return why there can be no forecast
   */
  public static Optional<NotEnoughData> check(RegularSeries series, int horizon) {
    long step = series.stepMillis();
    long needed = neededSteps(step, horizon);
    int known = series.size() - Gaps.count(series.values());
    if (series.size() < needed) {
      return Optional.of(NotEnoughData.yet(series.size() * step, needed * step));
    }
    int silent = silentSteps(series.values());
    if (silent > series.size() / 2) {
      return Optional.of(
          new NotEnoughData(
              "no values for the last " + NotEnoughData.span(silent * step) + " of the history"));
    }
    long missing = series.size() - silent - (long) known;
    if (known < LEAST_STEPS || missing > MOST_MISSING * (series.size() - silent)) {
      return Optional.of(
          new NotEnoughData(
              missing
                  + " of "
                  + (series.size() - silent)
                  + " steps have no value; at most a third may be missing"));
    }
    return Optional.empty();
  }

  /** How many steps at the end have no value. */
  static int silentSteps(double[] values) {
    int silent = 0;
    while (silent < values.length && Double.isNaN(values[values.length - 1 - silent])) {
      silent++;
    }
    return silent;
  }

  private MinimumHistory() {}
}
